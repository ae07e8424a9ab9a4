// In: a native function and its encoded arguments.
// Out: a promise of what it returns in a thread of libuv's pool; what it uses is busy until then.

import type { Call } from '../marshal/call.ts';
import { asyncStackSize, type NativeFunction } from '../native/koffi.ts';
import type { CommandRow } from '../registry/rows.ts';

/** koffi takes 256 at once, of which libuv runs as many as it has threads; the others wait here. */
const MAX_AT_ONCE = 128;
/** Drivers need more than koffi's 128 KiB. */
const STACK = 512 * 1024;

let running = 0;
const waiting: (() => void)[] = [];

export async function inThread(
  native: NativeFunction,
  values: readonly (number | bigint)[],
): Promise<number> {
  if (asyncStackSize() < STACK)
    throw new Error(
      `koffi's async_stack_size is ${asyncStackSize()}, too small for a driver: import koffi-vulkan before anything else loads a library with koffi`,
    );
  if (running >= MAX_AT_ONCE) await new Promise<void>(resolve => waiting.push(resolve));
  running++;
  try {
    return await new Promise<number>((resolve, reject) =>
      native.async(...values, (error: Error | null, returned: number) =>
        error ? reject(error) : resolve(returned),
      ),
    );
  } finally {
    running--;
    waiting.shift()?.();
  }
}

/** Until what this gives is run, no handle that the call uses may be destroyed, nor its device. */
export function keepBusy(call: Call, row: CommandRow): () => void {
  const { scope } = call;
  const used = [0n, ...call.used!.map(([, handle]) => handle)];
  scope.busy ??= new Map();
  const { busy } = scope;
  for (const handle of used) {
    const users = busy.get(handle);
    busy.set(handle, { name: row.name, count: (users?.count ?? 0) + 1 });
  }
  return () => {
    for (const handle of used) {
      const users = busy.get(handle)!;
      if (users.count === 1) busy.delete(handle);
      else busy.set(handle, { ...users, count: users.count - 1 });
    }
    if (busy.size > 0) return;
    scope.busy = undefined;
    for (const then of [...scope.whenIdle]) then();
  };
}

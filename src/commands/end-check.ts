// Refuses to destroy or reset what is in use, has children or is destroyed in another way.
import { ValidUsageError } from '../errors/errors.ts';
import { callbacks, commandUsing, inUse } from '../handles/busy.ts';
import { formatLeak } from '../handles/leak.ts';
import { commandUsingEntry, type LiveHandle } from '../handles/live.ts';
import type { Scope } from '../handles/scope.ts';
import type { Call } from '../marshal/call.ts';
import { ArgumentError } from '../native/argument-error.ts';
import type { NativeArguments } from '../native/koffi.ts';
import type { CommandRow } from '../registry/rows.ts';
import { DESTROYS, handleParam, handleParams, handlesOf, RESETS } from './handle-params.ts';

/** The commands that destroy an instance or a device, and the rule that their children are destroyed before. */
export const END_RULES: Record<string, string> = {
  vkDestroyDevice: 'VUID-vkDestroyDevice-device-05137',
  vkDestroyInstance: 'VUID-vkDestroyInstance-instance-00629',
};

/** The rules that images of a swapchain are destroyed with it, and a surface after its swapchains. */
export const RELATION_RULES: Record<string, string> = {
  vkDestroyImage: 'VUID-vkDestroyImage-image-04882',
  vkDestroySurfaceKHR: 'VUID-vkDestroySurfaceKHR-surface-01266',
};

/** Refuses, before the call, to destroy or reset what is in use or has children, or to destroy one handle twice. */
export function checkEnd(
  row: CommandRow,
): ((call: Call, values: Readonly<NativeArguments>) => void) | undefined {
  const rule = END_RULES[row.name];
  if (rule !== undefined) return call => checkScopeEnd(row, rule, call.scope);
  const destroys = DESTROYS.test(row.name);
  if (!destroys && !RESETS.test(row.name)) return undefined;
  const handles = handleParams(row);
  const subject = destroys ? handles.at(-1) : (handles[0] ?? handleParam(row, 0));
  if (subject === undefined) return undefined;
  const isArray = subject.p.pointers !== '';
  // Sets and command buffers are freed to the pool that they were allocated from.
  const pool = isArray && destroys && handles.length > 1 ? handles[0] : undefined;
  const type = subject.row.name;
  return (call, values) => {
    const { scope } = call;
    if (!isArray && inUse.size === 0 && callbacks.running === 0 && scope.related === 0) return;
    const handles = handlesOf(subject, row, values, call);
    const from = pool && BigInt(values[pool.index]);
    const times = new Map<LiveHandle, number>();
    for (const [i, handle] of handles.entries()) {
      const entry = handle === 0n ? undefined : scope.entry(type, handle);
      if (entry === undefined) continue;
      const refuse = (text: string) =>
        new ArgumentError('range', text).under(`${row.name}.${subject.p.name}${isArray ? `[${i}]` : ''}`);
      const user = inUse.size === 0 ? undefined : commandUsingEntry(entry);
      if (user !== undefined) throw refuse(`${user} uses it and has not returned`);
      if (callbacks.running > 0 && entry.afterDestroy !== undefined)
        throw refuse('a callback is still running, and may belong to it');
      if (!destroys) continue;
      const related = relatedTo(entry);
      if (related !== undefined) throw refuse(related);
      if (handles.length > 1) {
        times.set(entry, (times.get(entry) ?? 0) + 1);
        if ((times.get(entry) as number) > entry.count)
          throw refuse(`0x${handle.toString(16)} is in the array twice`);
      }
      // The pool of an adopted handle is not known.
      const isKnown = entry.created || entry.parent !== undefined;
      if (pool !== undefined && isKnown && entry.parent?.handle !== from)
        throw refuse(`0x${handle.toString(16)} is from another ${pool.row.name}`);
    }
  };
}

/** Why a handle cannot be destroyed on its own; undefined if it can. */
function relatedTo({ created, parent, dependents }: LiveHandle): string | undefined {
  const shown = ({ type, handle }: LiveHandle) => `${type} 0x${handle.toString(16)}`;
  if (!created && parent !== undefined)
    return `it belongs to ${shown(parent)}, and is destroyed with it (${RELATION_RULES.vkDestroyImage})`;
  const [dependent] = dependents ?? [];
  if (dependent === undefined) return undefined;
  return `${shown(dependent)} was created for it and is not destroyed (${RELATION_RULES.vkDestroySurfaceKHR})`;
}

/** Throws if a device or an instance still has handles, or is in use. */
function checkScopeEnd(row: CommandRow, rule: string, scope: Scope): void {
  const user = scope.scopesOfHandle().map(commandUsing).find(Boolean);
  if (user !== undefined) throw new ValidUsageError(rule, `${row.name}: ${user} is still running`);
  if (callbacks.running > 0)
    throw new ValidUsageError(rule, `${row.name}: a callback is still running, and may belong to it`);
  const left = scope.leaks();
  if (left.length === 0) return;
  const names = left.slice(0, 5).map(formatLeak).join(', ');
  const more = left.length > 5 ? ` and ${left.length - 5} more` : '';
  throw new ValidUsageError(rule, `${row.name}: not destroyed yet: ${names}${more}`);
}

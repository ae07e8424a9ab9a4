// Disposes of a driver that is written in JavaScript: everything that came from it ends too, since its functions are gone.
import { ours } from '../errors/user-call.ts';
import { commandUsing, whenIdle } from './busy.ts';
import { runAll } from './run-all.ts';
import type { Scope } from './scope.ts';

/** The scopes of loaded libraries, by the address of their vkGetInstanceProcAddr. */
const scopesByDriver = new Map<bigint, Set<Scope>>();

const DISPOSED = 'belongs to an embedded driver that was disposed of';

/** Addresses of vkGetInstanceProcAddr of drivers that were disposed of, until koffi gives them to another. */
const disposed = new Set<bigint>();

/** Notes a new driver, by the address of its vkGetInstanceProcAddr. */
export function beginDriver(address: bigint): void {
  disposed.delete(address);
}

/** Throws a RangeError if the address belongs to a driver that was disposed of. */
export function checkNotDisposed(path: string, address: bigint): void {
  if (disposed.has(address)) throw ours(new RangeError(`${path}: 0x${address.toString(16)} ${DISPOSED}`));
}

/** Notes that a library was loaded from an address, which may be that of a driver in this process. */
export function addDriverScope(address: bigint, scope: Scope): void {
  const scopes = scopesByDriver.get(address);
  if (scopes === undefined) scopesByDriver.set(address, new Set([scope]));
  else scopes.add(scope);
}

/**
 * Ends everything that came from a driver.
 * @param then runs once no call is inside the driver any more
 */
export function endDriver(address: bigint, then: () => void): void {
  disposed.add(address);
  const scopes = [...(scopesByDriver.get(address) ?? [])];
  scopesByDriver.delete(address);
  const inner = scopes.flatMap(scope => [scope, ...scope.descendants()]);
  const ended = scopes.flatMap(scope => scope.end(DISPOSED));
  const wait = (): void => {
    const used = inner.find(scope => commandUsing(scope) !== undefined);
    if (used !== undefined) {
      whenIdle(used, wait);
      return;
    }
    then();
    runAll(ended);
  };
  wait();
}

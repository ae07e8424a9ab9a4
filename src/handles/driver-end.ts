// Disposes of a driver that is written in JavaScript: everything that came from it ends too, since its functions are gone.
import { commandUsing, whenIdle } from './busy.ts';
import { runAll } from './run-all.ts';
import type { Scope } from './scope.ts';

/** The scopes of loaded libraries, by the address of their vkGetInstanceProcAddr. */
const scopesByDriver = new Map<bigint, Set<Scope>>();

/** Notes that a library was loaded from an address, which may be that of a driver in this process. */
export function addDriverScope(address: bigint, scope: Scope): void {
  const scopes = scopesByDriver.get(address);
  if (scopes === undefined) scopesByDriver.set(address, new Set([scope]));
  else scopes.add(scope);
}

/**
 * Ends everything that came from a driver.
 * @param fate what errors then say about it
 * @param then runs once no call is inside the driver any more
 */
export function endDriver(address: bigint, fate: string, then: () => void): void {
  const scopes = [...(scopesByDriver.get(address) ?? [])];
  scopesByDriver.delete(address);
  const inner = scopes.flatMap(scope => [scope, ...scope.descendants()]);
  const ended = scopes.flatMap(scope => scope.end(fate));
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

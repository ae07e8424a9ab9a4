// Drivers that are JavaScript of this process: when one ends, so does all that came from it, since its functions go.
import { userOf, whenIdle } from './busy.ts';
import { runAll } from './run-all.ts';
import type { Scope } from './scope.ts';

/** What was loaded, by the address of its vkGetInstanceProcAddr. */
const loaded = new Map<bigint, Set<Scope>>();

/** A library was loaded from an address that a driver of this process may have. */
export function comesFrom(address: bigint, scope: Scope): void {
  const scopes = loaded.get(address);
  if (scopes === undefined) loaded.set(address, new Set([scope]));
  else scopes.add(scope);
}

/**
 * Ends all that came from a driver.
 * @param fate what an error says of it
 * @param then run once no call is inside the driver any more
 */
export function endDriver(address: bigint, fate: string, then: () => void): void {
  const scopes = [...(loaded.get(address) ?? [])];
  loaded.delete(address);
  const inner = scopes.flatMap(scope => [scope, ...scope.all()]);
  const ended = scopes.flatMap(scope => scope.end(fate));
  const wait = (): void => {
    const used = inner.find(scope => userOf(scope) !== undefined);
    if (used !== undefined) {
      whenIdle(used, wait);
      return;
    }
    then();
    runAll(ended);
  };
  wait();
}

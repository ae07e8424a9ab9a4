// Disposes of an instance or a device, as `using` does: all that was made from it first, and without throwing.
import { callbacks, commandUsing, whenIdle } from '../handles/busy.ts';
import { coreOrAlias } from '../handles/core-or-alias.ts';
import { destroyCommand } from '../handles/handle-type.ts';
import type { VulkanObject } from '../handles/object.ts';
import { runAll } from '../handles/run-all.ts';
import { queueMicrotask, setImmediate } from '../native/clock.ts';
import { methodName } from '../registry/shape.ts';

/**
 * Destroys an object with all that was made from it: once no call in progress uses it, and not what other code made.
 * What cannot be destroyed is reported by a process warning.
 * @param wait blocks until the work that was submitted has finished
 * @param destroy destroys the object itself
 */
export function endWithAll(object: VulkanObject, wait: () => void, destroy: () => void): void {
  if (!object.alive) return;
  const { scope } = object;
  const again = () => endWithAll(object, wait, destroy);
  for (const device of [...scope.inner].reverse()) device.dispose?.();
  const [waited] = scope.inner;
  if (waited !== undefined) {
    waited.beforeDestroy(() => queueMicrotask(again));
    return;
  }
  const used = scope.created ? scope.scopesOfHandle().find(commandUsing) : commandUsing(scope) && scope;
  if (used) {
    whenIdle(used, again);
    return;
  }
  if (callbacks.running > 0) {
    setImmediate(again);
    return;
  }
  const left = scope.leaks().reverse();
  try {
    // A device that other code made is waited for only if something was created on it here.
    if (scope.created || left.length > 0) wait();
  } catch {
    // A lost device is idle.
  }
  try {
    // As often as it was created: a driver may return one value twice.
    for (const { type, handle } of left) while (scope.has(type, handle)) destroyHandle(object, type, handle);
    if (scope.created) destroy();
    else runAll(scope.end());
  } catch (error) {
    process.emitWarning(`${object} could not be ended: ${(error as Error).message}`, 'KoffiVulkanWarning');
  }
}

/** Destroys or frees a handle by the command for its type. */
export function destroyHandle(object: VulkanObject, type: string, handle: bigint): void {
  const methods = object as unknown as VulkanObject & Record<string, (handle: bigint) => void>;
  methods[coreOrAlias(methods, methodName(destroyCommand(type)!))](handle);
}

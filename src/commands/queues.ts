// Makes calls on a queue one at a time, and a call that uses all queues of a device (vkDeviceWaitIdle) alone, as the
// specification requires.
import { commandsUsing, commandUsing, inUse } from '../handles/busy.ts';
import { liveIndex } from '../handles/handle-type.ts';
import type { VulkanBase, VulkanObject } from '../handles/object.ts';
import type { Scope } from '../handles/scope.ts';
import { ArgumentError } from '../native/argument-error.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow } from '../registry/rows.ts';

/** Whether it uses all queues of its device. */
const usesAll = (row: CommandRow): boolean => row.implicitExternsync.includes('VkQueue');

const isOfQueue = (row: CommandRow): boolean => row.params[0]?.base === 'VkQueue';

/** The name of a command that uses a queue, or any queue if none is given, and has not returned. */
function queueUser(scope: Scope, queue?: bigint): string | undefined {
  const scopes = scope.scopesOfHandle();
  const entries = scopes.flatMap(({ live }) => live[liveIndex('VkQueue')]?.values() ?? []);
  const used = entries.find(
    entry => (queue ?? entry.handle) === entry.handle && commandUsing(entry) !== undefined,
  );
  return used !== undefined
    ? commandUsing(used)
    : scopes.flatMap(commandsUsing).find(name => usesAll(registry.command(name)));
}

/** Refuses a call on a queue, or on all queues, while another call uses it; undefined for commands that use none. */
export function queueCheck(row: CommandRow): ((self: VulkanBase) => void) | undefined {
  const [one, all] = [isOfQueue(row), usesAll(row)];
  if (!one && !all) return undefined;
  return self => {
    if (inUse.size === 0) return;
    const user = queueUser(self.identity.scope, one ? (self as VulkanObject).handle : undefined);
    if (user === undefined) return;
    const what = one ? 'this queue' : 'a queue of this device';
    throw new ArgumentError('range', `${user} uses ${what} and has not returned`);
  };
}

/** Orders the promise forms on the queues of one device as they were called. */
class Turns {
  /** By queue: settles when its last call does. */
  readonly #last = new Map<bigint, Promise<unknown>>();
  /** Settles when the last call on all queues does. */
  #all: Promise<unknown> = Promise.resolve();

  take<T>(queue: bigint | undefined, call: () => Promise<T>): Promise<T> {
    const before =
      queue === undefined ? Promise.all([this.#all, ...this.#last.values()]) : this.#last.get(queue);
    const turn = (before ?? this.#all).then(call);
    const settled = turn.catch(() => undefined);
    if (queue === undefined) {
      this.#last.clear();
      this.#all = settled;
    } else this.#last.set(queue, settled);
    return turn;
  }
}

const turnsOf = memoize((_scope: Scope) => new Turns(), new WeakMap());

/** Runs a call when those before it on its queue have settled, or at once if it uses no queue. */
export function inTurn<T>(row: CommandRow, self: VulkanBase, call: () => Promise<T>): Promise<T> {
  const one = isOfQueue(row);
  if (!one && !usesAll(row)) return call();
  const [scope] = self.identity.scope.scopesOfHandle();
  return turnsOf(scope).take(one ? (self as VulkanObject).handle : undefined, call);
}

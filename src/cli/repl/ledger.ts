// Records the handles that commands create, and destroys them at the end, the latest first.

import { VulkanObject } from '../../handles/object.ts';
import { Device, Instance } from '../../index.ts';
import { registry } from '../../registry/registry.ts';
import type { CommandRow } from '../../registry/rows.ts';
import { methodName } from '../../registry/shape.ts';
import { returnedValues } from './watch.ts';

interface Entry {
  readonly type: string;
  readonly handle: unknown;
  readonly owner: VulkanObject;
}

type Destroy = (handle: unknown) => void;

/** The method that destroys a single handle: `destroyBuffer`, `freeMemory`; what belongs to a pool has none. */
function destroyer(type: string): string | undefined {
  const name = registry.tables.commands.names().find(command => {
    if (!/^vk(Destroy|Free)/.test(command)) return false;
    const { params } = registry.command(command);
    return params.length === 3 && params[1].base === type && params[1].pointers === '';
  });
  return name && methodName(name);
}

export class Ledger {
  readonly #entries: Entry[] = [];

  record(row: CommandRow, self: object, returned: unknown): void {
    if (!/^vk(Create|Allocate)/.test(row.name)) return;
    for (const { index, value } of returnedValues(row, returned)) {
      const { base } = row.params[index];
      if (registry.fact(base).kind !== 'handle') continue;
      for (const handle of [value].flat())
        this.#entries.push({ type: base, handle, owner: self as VulkanObject });
    }
  }

  /** Destroys all, the latest first; what cannot be destroyed is reported and does not stop the rest. */
  destroyAll(report: (text: string) => void): void {
    for (const { type, handle, owner } of this.#entries.splice(0).reverse()) {
      try {
        if (handle instanceof VulkanObject) {
          if (handle.alive && handle instanceof Device) {
            handle.deviceWaitIdle();
            handle.destroyDevice();
          }
          if (handle.alive && handle instanceof Instance) handle.destroyInstance();
        } else if (owner.alive && owner.scope.has(type, handle as bigint)) {
          const method = destroyer(type);
          if (method !== undefined) (owner as unknown as Record<string, Destroy>)[method](handle);
        }
      } catch (error) {
        report((error as Error).message);
      }
    }
  }
}

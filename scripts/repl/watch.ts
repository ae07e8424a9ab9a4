// In: every command that is called in this process.
// Out: what each returned, told to those who listen: for its types, and for what must be destroyed at the end.
import { Dispatch } from '../../src/commands.ts';
import type { CommandRow } from '../../src/rows.ts';
import { shapeOf } from '../../src/shape.ts';
import { registry } from '../../src/tables.ts';

type Listener = (row: CommandRow, self: object, returned: unknown) => void;

const rows = new WeakMap<object, CommandRow>();

/** The command that a method is of. */
export const commandOf = (method: object): CommandRow | undefined => rows.get(method);

/** Puts itself around the methods that are looked up from now on. */
export function watch(listener: Listener): void {
  const { method } = Dispatch.prototype;
  Dispatch.prototype.method = function (name) {
    const { fn, available } = method.call(this, name);
    const row = registry.command(name);
    const watched: typeof fn = function (...args) {
      const returned = fn.apply(this, args);
      listener(row, this as object, returned);
      return returned;
    };
    Object.defineProperty(watched, 'name', { value: name });
    rows.set(watched, row);
    return { fn: watched, available };
  };
}

/** What a command returned, by parameter: one value, or an object with one a name. */
export function returnedValues(row: CommandRow, returned: unknown): { index: number; value: unknown }[] {
  const { outputs, resultMatters } = shapeOf(row, registry);
  if (outputs.length === 0) return [];
  if (outputs.length === 1 && !resultMatters) return [{ index: outputs[0], value: returned }];
  const named = returned as Record<string, unknown>;
  return outputs.map(index => ({ index, value: named[row.params[index].name] }));
}

// In: the rows in ffi/.
// Out: the registry that the runtime looks everything up in.
import { baseTypes } from '../ffi/basetypes.ts';
import * as bitmasks from '../ffi/bitmasks.ts';
import { callbacks } from '../ffi/callbacks.ts';
import { commands } from '../ffi/commands.ts';
import * as enums from '../ffi/enums.ts';
import { extensions } from '../ffi/extensions.ts';
import { flags } from '../ffi/flags.ts';
import { handles } from '../ffi/handles.ts';
import { structs } from '../ffi/structs.ts';
import { createRegistry, type EnumValues } from './registry.ts';
import { Table } from './table.ts';

const values = (name: string): EnumValues | undefined => {
  const found = (enums as Record<string, unknown>)[name] ?? (bitmasks as Record<string, unknown>)[name];
  // Once built, they stand among all that the package exports.
  return typeof found === 'object' ? (found as EnumValues) : undefined;
};

export const registry = createRegistry({
  structs: new Table(structs),
  commands: new Table(commands),
  callbacks: new Table(callbacks),
  handles: new Table(handles),
  extensions: new Table(extensions),
  baseTypes: new Table(baseTypes),
  flags: new Table(flags),
  enums: values,
});

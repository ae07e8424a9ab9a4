// In: the rows in ffi/.
// Out: the registry that the runtime looks everything up in.
import { baseTypes } from '../ffi/basetypes.ts';
import * as bitmasks from '../ffi/bitmasks.ts';
import { callbacks } from '../ffi/callbacks.ts';
import { commands } from '../ffi/commands.ts';
import * as enums from '../ffi/enums.ts';
import { extensions } from '../ffi/extensions.ts';
import { handles } from '../ffi/handles.ts';
import { structs } from '../ffi/structs.ts';
import { createRegistry, type EnumValues } from './registry.ts';

const values = (name: string): EnumValues | undefined =>
  ((enums as Record<string, unknown>)[name] ?? (bitmasks as Record<string, unknown>)[name]) as
    | EnumValues
    | undefined;

export const registry = createRegistry({
  structs,
  commands,
  callbacks,
  handles,
  extensions,
  baseTypes,
  flags: bitmasks.flags,
  enums: values,
});

// The registry as the runtime uses it: the generated rows of ffi/.
import { baseTypes } from '../../ffi/rows/basetypes.ts';
import * as bitmasks from '../../ffi/rows/bitmasks.ts';
import { callbacks } from '../../ffi/rows/callbacks.ts';
import { commands } from '../../ffi/rows/commands.ts';
import * as enums from '../../ffi/rows/enums.ts';
import { extensions } from '../../ffi/rows/extensions.ts';
import { flags } from '../../ffi/rows/flags.ts';
import { formats } from '../../ffi/rows/formats.ts';
import { handles } from '../../ffi/rows/handles.ts';
import { structs } from '../../ffi/rows/structs.ts';
import { createRegistry, type EnumValues } from './facts.ts';
import { type FormatRow, parseFormat } from './format-row.ts';
import { Table } from './table.ts';

const values = (name: string): EnumValues | undefined => {
  const found = (enums as Record<string, unknown>)[name] ?? (bitmasks as Record<string, unknown>)[name];
  // The built package has them in one module with all its other exports, so a function may have this name.
  return typeof found === 'object' ? (found as EnumValues) : undefined;
};

/** The registry of the generated rows. */
export const registry = createRegistry({
  structs: new Table(structs),
  commands: new Table(commands),
  callbacks: new Table(callbacks),
  handles: new Table(handles),
  extensions: new Table(extensions),
  baseTypes: new Table(baseTypes),
  formats: new Table(formats),
  flags: new Table(flags),
  enums: values,
});

/** How a VkFormat is laid out in memory; undefined if the registry does not describe it. */
export function formatRow(format: number): FormatRow | undefined {
  const text = registry.tables.formats.get(String(format));
  return text === undefined ? undefined : parseFormat(text);
}

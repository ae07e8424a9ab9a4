// Looks up rows and facts about types by C name; each is parsed on first use and cached.

import { type ExtensionRow, parseExtension } from './extension-row.ts';
import { memoize } from './memoize.ts';
import {
  aliasOf,
  type CallbackRow,
  type CommandRow,
  type HandleRow,
  parseCallback,
  parseCommand,
  parseHandle,
  parseStruct,
  type StructRow,
} from './rows.ts';
import type { Table } from './table.ts';

/** The values of an enum or FlagBits type, by short name. */
export type EnumValues = Readonly<Record<string, number | bigint>>;

/** The tables of rows. */
export interface Tables {
  readonly structs: Table;
  readonly commands: Table;
  readonly callbacks: Table;
  readonly handles: Table;
  readonly extensions: Table;
  readonly baseTypes: Table;
  /** Keyed by the number of a VkFormat. */
  readonly formats: Table;
  /** Rows of flags types: `32 VkFooFlagBits`. */
  readonly flags: Table;
  /** Values of an enum or FlagBits type. */
  readonly enums: (name: string) => EnumValues | undefined;
}

/** What a C type is. */
export type TypeFact =
  | { readonly kind: 'struct'; readonly row: StructRow }
  | { readonly kind: 'enum'; readonly name: string; readonly values: EnumValues; readonly wide: boolean }
  | { readonly kind: 'flags'; readonly name: string; readonly bits: string; readonly wide: boolean }
  | { readonly kind: 'handle'; readonly row: HandleRow }
  | { readonly kind: 'callback'; readonly row: CallbackRow }
  | { readonly kind: 'bool' }
  | { readonly kind: 'scalar'; readonly c: Scalar }
  /** A Windows HANDLE value. */
  | { readonly kind: 'HANDLE' }
  /** A typedef of `void*`, e.g. `MTLDevice_id`. */
  | { readonly kind: 'address' }
  /** LPCWSTR. */
  | { readonly kind: 'wide string' }
  /** `void`, or a platform's own struct: used only behind a pointer. */
  | { readonly kind: 'opaque' };

/** A number type of C. */
export type Scalar =
  | 'char'
  | 'int8_t'
  | 'uint8_t'
  | 'int16_t'
  | 'uint16_t'
  | 'int32_t'
  | 'uint32_t'
  | 'int64_t'
  | 'uint64_t'
  | 'int'
  | 'size_t'
  | 'ulong'
  | 'float'
  | 'double';

/** Looks up rows and facts by C name. */
export interface Registry {
  readonly tables: Tables;
  /** Throws `unknown struct VkX`. */
  struct(name: string): StructRow;
  /** An alias's row has its own name and providers. Throws `unknown command vkX`. */
  command(name: string): CommandRow;
  fact(base: string): TypeFact;
  extension(name: string): ExtensionRow | undefined;
}

const SCALARS = new Set(
  'char int8_t uint8_t int16_t uint16_t int32_t uint32_t int64_t uint64_t int size_t ulong float double'.split(
    ' ',
  ),
);

// Plain enums are C's int. The name is tested first: listing VkStructureType's thousand values would be slow.
const isWide = (name: string, values: EnumValues) =>
  name.includes('FlagBits') && typeof Object.values(values)[0] === 'bigint';

/** Creates the lookups over tables of rows. */
export function createRegistry(tables: Tables): Registry {
  const struct = memoize((name: string): StructRow => {
    const text = tables.structs.get(name);
    if (text === undefined) throw new Error(`unknown struct ${name}`);
    const target = aliasOf(text);
    return target === undefined ? parseStruct(name, text) : struct(target);
  });
  const command = memoize((name: string): CommandRow => {
    const text = tables.commands.get(name);
    if (text === undefined) throw new Error(`unknown command ${name}`);
    const target = aliasOf(text);
    if (target === undefined) return parseCommand(name, text);
    return { ...command(target), name, providers: text.split('|')[1] };
  });
  const fact = memoize((name: string): TypeFact => {
    if (name === 'VkBool32') return { kind: 'bool' };
    if (SCALARS.has(name)) return { kind: 'scalar', c: name as Scalar };
    const handle = tables.handles.get(name);
    if (handle !== undefined) {
      const target = aliasOf(handle);
      return target === undefined ? { kind: 'handle', row: parseHandle(name, handle) } : fact(target);
    }
    const flags = tables.flags.get(name);
    if (flags !== undefined) {
      const target = aliasOf(flags);
      if (target !== undefined) return fact(target);
      const [width, bits] = flags.split(' ');
      return { kind: 'flags', name, bits: bits ?? '', wide: width === '64' };
    }
    const values = tables.enums(name);
    if (values !== undefined) return { kind: 'enum', name, values, wide: isWide(name, values) };
    const callback = tables.callbacks.get(name);
    if (callback !== undefined) return { kind: 'callback', row: parseCallback(name, callback) };
    const baseType = tables.baseTypes.get(name);
    switch (baseType) {
      case 'HANDLE':
        return { kind: 'HANDLE' };
      case 'wchar*':
        return { kind: 'wide string' };
      case 'void*':
        return { kind: 'address' };
      case 'void':
        return { kind: 'opaque' };
      case undefined:
        break;
      default:
        return fact(baseType);
    }
    if (name === 'void') return { kind: 'opaque' };
    // Last, since a name that is not in the first part of the table makes it read the rest from disk.
    if (tables.structs.has(name)) return { kind: 'struct', row: struct(name) };
    throw new Error(`unknown type ${name}`);
  });
  const known = memoize((name: string) => parseExtension(name, tables.extensions.get(name)!));
  // Names that do not exist are not cached: a script can ask for any number of them.
  const extension = (name: string) => (tables.extensions.has(name) ? known(name) : undefined);
  return { tables, struct, command, fact, extension };
}

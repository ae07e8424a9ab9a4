// In: the tables of rows (ffi/, or the generator's before they are written).
// Out: parsed rows and type facts by C name, each parsed on first use and kept.
import {
  aliasOf,
  type CallbackRow,
  type CommandRow,
  type ExtensionRow,
  type HandleRow,
  parseCallback,
  parseCommand,
  parseExtension,
  parseHandle,
  parseStruct,
  type StructRow,
} from './rows.ts';

type Rows = Record<string, string>;
export type EnumValues = Readonly<Record<string, number | bigint>>;

export interface Tables {
  readonly structs: Rows;
  readonly commands: Rows;
  readonly callbacks: Rows;
  readonly handles: Rows;
  readonly extensions: Rows;
  readonly baseTypes: Rows;
  /** Flags type → `32 VkFooFlagBits`. */
  readonly flags: Rows;
  /** Values of an enum or FlagBits type. */
  readonly enums: (name: string) => EnumValues | undefined;
}

/** What a C type name stands for. */
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
  /** `void*` under a name, e.g. `MTLDevice_id`. */
  | { readonly kind: 'address' }
  /** LPCWSTR. */
  | { readonly kind: 'wide string' }
  /** Only ever pointed at: `void` itself or a platform's own struct. */
  | { readonly kind: 'opaque' };

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

export interface Registry {
  readonly tables: Tables;
  /** Throws `unknown struct VkX`. */
  struct(name: string): StructRow;
  /** An alias's row carries its own name and what offers it. Throws `unknown command vkX`. */
  command(name: string): CommandRow;
  fact(base: string): TypeFact;
  extension(name: string): ExtensionRow | undefined;
}

const SCALARS = new Set(
  'char int8_t uint8_t int16_t uint16_t int32_t uint32_t int64_t uint64_t int size_t ulong float double'.split(
    ' ',
  ),
);

function kept<T>(make: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return name => {
    let value = known.get(name);
    if (value === undefined) {
      value = make(name);
      known.set(name, value);
    }
    return value;
  };
}

const has = (rows: object, name: string) => Object.hasOwn(rows, name);

export function createRegistry(tables: Tables): Registry {
  const struct = kept((name: string): StructRow => {
    if (!has(tables.structs, name)) throw new Error(`unknown struct ${name}`);
    const target = aliasOf(tables.structs[name]);
    return target === undefined ? parseStruct(name, tables.structs[name]) : struct(target);
  });
  const command = kept((name: string): CommandRow => {
    if (!has(tables.commands, name)) throw new Error(`unknown command ${name}`);
    const text = tables.commands[name];
    const target = aliasOf(text);
    if (target === undefined) return parseCommand(name, text);
    return { ...command(target), name, providers: text.split('|')[1] };
  });
  const fact = kept((name: string): TypeFact => {
    if (name === 'VkBool32') return { kind: 'bool' };
    if (SCALARS.has(name)) return { kind: 'scalar', c: name as Scalar };
    if (has(tables.structs, name)) return { kind: 'struct', row: struct(name) };
    if (has(tables.handles, name)) {
      const target = aliasOf(tables.handles[name]);
      if (target !== undefined) return fact(target);
      return { kind: 'handle', row: parseHandle(name, tables.handles[name]) };
    }
    if (has(tables.flags, name)) {
      const target = aliasOf(tables.flags[name]);
      if (target !== undefined) return fact(target);
      const [width, bits] = tables.flags[name].split(' ');
      return { kind: 'flags', name, bits: bits ?? '', wide: width === '64' };
    }
    const values = tables.enums(name);
    if (values !== undefined)
      return { kind: 'enum', name, values, wide: typeof Object.values(values)[0] === 'bigint' };
    if (has(tables.callbacks, name))
      return { kind: 'callback', row: parseCallback(name, tables.callbacks[name]) };
    switch (tables.baseTypes[name]) {
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
        return fact(tables.baseTypes[name]);
    }
    if (name === 'void') return { kind: 'opaque' };
    throw new Error(`unknown type ${name}`);
  });
  const extension = kept((name: string) =>
    has(tables.extensions, name) ? parseExtension(name, tables.extensions[name]) : undefined,
  );
  return { tables, struct, command, fact, extension };
}

// In: the registry.
// Out: text of ffi/types.ts: an interface a struct, a brand a handle, a function type a callback.
import type { Registry as Rows } from '../../src/registry.ts';
import { createRegistry } from '../../src/registry.ts';
import { formatCallback, formatCommand, formatHandle, formatStruct, type StructRow } from '../../src/rows.ts';
import { countsArray, DISPATCHABLE_CLASSES, mayBeAbsent } from '../../src/shape.ts';
import { directions } from './direction.ts';
import { importsFor } from './imports.ts';
import type { Registry } from './resolve.ts';
import { passedType, returnedType, structType, type TypeWriter } from './ts-type.ts';

/** The runtime's lookups over what is about to be written: one set of rules for both. */
export function typeWriter(registry: Registry): TypeWriter {
  const target = (name: string) => `=${registry.typeAliases.get(name)}`;
  const rows = (entries: [string, string][], isMine: (name: string) => boolean): Record<string, string> =>
    Object.fromEntries([
      ...entries,
      ...[...registry.typeAliases.keys()]
        .filter(a => isMine(registry.typeAliases.get(a) as string))
        .map(a => [a, target(a)]),
    ]);
  const names = (list: readonly { name: string }[]) => new Set(list.map(item => item.name));
  const [structs, handles] = [names(registry.structs), names(registry.handles)];
  const enums = Object.fromEntries(
    registry.enums.map(e => [e.name, Object.fromEntries(e.members.map(m => [m.name, m.value]))]),
  );
  for (const [alias, name] of registry.typeAliases) if (name in enums) enums[alias] = enums[name];
  const lookups: Rows = createRegistry({
    structs: rows(
      registry.structs.map(s => [s.name, formatStruct(s)]),
      name => structs.has(name),
    ),
    commands: Object.fromEntries(registry.commands.map(c => [c.name, formatCommand(c)])),
    callbacks: Object.fromEntries(registry.callbacks.map(c => [c.name, formatCallback(c)])),
    handles: rows(
      registry.handles.map(h => [h.name, formatHandle(h)]),
      name => handles.has(name),
    ),
    flags: rows(
      [...registry.bitmasks].map(([name, b]) => [name, `${b.width} ${b.bits}`.trim()]),
      name => registry.bitmasks.has(name),
    ),
    extensions: {},
    baseTypes: Object.fromEntries(registry.baseTypes),
    enums: name => enums[name],
  });
  return { registry: lookups, directions: directions(lookups, registry.commands, registry.structs) };
}

export function emitTypes(registry: Registry): string {
  const writer = typeWriter(registry);
  const isEnum = (name: string) => registry.enums.some(e => e.name === name);
  const out = [
    HELPERS,
    ...registry.handles
      .filter(h => !DISPATCHABLE_CLASSES.includes(h.name))
      .map(h => `export type ${h.name} = Handle<'${h.name}'>;`),
    ...[...registry.bitmasks].map(
      ([name, b]) => `export type ${name} = ${b.width === 64 ? 'bigint' : 'number'};`,
    ),
    ...registry.callbacks.map(row => callbackType(writer, row.name)),
    ...registry.structs.flatMap(row => structTypes(writer, registry, row)),
  ];
  for (const [name, target] of registry.typeAliases) {
    if (!isEnum(target) && !DISPATCHABLE_CLASSES.includes(target))
      out.push(`export type ${name} = ${target};`);
  }
  out.push(chainTypes(writer, registry));
  const body = out.join('\n');
  return `${importsFor(registry, body, [])}\n\n${body}\n`;
}

const HELPERS = `/** A non-dispatchable handle: a bigint that only commands of its own type take. */
export type Handle<Name extends string> = bigint & { readonly __vulkan: Name };
/** A 64-bit integer: a bigint, or a number up to 2^53 - 1; comes back as bigint. */
export type Integer64 = bigint | number;
/** Bytes read or written in place, without a copy. */
export type Bytes = ArrayBuffer | ArrayBufferView;
/** The address of memory as a bigint, which is its caller's word, or the memory itself. */
export type Address = bigint | Bytes;
/** A Windows HANDLE: its value, or the 8 bytes that hold it (what Electron gives). */
export type Win32Handle = bigint | number | Uint8Array;
`;

function callbackType(writer: TypeWriter, name: string): string {
  const fact = writer.registry.fact(name);
  if (fact.kind !== 'callback') throw new Error(`${name}: not a callback`);
  const params = fact.row.params.map(p => `${p.name}: ${returnedPointee(writer, p)}`);
  const returns =
    fact.row.returns === 'VkBool32' ? 'boolean | void' : fact.row.returns === 'void' ? 'void' : 'bigint';
  return `export type ${name} = (${params.join(', ')}) => ${returns};`;
}

/** A callback's pointer to one struct arrives as the struct. */
function returnedPointee(writer: TypeWriter, p: StructRow['members'][number]): string {
  return writer.registry.fact(p.base).kind === 'struct'
    ? structType(writer, p.base, 'returned')
    : returnedType(writer, p);
}

function structTypes(writer: TypeWriter, registry: Registry, row: StructRow): string[] {
  const { passed, returned } = writer.directions;
  return [
    ...(passed.has(row.name) ? [passedInterface(writer, registry, row)] : []),
    ...(returned.has(row.name) ? [returnedInterface(writer, registry, row)] : []),
  ];
}

const sTypeLiteral = (registry: Registry, value: number): string => {
  const member = registry.enums.find(e => e.name === 'VkStructureType')?.members.find(m => m.value === value);
  if (member === undefined) throw new Error(`VkStructureType: no enumerant has the value ${value}`);
  return `typeof VkStructureType.${member.name}`;
};

const comment = (registry: Registry, row: StructRow, name: string) => {
  const text = registry.comments.get(`${row.name}.${name}`);
  return text === undefined ? '' : `  /** ${text.replaceAll('*/', '*\\/')} */\n`;
};

function passedInterface(writer: TypeWriter, registry: Registry, row: StructRow): string {
  if (row.union) {
    const arms = row.members.map(m => `{ ${m.name}: ${passedType(writer, m)} }`);
    return `export type ${row.name} = ${arms.join(' | ')};`;
  }
  const lines = row.members.map(m => {
    if (m.name === 'sType' && row.sType !== undefined)
      return `  sType?: ${sTypeLiteral(registry, row.sType)};\n`;
    if (m.name === 'pNext') {
      const next = row.extendedBy.filter(name => writer.directions.passed.has(name));
      return next.length > 0
        ? `  pNext?: readonly (${next.map(name => `Chained<'${name}'>`).join(' | ')})[];\n`
        : '';
    }
    const counts = countsArray(m, row.members);
    const optional = counts || mayBeAbsent(m, row.members, writer.registry);
    const nullable = optional && (m.pointers !== '' || writer.registry.fact(m.base).kind === 'handle');
    const type = filled(writer, m) ?? passedType(writer, m);
    return `${comment(registry, row, m.name)}  ${m.name}${optional ? '?' : ''}: ${type}${nullable ? ' | null' : ''};\n`;
  });
  return `export interface ${row.name} {\n${lines.join('')}}`;
}

/** A pointer in a passed struct through which Vulkan writes: an object to fill, or memory. */
function filled(writer: TypeWriter, m: StructRow['members'][number]): string | undefined {
  if (m.pointers !== '&' || m.base === 'void') return undefined;
  const fact = writer.registry.fact(m.base);
  if (fact.kind !== 'struct') return undefined;
  return `${passedType(writer, m)} | Bytes`;
}

function returnedInterface(writer: TypeWriter, registry: Registry, row: StructRow): string {
  const name = structType(writer, row.name, 'returned');
  const lines = row.members.map(m => {
    if (m.name === 'sType' && row.sType !== undefined)
      return `  sType?: ${sTypeLiteral(registry, row.sType)};\n`;
    if (m.name === 'pNext') return '';
    return `${comment(registry, row, m.name)}  ${m.name}: ${returnedType(writer, m)};\n`;
  });
  return `export interface ${name} {\n${lines.join('')}}`;
}

/** What a pNext chain holds and gives: by struct name when passed, by VkStructureType when returned. */
function chainTypes(writer: TypeWriter, registry: Registry): string {
  const { passed, returned } = writer.directions;
  const extending = new Set(registry.structs.flatMap(s => s.extendedBy));
  const members = registry.structs.filter(s => s.sType !== undefined && extending.has(s.name));
  const literalOf = (s: StructRow) => sTypeLiteral(registry, s.sType as number);
  const byName = new Map(members.map(s => [s.name, s]));
  const chains = registry.structs.filter(
    s => returned.has(s.name) && s.extendedBy.some(name => returned.has(name)),
  );
  return [
    '/** Structs that a pNext chain may hold, with the sType that tells them apart. */',
    'export interface ChainedStructs {',
    ...members
      .filter(s => passed.has(s.name))
      .map(s => `  ${s.name}: ${s.name} & { sType: ${literalOf(s)} };`),
    '}',
    'export type Chained<Name extends keyof ChainedStructs> = ChainedStructs[Name];',
    '/** Structs that an output chain gives back, by the VkStructureType that asks for them. */',
    'export interface ReturnedStructs {',
    ...members
      .filter(s => returned.has(s.name))
      .map(s => `  ${s.sType}: ${structType(writer, s.name, 'returned')} & { sType: ${literalOf(s)} };`),
    '}',
    '/** The VkStructureTypes that may be asked of a struct that Vulkan fills. */',
    'export interface ReturnedChains {',
    ...chains.map(s => {
      const literals = s.extendedBy
        .filter(name => returned.has(name))
        .map(name => literalOf(byName.get(name) as StructRow));
      return `  ${s.name}: ${literals.join(' | ')};`;
    }),
    '}',
    '/** The filled structs, in the order in which their sTypes were named. */',
    'export type ReturnedChain<Next extends readonly number[]> = {',
    '  -readonly [Index in keyof Next]: ReturnedStructs[Next[Index] & keyof ReturnedStructs];',
    '};',
  ].join('\n');
}

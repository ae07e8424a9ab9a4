// Emits ffi/types/structs.ts: an interface for each struct, a branded type for each handle, a function type for each
// callback.
import type { CallbackRow, Member, StructRow } from '../../src/registry/rows.ts';
import { DISPATCHABLE_CLASSES, innerExtensions, mayBeAbsent, shapeOf } from '../../src/registry/shape.ts';
import { zeroRulesOf } from '../../src/registry/value-rule.ts';
import { memberDoc, structDoc, usersOf } from './emit-doc.ts';
import { importsFor } from './imports.ts';
import { parameterName } from './name.ts';
import type { ResolvedRegistry } from './resolve.ts';
import { arrayOf, passedType, returnedType, structType, type TypeWriter } from './ts-type.ts';

export function emitTypes(registry: ResolvedRegistry, writer: TypeWriter): string {
  const isElsewhere = (name: string) =>
    registry.bitmasks.has(name) ||
    registry.enums.some(e => e.name === name) ||
    DISPATCHABLE_CLASSES.includes(name);
  const users = usersOf(registry);
  const out = [
    HELPERS,
    ...registry.handles
      .filter(h => !DISPATCHABLE_CLASSES.includes(h.name))
      .map(h => `export type ${h.name} = Handle<'${h.name}'>;`),
    ...handleMaps(registry),
    ...nameTypes(registry),
    ...registry.callbacks.map(row => callbackType(writer, row)),
    ...registry.structs.flatMap(row =>
      structTypes(writer, registry, row, structDoc(row, users.get(row.name)!)),
    ),
  ];
  for (const [name, target] of registry.typeAliases) {
    if (!isElsewhere(target)) out.push(`export type ${name} = ${target};`);
  }
  out.push(chainTypes(writer, registry), plainStructs(writer, registry));
  const body = out.join('\n');
  return `${importsFor(registry, body, [])}\n\n${body}\n`;
}

const HELPERS = `/** A non-dispatchable handle: a bigint that is not a handle of another type. */
export type Handle<Name extends string> = bigint & { readonly __vulkan: Name };
/** A 64-bit integer: a bigint, or a number up to 2^53 - 1; always returned as a bigint. */
export type Integer64 = bigint | number;
/** Bytes read or written in place, without a copy. */
export type Bytes = ArrayBuffer | SharedArrayBuffer | ArrayBufferView;
/** The address of memory as a bigint, which is not validated, or the memory itself. */
export type Address = bigint | Bytes;
/** An array of elements of one type, whose length the type has if it is known. */
export type Elements<Shape extends readonly unknown[], T> = { readonly [I in keyof Shape]: T };
/** As many elements as another array has. */
export type AsMany<Shape extends readonly unknown[], T> = { -readonly [I in keyof Shape]: T };
/** A tuple of so many elements; an array if the number is not known, or large. */
export type TupleOf<T, Count extends number, Found extends T[] = []> = number extends Count
  ? T[]
  : Found['length'] extends Count
    ? Found
    : Found['length'] extends 16
      ? T[]
      : TupleOf<T, Count, [...Found, T]>;
/** A struct whose members with these names are required, since they must not be zero. */
export type Given<Struct, Members extends keyof Struct> = Struct & Required<Pick<Struct, Members>>;
/** Bytes that cannot be detached or shrunk: a SharedArrayBuffer, such as that of a shared WebAssembly.Memory, or a view of one. */
export type SharedBytes = SharedArrayBuffer | (ArrayBufferView & { readonly buffer: SharedArrayBuffer });
/** The address of memory that Vulkan may use after the call, which is not validated, or shared memory. */
export type LastingAddress = bigint | SharedBytes;
/** The address of an object of another library, such as an X11 Display, which is not validated. */
export type ObjectAddress = bigint;
/** A Windows HANDLE: its value, or its 8 bytes, as Electron returns it. */
export type Win32Handle = bigint | number | Uint8Array;
`;

/** Maps from the C type of a handle to its type here, one for handles of a device and one for those of an instance. */
function handleMaps(registry: ResolvedRegistry): string[] {
  const rows = new Map(registry.handles.map(h => [h.name, h]));
  const isOfDevice = (name: string): boolean => {
    const parent = rows.get(name)?.parent ?? '';
    return parent === 'VkDevice' || (parent !== '' && isOfDevice(parent));
  };
  const isOfInstance = (name: string) => !isOfDevice(name) && name !== 'VkInstance' && name !== 'VkDevice';
  const typeOf = (name: string) => (DISPATCHABLE_CLASSES.includes(name) ? name.slice(2) : name);
  const aliases = [...registry.typeAliases].filter(([, target]) => rows.has(target));
  const names = [...rows.keys()].map(name => [name, name] as const).concat(aliases);
  const map = (name: string, of: string, has: (name: string) => boolean) => {
    const lines = names
      .filter(([, target]) => has(target))
      .map(([c, target]) => `  ${c}: ${typeOf(target)};`);
    return [`/** Handles that belong to ${of}, by C type. */`, `export interface ${name} {`, ...lines, '}'];
  };
  return [
    ...map('DeviceHandleTypes', 'a device', isOfDevice),
    ...map('InstanceHandleTypes', 'an instance', isOfInstance),
    '/** All handles, by C type. */',
    'export interface HandleTypes extends DeviceHandleTypes, InstanceHandleTypes {',
    '  VkInstance: Instance;',
    '  VkDevice: Device;',
    '}',
  ];
}

/** Layers of the Vulkan SDK and of Mesa; the registry has none. */
const LAYERS = [
  'VK_LAYER_KHRONOS_validation',
  'VK_LAYER_KHRONOS_profiles',
  'VK_LAYER_KHRONOS_shader_object',
  'VK_LAYER_KHRONOS_synchronization2',
  'VK_LAYER_LUNARG_api_dump',
  'VK_LAYER_LUNARG_crash_diagnostic',
  'VK_LAYER_LUNARG_gfxreconstruct',
  'VK_LAYER_LUNARG_monitor',
  'VK_LAYER_LUNARG_screenshot',
  'VK_LAYER_MESA_device_select',
  'VK_LAYER_MESA_overlay',
];

/** Types of names that an editor completes, though any other string is allowed. */
function nameTypes({ extensions }: ResolvedRegistry): string[] {
  const type = (name: string, what: string, names: readonly string[]) =>
    `/** ${what}; any other string is allowed. */\nexport type ${name} = ${names.map(n => `'${n}'`).join(' | ')} | (string & {});`;
  const ofKind = (kind: string) => extensions.filter(e => e.kind === kind).map(e => e.name);
  return [
    type('InstanceExtensionName', 'An extension of an instance', ofKind('instance')),
    type('DeviceExtensionName', 'An extension of a device', ofKind('device')),
    type('LayerName', 'A layer', LAYERS),
  ];
}

/** The members and parameters of these types. */
export const NAMED: Readonly<Record<string, string>> = {
  'VkInstanceCreateInfo.ppEnabledExtensionNames': 'readonly InstanceExtensionName[]',
  'VkInstanceCreateInfo.ppEnabledLayerNames': 'readonly LayerName[]',
  'VkDeviceCreateInfo.ppEnabledExtensionNames': 'readonly DeviceExtensionName[]',
  'VkDeviceCreateInfo.ppEnabledLayerNames': 'readonly LayerName[]',
  'VkLayerSettingEXT.pLayerName': 'LayerName',
  'vkEnumerateInstanceExtensionProperties.pLayerName': 'LayerName',
  'vkEnumerateDeviceExtensionProperties.pLayerName': 'LayerName',
};

function callbackType(writer: TypeWriter, { name, params, returns }: CallbackRow): string {
  const list = params.map(p => `${parameterName(p.name)}: ${callbackParameter(writer, p)}`);
  const result = returns === 'VkBool32' ? 'boolean | void' : returns === 'void' ? 'void' : 'bigint';
  return `export type ${name} = (${list.join(', ')}) => ${result};`;
}

/** The type of a callback's parameter: a struct for a pointer to one, a bigint for a handle, which may have no object. */
function callbackParameter(writer: TypeWriter, p: Member): string {
  const { kind } = writer.registry.fact(p.base);
  if (kind === 'struct') return structType(writer, p.base, 'returned');
  return kind === 'handle' ? 'bigint' : returnedType(writer, p);
}

function structTypes(writer: TypeWriter, registry: ResolvedRegistry, row: StructRow, doc: string): string[] {
  const { passed, returned } = writer.directions;
  return [
    ...(passed.has(row.name) ? [doc + passedInterface(writer, registry, row)] : []),
    ...(returned.has(row.name) ? [doc + returnedInterface(writer, registry, row)] : []),
  ];
}

const sTypeLiteral = (registry: ResolvedRegistry, value: number): string => {
  const member = registry.enums.find(e => e.name === 'VkStructureType')?.members.find(m => m.value === value);
  if (member === undefined) throw new Error(`VkStructureType: no enumerant has the value ${value}`);
  return `VkStructureType.${member.name}`;
};

function passedInterface(writer: TypeWriter, registry: ResolvedRegistry, row: StructRow): string {
  if (row.union) {
    const arms = row.members.map(m => {
      const nullable = m.optional && m.pointers !== '' ? ' | null' : '';
      return `{ ${m.name}: ${passedType(writer, m, row.name)}${nullable} }`;
    });
    return `export type ${row.name} = ${arms.join(' | ')};`;
  }
  const lines = row.members.map(m => {
    if (m.name === 'sType' && row.sType !== undefined)
      return `  sType?: ${sTypeLiteral(registry, row.sType)};\n`;
    if (m.name === 'pNext') {
      const next = row.extendedBy.filter(name => writer.directions.passed.has(name));
      return next.length > 0
        ? `  pNext?: readonly (${next.map(name => `Chained<'${name}'>`).join(' | ')})[] | undefined;\n`
        : '';
    }
    const optional = mayBeAbsent(m, row, writer.registry);
    const nullable = optional && (m.pointers !== '' || writer.registry.fact(m.base).kind === 'handle');
    const inside = zeroRulesOf(row.rules, m.name).flatMap(({ path }) => /\.(.+)$/.exec(path)?.[1] ?? []);
    const given =
      inside.length === 0
        ? (NAMED[`${row.name}.${m.name}`] ?? passedType(writer, m, row.name))
        : givenType(writer, m.base, inside);
    // Without undefined, so that a mistyped enumerator is an error.
    const isNamed = ['enum', 'flags'].includes(writer.registry.fact(m.base).kind);
    const type = `${given}${nullable ? ' | null' : ''}${optional && !isNamed ? ' | undefined' : ''}`;
    return `${memberDoc(registry, row, m)}  ${m.name}${optional ? '?' : ''}: ${type};\n`;
  });
  return `export interface ${row.name} {\n${lines.join('')}}`;
}

/** A struct with required members, or with members that have required members: `extent.width`. */
function givenType(writer: TypeWriter, struct: string, paths: readonly string[]): string {
  const members = [...new Set(paths.map(path => path.split('.')[0]))];
  const given = `Given<${struct}, '${members.join("' | '")}'>`;
  const inner = members.flatMap(name => {
    const deeper = paths.flatMap(path => (path.startsWith(`${name}.`) ? path.slice(name.length + 1) : []));
    const { base } = writer.registry.struct(struct).members.find(m => m.name === name)!;
    return deeper.length === 0 ? [] : [`${name}: ${givenType(writer, base, deeper)}`];
  });
  return inner.length === 0 ? given : `${given} & { ${inner.join('; ')} }`;
}

/** The interface of a returned struct: every member is present; of a union with a selector, only the selected one. */
function returnedInterface(writer: TypeWriter, registry: ResolvedRegistry, row: StructRow): string {
  const name = structType(writer, row.name, 'returned');
  const sign = row.union && row.members.some(m => m.selection.length > 0) ? '?:' : ':';
  const lines = row.members.map(m => {
    if (m.name === 'sType' && row.sType !== undefined)
      return `  sType?: ${sTypeLiteral(registry, row.sType)};\n`;
    if (m.name === 'pNext') return '';
    return `${memberDoc(registry, row, m)}  ${m.name}${sign} ${withInnerChain(writer, registry, m)};\n`;
  });
  return `export interface ${name} {\n${lines.join('')}}`;
}

/** The type of a member, with what may be requested in the chain of that struct, or of each element. */
function withInnerChain(writer: TypeWriter, registry: ResolvedRegistry, m: Member): string {
  const type = returnedType(writer, m);
  const sTypes = innerExtensions(m, writer.registry).map(
    name => writer.registry.struct(name).sType as number,
  );
  if (sTypes.length === 0) return type;
  const next = `ReturnedStructs[${sTypes.map(sType => sTypeLiteral(registry, sType)).join(' | ')}]`;
  const [, element, array] = /^(.+?)(\[\])?$/.exec(type) as RegExpExecArray;
  const chained = `${element} & { pNext?: ${arrayOf(next)} }`;
  return array === undefined ? chained : arrayOf(chained);
}

/** Structs without pointers, which programs pass. */
function plainStructs(writer: TypeWriter, registry: ResolvedRegistry): string {
  const byName = new Map(registry.structs.map(row => [row.name, row]));
  const isPlain = (row: StructRow): boolean =>
    row.members.every(m => {
      const { kind } = writer.registry.fact(m.base);
      const isAddress = ['callback', 'address', 'HANDLE', 'wide string', 'opaque'].includes(kind);
      return m.pointers === '' && !isAddress && (kind !== 'struct' || isPlain(byName.get(m.base)!));
    });
  const plain = registry.structs.filter(row => writer.directions.passed.has(row.name) && isPlain(row));
  return [
    '/** Structs without pointers, which a program may write into memory itself, by name. */',
    'export interface PlainStructs {',
    ...plain.map(({ name }) => `  ${name}: ${name};`),
    '}',
  ].join('\n');
}

/** The types of pNext chains: by struct name when passed, by VkStructureType when returned. */
function chainTypes(writer: TypeWriter, registry: ResolvedRegistry): string {
  const { passed, returned } = writer.directions;
  const extending = new Set(registry.structs.flatMap(s => s.extendedBy));
  const members = registry.structs.filter(s => s.sType !== undefined && extending.has(s.name));
  const literalOf = (s: StructRow) => sTypeLiteral(registry, s.sType as number);
  const byName = new Map(members.map(s => [s.name, s]));
  const chains = registry.structs.filter(
    s => returned.has(s.name) && s.extendedBy.some(name => returned.has(name)),
  );
  const outputs = new Set(
    registry.commands.flatMap(row => shapeOf(row, writer.registry).outputs.map(i => row.params[i].base)),
  );
  const inner = chains
    .filter(s => outputs.has(s.name))
    .flatMap(s => innerOf(s, writer.registry).filter(name => !s.extendedBy.includes(name)));
  const innerTypes = [...new Set(inner)].map(name => literalOf(byName.get(name)!)).join(' | ') || 'never';
  return [
    '/** Structs that a pNext chain may have, with the sType that identifies each. */',
    'export interface ChainedStructs {',
    ...members
      .filter(s => passed.has(s.name))
      .map(s => `  ${s.name}: ${s.name} & { sType: ${literalOf(s)} };`),
    '}',
    'export type Chained<Name extends keyof ChainedStructs> = ChainedStructs[Name];',
    '/** Structs that an output chain returns, by the VkStructureType that requests them. */',
    'export interface ReturnedStructs {',
    ...members
      .filter(s => returned.has(s.name))
      .map(
        s => `  [${literalOf(s)}]: ${structType(writer, s.name, 'returned')} & { sType: ${literalOf(s)} };`,
      ),
    '}',
    '/** The VkStructureTypes that may be requested with a struct that Vulkan fills. */',
    'export interface ReturnedChains {',
    ...chains.map(s => {
      const names = new Set([...s.extendedBy, ...innerOf(s, writer.registry)]);
      const literals = [...names]
        .filter(name => returned.has(name))
        .map(name => literalOf(byName.get(name)!));
      return `  ${s.name}: ${literals.join(' | ')};`;
    }),
    '}',
    '/** The VkStructureTypes of structs that extend a struct inside another. */',
    `type InnerStructureType = ${innerTypes};`,
    '/** The filled structs, in the order of their sTypes; those that extend a struct inside are in its own chain. */',
    'export type ReturnedChain<Next extends readonly VkStructureType[]> = [',
    '  Extract<Next[number], InnerStructureType>,',
    '] extends [never]',
    '  ? { -readonly [Index in keyof Next]: ReturnedStructs[Next[Index] & keyof ReturnedStructs] }',
    '  : OwnChain<Next>;',
    'type OwnChain<Next extends readonly unknown[], Found extends unknown[] = []> = Next extends readonly [',
    '  infer First,',
    '  ...infer Rest,',
    ']',
    '  ? OwnChain<',
    '      Rest,',
    '      First extends InnerStructureType ? Found : [...Found, ReturnedStructs[First & keyof ReturnedStructs]]',
    '    >',
    '  : Next extends readonly []',
    '    ? Found',
    '    : ReturnedStructs[Next[number] & keyof ReturnedStructs][];',
  ].join('\n');
}

/** What may be requested inside a struct that Vulkan fills, and inside those that extend it. */
function innerOf(row: StructRow, facts: TypeWriter['registry'], seen = new Set<string>()): string[] {
  if (seen.has(row.name)) return [];
  seen.add(row.name);
  const inside = row.members.flatMap(m => innerExtensions(m, facts));
  return [
    ...inside,
    ...[...inside, ...row.extendedBy].flatMap(name => innerOf(facts.struct(name), facts, seen)),
  ];
}

// Emits enums and FlagBits: objects with their values, and types that keep different enums apart.
import type { EnumMember, EnumModel, Value } from './enums.ts';
import type { RawBitmask } from './model.ts';
import type { ResolvedRegistry } from './resolve.ts';

/** The enum whose values identify the structs of a chain. */
export const STRUCTURE_TYPE = 'VkStructureType';

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export function literal(value: Value): string {
  if (typeof value === 'bigint') return `${value >= 0 ? `0x${value.toString(16)}` : value}n`;
  return typeof value === 'number' ? String(value) : quoted(value);
}

/** The body of rows/enums.ts and rows/bitmasks.ts: objects, since TypeScript's enums are not erasable. */
export function emitEnumValues(registry: ResolvedRegistry, kind: EnumModel['kind']): string {
  const models = registry.enums.filter(e => e.kind === kind);
  return [
    `import type * as types from './enum-types.ts';\n`,
    ...models.map(
      ({ name, members }) =>
        `export const ${name} = {\n${lines(members, ': ')}} as const as typeof types.${name};\nexport type ${name} = types.${name};\n`,
    ),
    ...aliasesOf(registry, models).map(
      ([name, target]) => `export const ${name} = ${target};\nexport type ${name} = ${target};\n`,
    ),
  ].join('\n');
}

/** The body of rows/enum-types.ts: the types of these objects. 64-bit flags are no TypeScript enum, which cannot have bigints. */
export function emitEnumTypes(registry: ResolvedRegistry): string {
  return [
    `/** 64-bit flags of one type: a bigint, such as \`A | B\`, but no flag of another type. */
export type Flags64<Name extends string> = bigint & { readonly __flags?: Name };\n`,
    `import type * as inner from './structure-type.ts';\n`,
    '/** The name under which the declarations of programs refer to it. */',
    `export type { ${STRUCTURE_TYPE} as ${STRUCTURE_TYPE}Enum } from './structure-type.ts';\n`,
    ...registry.enums.map(model => {
      const { name, width } = model;
      if (name === STRUCTURE_TYPE) return declared(model, m => `inner.${name}.${m.name}`, `inner.${name}`);
      return width === 64 ? declared(model, () => name, `Flags64<'${name}'>`) : enumOf(model);
    }),
    ...aliasesOf(registry, registry.enums).map(([name, target]) => `export { ${target} as ${name} };\n`),
  ].join('\n');
}

/**
 * The body of rows/structure-type.ts. A value of an enum would be widened in `const info = { sType: VkStructureType.X }`,
 * and info would not fit into a pNext, which tells structs apart by their sTypes. The type of a constant is not widened.
 */
export const emitStructureType = (registry: ResolvedRegistry): string =>
  registry.enums
    .filter(e => e.name === STRUCTURE_TYPE)
    .map(enumOf)
    .join('');

const enumOf = ({ name, members }: EnumModel) => `export declare enum ${name} {\n${lines(members, ' = ')}}\n`;

const declared = ({ name, members }: EnumModel, typeOf: (m: EnumMember) => string, type: string) =>
  `export declare const ${name}: {\n${members.map(m => `  readonly ${m.name}: ${typeOf(m)};\n`).join('')}};\nexport type ${name} = ${type};\n`;

const lines = (members: EnumModel['members'], sign: string) =>
  members.map(m => `  ${m.name}${sign}${literal(m.value)},\n`).join('');

function aliasesOf(registry: ResolvedRegistry, models: readonly EnumModel[]): [string, string][] {
  const names = new Set(models.map(m => m.name));
  return [...registry.typeAliases].filter(([, target]) => names.has(target));
}

/** The body of rows/flag-types.ts. */
export function emitFlagTypes(registry: ResolvedRegistry): string {
  const { enums, bitmasks, typeAliases } = registry;
  const aliases = [...typeAliases].filter(([, target]) => bitmasks.has(target));
  const enumNames = [...enums.map(e => e.name), ...aliasesOf(registry, enums).map(([name]) => name)];
  const flagNames = [...bitmasks.keys(), ...aliases.map(([name]) => name)];
  return [
    `import type * as enums from './enum-types.ts';\n`,
    '/** Several flags in one number: an enum without values accepts any number that is not of another enum. */',
    'declare enum Combination {}',
    ...[...bitmasks.values()].map(flagsType),
    ...aliases.map(([name, target]) => `export type ${name} = ${target};`),
    '/** Enums, FlagBits and flags by their C names, for `explain`. */',
    'export interface EnumTypes {',
    ...enumNames.sort().map(name => `  ${name}: enums.${name};`),
    ...flagNames.sort().map(name => `  ${name}: ${name};`),
    '}',
    '',
  ].join('\n');
}

/** The type of flags: it accepts `A | B`, which is a number to TypeScript, but no flag of another type. */
function flagsType({ name, width, bits }: RawBitmask): string {
  if (width === 64) return `export type ${name} = enums.Flags64<'${bits || name}'>;`;
  return `export type ${name} = ${bits ? `enums.${bits} | ` : ''}Combination;`;
}

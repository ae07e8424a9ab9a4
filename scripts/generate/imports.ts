// Emits the import lines for the names that a file of erased types uses.
import { STRUCTURE_TYPE } from './emit-enums.ts';
import type { ResolvedRegistry } from './resolve.ts';

/** The classes of src/objects that types refer to. */
const CLASSES = ['Vulkan', 'Instance', 'PhysicalDevice', 'Device', 'Queue', 'CommandBuffer'];

/**
 * The body of types/objects.ts: the names of the classes. Each class adds itself to `ObjectClasses` where it is declared,
 * so that the types need not import src/objects.
 */
export const objectClassTypes = (): string =>
  [
    '/** The classes of objects by name; src/objects adds them. */',
    'export interface ObjectClasses {}',
    '',
    'type Class<Name extends string> = Name extends keyof ObjectClasses ? ObjectClasses[Name] : never;',
    ...CLASSES.map(name => `export type ${name} = Class<'${name}'>;`),
    '',
  ].join('\n');

/** `fromTypes` are the names that structs.ts exports; none for structs.ts itself. */
export function importsFor(registry: ResolvedRegistry, body: string, fromTypes: readonly string[]): string {
  // A {@link} in a comment needs an import of its target.
  const links = (comment: string) => comment.match(/(?<=\{@link )\w+/g)?.join(' ') ?? '';
  const code = body.replaceAll(/\/\*[\s\S]*?\*\//g, links).replaceAll(/'[^'\n]*'/g, '');
  const used = new Set(code.match(/\b[A-Z]\w+\b/g));
  const { enums, bitmasks, typeAliases } = registry;
  const withAliases = (names: ReadonlySet<string>) =>
    [...names, ...[...typeAliases].filter(([, target]) => names.has(target)).map(([name]) => name)].sort();
  const enumNames = withAliases(new Set(enums.map(e => e.name))).filter(name => name !== STRUCTURE_TYPE);
  const line = (names: readonly string[], file: string) => {
    const wanted = names.filter(name => used.has(name));
    return wanted.length === 0 ? [] : [`import type { ${wanted.join(', ')} } from '${file}';`];
  };
  return [
    ...line([STRUCTURE_TYPE], '../rows/structure-type.ts'),
    ...line(enumNames, '../rows/enum-types.ts'),
    ...line(withAliases(new Set(bitmasks.keys())), '../rows/flag-types.ts'),
    ...line([...fromTypes].sort(), './structs.ts'),
    ...line(CLASSES, './objects.ts'),
  ].join('\n');
}

/** The names that a file of types exports. */
export const exportedNames = (text: string): string[] =>
  [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(match => match[1]);

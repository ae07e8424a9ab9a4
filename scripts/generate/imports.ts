// In: the body of a file of erased types.
// Out: the import lines for exactly the names that it uses.
import type { Registry } from './resolve.ts';

/** The classes of src/objects that types name. */
const CLASSES = ['Vulkan', 'Instance', 'PhysicalDevice', 'Device', 'Queue', 'CommandBuffer'];

/**
 * The body of types/objects.ts: names of classes that stand above the types. Each class enters itself into
 * `ObjectClasses` where it is declared, so that no import goes up.
 */
export const objectTypes = (): string =>
  [
    '/** The classes of objects by name; src/objects fills it in. */',
    'export interface ObjectClasses {}',
    '',
    'type Class<Name extends string> = Name extends keyof ObjectClasses ? ObjectClasses[Name] : never;',
    ...CLASSES.map(name => `export type ${name} = Class<'${name}'>;`),
    '',
  ].join('\n');

/** `fromTypes` are the names that structs.ts exports; none for structs.ts itself. */
export function importsFor(registry: Registry, body: string, fromTypes: readonly string[]): string {
  const code = body.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/'[^'\n]*'/g, '');
  const used = new Set(code.match(/\b[A-Z]\w+\b/g));
  const pick = (kind: string) => {
    const models = new Set(registry.enums.filter(e => e.kind === kind).map(e => e.name));
    const aliases = [...registry.typeAliases]
      .filter(([, target]) => models.has(target))
      .map(([name]) => name);
    return [...models, ...aliases].filter(name => used.has(name)).sort();
  };
  const line = (names: readonly string[], file: string) =>
    names.length === 0 ? [] : [`import type { ${names.join(', ')} } from '${file}';`];
  return [
    ...line(pick('bitmask'), '../rows/bitmasks.ts'),
    ...line(pick('enum'), '../rows/enums.ts'),
    ...line(fromTypes.filter(name => used.has(name)).sort(), './structs.ts'),
    ...line(
      CLASSES.filter(name => used.has(name)),
      './objects.ts',
    ),
  ].join('\n');
}

/** Names that a file of types exports. */
export const exportedNames = (text: string): string[] =>
  [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(match => match[1]);

// In: the body of a file of erased types.
// Out: the import lines for exactly the names that it uses.
import type { Registry } from './resolve.ts';

const CLASSES: Record<string, string> = {
  Instance: 'instance',
  PhysicalDevice: 'physical-device',
  Device: 'device',
  Queue: 'queue',
  CommandBuffer: 'command-buffer',
};

/** `fromTypes` are the names that types.ts exports; none for types.ts itself. */
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
    ...line(pick('bitmask'), './bitmasks.ts'),
    ...line(pick('enum'), './enums.ts'),
    ...line(fromTypes.filter(name => used.has(name)).sort(), './types.ts'),
    ...Object.keys(CLASSES)
      .filter(name => used.has(name))
      .flatMap(name => line([name], `../src/${CLASSES[name]}.ts`)),
  ].join('\n');
}

/** Names that a file of types exports. */
export const exportedNames = (text: string): string[] =>
  [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(match => match[1]);

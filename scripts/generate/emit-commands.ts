// In: the registry.
// Out: text of ffi/methods.ts: an interface a class, a method a command, as src/shape.ts says.
import type { CommandRow, Member } from '../../src/rows.ts';
import { type Shape, shapeOf } from '../../src/shape.ts';
import { typeWriter } from './emit-types.ts';
import { importsFor } from './imports.ts';
import { commandName } from './name.ts';
import type { Registry } from './resolve.ts';
import { passedType, returnedType, structType, type TypeWriter } from './ts-type.ts';

const OWNERS: Record<string, string> = {
  VkInstance: 'InstanceCommands',
  VkPhysicalDevice: 'PhysicalDeviceCommands',
  VkDevice: 'DeviceCommands',
  VkQueue: 'QueueCommands',
  VkCommandBuffer: 'CommandBufferCommands',
};

/** Interface of the class that has a command: by its first parameter, a device's other handles to the device. */
function ownerOf(row: CommandRow, shape: Shape): string {
  if (shape.roles[0] === 'self') return OWNERS[row.params[0].base];
  return row.level === 'device' ? 'DeviceCommands' : 'VulkanCommands';
}

/** `typeNames` are what ffi/types.ts exports. */
export function emitCommandTypes(registry: Registry, typeNames: readonly string[]): string {
  const writer = typeWriter(registry);
  const byOwner = new Map<string, string[]>(
    ['VulkanCommands', ...Object.values(OWNERS)].map(name => [name, []]),
  );
  const byName = new Map(registry.commands.map(row => [row.name, row]));
  const add = (row: CommandRow, name: string, providers: string) => {
    const shape = shapeOf(row, writer.registry);
    byOwner.get(ownerOf(row, shape))?.push(method(writer, row, shape, name, providers));
  };
  for (const row of registry.commands) add(row, row.name, row.providers);
  for (const [name, { target, providers }] of registry.commandAliases)
    add(byName.get(target) as CommandRow, name, providers);
  const interfaces = [...byOwner].map(
    ([name, methods]) => `export interface ${name} {\n${methods.sort().join('')}}\n`,
  );
  const body = interfaces.join('\n');
  return `${importsFor(registry, body, typeNames)}\n\n${body}`;
}

function method(writer: TypeWriter, row: CommandRow, shape: Shape, name: string, providers: string): string {
  const params = row.params.flatMap((p, i) =>
    shape.roles[i] === 'in' || shape.roles[i] === 'buffer'
      ? [{ name: safe(p.name), type: paramType(writer, p), optional: isOptional(writer, p) }]
      : [],
  );
  const chain = chainOf(writer, row, shape);
  const list = params.map((p, i) => {
    const canOmit = params.slice(i).every(other => other.optional);
    return `${p.name}${p.optional && canOmit ? '?' : ''}: ${p.type}${p.optional ? ` | null${canOmit ? '' : ' | undefined'}` : ''}`;
  });
  if (chain !== undefined) list.push(`${safe(chain.param.name)}?: { readonly pNext: Next }`);
  const generic =
    chain === undefined ? '' : `<const Next extends readonly ReturnedChains['${chain.struct}'][] = []>`;
  return `  /** ${name}, of ${providers.replaceAll(',', ' or ').replaceAll('+', ' with ')}. */\n  ${commandName(name)}${generic}(${list.join(', ')}): ${resultType(writer, row, shape)};\n`;
}

/** Reserved words of TypeScript that parameters of C may bear. */
const RESERVED = new Set([
  'function',
  'default',
  'class',
  'in',
  'new',
  'delete',
  'var',
  'enum',
  'export',
  'import',
  'with',
]);
const safe = (name: string) => (RESERVED.has(name) ? `${name}_` : name);

const isOptional = (writer: TypeWriter, p: Member) =>
  (p.optional || p.noautovalidity) &&
  (p.pointers !== '' || ['handle', 'flags', 'scalar'].includes(writer.registry.fact(p.base).kind));

function paramType(writer: TypeWriter, p: Member): string {
  return passedType(writer, p);
}

/** The out parameter whose pNext chain a caller may ask for. */
export function chainOf(
  writer: TypeWriter,
  row: CommandRow,
  shape: Shape,
): { param: Member; struct: string } | undefined {
  for (const i of shape.outputs) {
    const param = row.params[i];
    const fact = writer.registry.fact(param.base);
    if (fact.kind !== 'struct') continue;
    if (fact.row.extendedBy.some(name => writer.directions.returned.has(name)))
      return { param, struct: fact.row.name };
  }
  return undefined;
}

function resultType(writer: TypeWriter, row: CommandRow, shape: Shape): string {
  const chain = chainOf(writer, row, shape);
  const outs = shape.outputs.map(i => {
    const p = row.params[i];
    const type = outType(writer, p, shape.roles[i] !== 'out', p === chain?.param);
    return { name: p.name, type };
  });
  const result = row.returns === 'VkResult' && shape.resultMatters;
  if (outs.length === 0) {
    if (row.returns === 'void' || (row.returns === 'VkResult' && !result)) return 'void';
    return returnedType(writer, {
      ...row.params[0],
      base: row.returns,
      pointers: '',
      extents: [],
      length: [],
    });
  }
  if (outs.length === 1 && !result) return outs[0].type;
  return `{ ${[...(result ? [{ name: 'result', type: 'VkResult' }] : []), ...outs].map(o => `${o.name}: ${o.type}`).join('; ')} }`;
}

/** Type of one thing that comes back; the pointer that C needs for it is gone. */
function outType(writer: TypeWriter, p: Member, many: boolean, chained: boolean): string {
  const fact = writer.registry.fact(p.base);
  if (p.base === 'void' && p.pointers === '&') return 'Uint8Array';
  if (p.pointers.length > 1 || (p.base !== 'void' && fact.kind === 'opaque')) return 'bigint | null';
  const inner = returnedType(writer, { ...p, pointers: '', length: [] });
  const type =
    chained && fact.kind === 'struct'
      ? `${structType(writer, fact.row.name, 'returned')} & { pNext: ReturnedChain<Next> }`
      : inner;
  return many ? (/[|&]/.test(type) ? `(${type})[]` : `${type}[]`) : type;
}

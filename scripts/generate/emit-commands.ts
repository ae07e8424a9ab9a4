// Emits ffi/types/methods.ts: an interface for each class, with a method for each command by its shape.
import type { CommandRow, Member } from '../../src/registry/rows.ts';
import { isDeferral, mayBeOmitted, methodName, type Shape, shapeOf } from '../../src/registry/shape.ts';
import { commandDoc } from './emit-doc.ts';
import { NAMED } from './emit-types.ts';
import { importsFor } from './imports.ts';
import { parameterName } from './name.ts';
import type { ResolvedRegistry } from './resolve.ts';
import { arrayOf, passedType, returnedType, structType, type TypeWriter } from './ts-type.ts';

/** The interface of each class that has commands; `''` is the library. */
const INTERFACES: Record<string, string> = {
  '': 'VulkanCommands',
  VkInstance: 'InstanceCommands',
  VkPhysicalDevice: 'PhysicalDeviceCommands',
  VkDevice: 'DeviceCommands',
  VkQueue: 'QueueCommands',
  VkCommandBuffer: 'CommandBufferCommands',
};

/** A command, or an alias of one. */
interface Method {
  readonly name: string;
  readonly providers: string;
  readonly row: CommandRow;
  readonly shape: Shape;
}

export type Methods = ReadonlyMap<string, readonly Method[]>;

/** The methods of each class: of the first parameter's, or of the device if that is not one of the classes. */
export function methodsOf(registry: ResolvedRegistry, facts: TypeWriter['registry']): Methods {
  const methods = new Map<string, Method[]>(Object.keys(INTERFACES).map(owner => [owner, []]));
  const byName = new Map(registry.commands.map(row => [row.name, row]));
  const add = (row: CommandRow, name: string, providers: string) => {
    const shape = shapeOf(row, facts);
    const lesser = row.level === 'device' ? 'VkDevice' : '';
    const owner = shape.roles[0] === 'self' ? row.params[0].base : lesser;
    methods.get(owner)?.push({ name, providers, row, shape });
  };
  for (const row of registry.commands) add(row, row.name, row.providers);
  for (const [name, { target, providers }] of registry.commandAliases)
    add(byName.get(target) as CommandRow, name, providers);
  return methods;
}

/** `typeNames` are what ffi/types/structs.ts exports. */
export function emitCommandTypes(
  registry: ResolvedRegistry,
  writer: TypeWriter,
  methods: Methods,
  typeNames: readonly string[],
): string {
  const interfaces = [...methods].map(([owner, all]) => {
    const lines = [...all]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(one => method(registry, writer, one));
    return `export interface ${INTERFACES[owner]} {\n${lines.join('')}}\n`;
  });
  const body = interfaces.join('\n');
  return `${importsFor(registry, body, typeNames)}\n\n${body}`;
}

function method(
  registry: ResolvedRegistry,
  writer: TypeWriter,
  { name, providers, row, shape }: Method,
): string {
  const params = row.params.filter((_, i) => shape.roles[i] === 'in' || shape.roles[i] === 'buffer');
  const lastRequired = params.findLastIndex(p => !mayBeOmitted(p, row));
  const sized = sizedBy(writer, row, shape);
  // Without undefined, so that a mistyped enumerator is an error.
  const isNamed = (p: Member) =>
    p.pointers === '' && ['enum', 'flags'].includes(writer.registry.fact(p.base).kind);
  const list = params.map((p, i) => {
    const type =
      (p === sized?.param ? sized.type : NAMED[`${row.name}.${p.name}`]) ?? passedType(writer, p, row.name);
    if (!mayBeOmitted(p, row)) return `${parameterName(p.name)}: ${type}`;
    if (isDeferral(p)) return `${parameterName(p.name)}: null | undefined`;
    if (i < lastRequired)
      return `${parameterName(p.name)}: ${type} | null${isNamed(p) ? '' : ' | undefined'}`;
    return `${parameterName(p.name)}?: ${type} | null`;
  });
  const chain = chainOf(writer, row, shape);
  if (chain !== undefined) list.push(`${parameterName(chain.param.name)}?: { readonly pNext: Next }`);
  const next = chain && `const Next extends readonly ReturnedChains['${chain.struct}'][] = []`;
  const generics = [next, sized?.generic].filter(Boolean);
  const generic = generics.length === 0 ? '' : `<${generics.join(', ')}>`;
  const result = resultType(writer, row, shape, chain?.param, sized?.result);
  const doc = commandDoc(registry, row, name, providers);
  return `${doc}  ${methodName(name)}${generic}(${list.join(', ')}): ${result};\n`;
}

/** The parameter that gives the number of returned elements, so that their type can be a tuple. */
interface Sized {
  readonly param: Member;
  /** The parameter's type. */
  readonly type: string;
  readonly generic: string;
  /** The type of the returned array. */
  result(element: string): string;
}

function sizedBy(writer: TypeWriter, row: CommandRow, { roles }: Shape): Sized | undefined {
  const [expression] = row.params[roles.indexOf('sized')]?.length ?? [];
  if (expression === undefined) return undefined;
  const [name, member] = expression.split('->');
  const asMany = (elements: string) => /^readonly (\w+)\[\]$/.exec(elements)?.[1];
  const like = (param: Member, type: string): Sized => ({
    param,
    type,
    generic: 'const Shape extends readonly unknown[] | []',
    result: element => `AsMany<Shape, ${element}>`,
  });
  const counts = (m: Member) => m.pointers !== '' && m.length[0] === (member ?? name);
  if (member === undefined) {
    const param = row.params.find((p, i) => roles[i] === 'in' && counts(p));
    const element = param && asMany(passedType(writer, param, row.name));
    return param && element ? like(param, `Elements<Shape, ${element}>`) : undefined;
  }
  const param = row.params.find(p => p.name === name) as Member;
  const array = writer.registry.struct(param.base).members.find(counts);
  if (array === undefined)
    return {
      param,
      type: `${param.base} & { ${member}: Count }`,
      generic: 'Count extends number',
      result: element => `TupleOf<${element}, Count>`,
    };
  const element = asMany(passedType(writer, array, param.base));
  return element ? like(param, `${param.base} & { ${array.name}: Elements<Shape, ${element}> }`) : undefined;
}

/** The output parameter whose pNext chain a caller may request. */
function chainOf(
  writer: TypeWriter,
  row: CommandRow,
  shape: Shape,
): { param: Member; struct: string } | undefined {
  for (const i of shape.outputs) {
    const param = row.params[i];
    const fact = writer.registry.fact(param.base);
    if (fact.kind === 'struct' && fact.row.extendedBy.some(name => writer.directions.returned.has(name)))
      return { param, struct: fact.row.name };
  }
  return undefined;
}

/** The result's type: a single output is the value itself, several are members of an object, by their C names. */
function resultType(
  writer: TypeWriter,
  row: CommandRow,
  shape: Shape,
  chained: Member | undefined,
  list: (element: string) => string = arrayOf,
): string {
  const outs = shape.outputs.map(i => {
    const p = row.params[i];
    const one = outType(writer, p, p === chained);
    if (shape.roles[i] === 'out' || isBytes(p)) return { name: p.name, type: one };
    return { name: p.name, type: shape.roles[i] === 'sized' ? list(one) : arrayOf(one) };
  });
  if (outs.length === 0) {
    const silent = row.returns === 'void' || (row.returns === 'VkResult' && !shape.returnsResult);
    return silent ? 'void' : returnedType(writer, { ...VALUE, base: row.returns });
  }
  if (outs.length === 1 && !shape.returnsResult) return outs[0].type;
  const named = [...(shape.returnsResult ? [{ name: 'result', type: 'VkResult' }] : []), ...outs];
  return `{ ${named.map(o => `${o.name}: ${o.type}`).join('; ')} }`;
}

/** A value as a command returns it: no pointer, no array. */
const VALUE: Member = {
  ...{ name: '', base: '', pointers: '', extents: [], bits: 0, length: [], selector: '', selection: [] },
  ...{
    optional: false,
    elementOptional: false,
    noautovalidity: false,
    externsync: '',
    objectType: '',
    stride: '',
    validStructs: [],
  },
};

const isBytes = (p: Member) => p.base === 'void' && p.pointers === '&';

/** The type of one output, without the pointer that C needs. */
function outType(writer: TypeWriter, p: Member, chained: boolean): string {
  const fact = writer.registry.fact(p.base);
  if (isBytes(p)) return 'Uint8Array';
  if (p.pointers.length > 1) return 'bigint | null';
  if (chained && fact.kind === 'struct')
    return `${structType(writer, fact.row.name, 'returned')} & { pNext: ReturnedChain<Next> }`;
  return returnedType(writer, { ...p, pointers: '', length: [] });
}

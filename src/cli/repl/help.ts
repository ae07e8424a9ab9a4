// Help on a command, struct, enum or handle type: its C declaration, how to call it here, what provides it, what is checked.

import { enumNames } from '../../../ffi/rows/names.ts';
import { sentences } from '../../../ffi/rows/sentences.ts';
import { commandRules } from '../../commands/command-rules.ts';
import { END_RULES, RELATION_RULES } from '../../commands/end-check.ts';
import { commandSizes } from '../../commands/size-rules.ts';
import { closest } from '../../errors/closest.ts';
import { cNameOf, toCName } from '../../errors/explain.ts';
import { isVulkanObject } from '../../handles/object.ts';
import * as api from '../../index.ts';
import { isRead } from '../../marshal/length-rules.ts';
import { objectRules } from '../../marshal/object-handle.ts';
import { structRules } from '../../marshal/struct-rules.ts';
import { inWords } from '../../registry/depends.ts';
import { countedName } from '../../registry/length.ts';
import { registry } from '../../registry/registry.ts';
import { aliasOf, type CommandRow, type Member, type StructRow } from '../../registry/rows.ts';
import { commandName, methodName, shapeOf } from '../../registry/shape.ts';
import { Table } from '../../registry/table.ts';
import { referencePage } from '../reference-page.ts';
import { declareCommand, declareStruct } from './declaration.ts';
import { EXPORTS } from './exports.ts';
import { handleType, structOf } from './typed.ts';
import { commandOf } from './watch.ts';

const OVERVIEW = `Created when first used:
  vulkan, instance, physicalDevices, gpu (the first of them, or --device), device, queue

  help('vkCreateBuffer')   a command, struct, enum, enumerator or handle type by its C name; a value has a type too:
                           help(device.createBuffer), help(VkFormat), help(mapMemory), help(_)
  explain(type, value)     the names of a value of an enum or flags: explain('VkMemoryPropertyFlags', 3)
  .query D3D11_TEXTURE     which memory types can such a handle be imported as? It creates one; .query HANDLE TYPE
                           asks about yours
  .info                    a summary of gpu; .info all shows everything
  .memory                  draws its heaps and memory types
  .exit                    destroys all that was created, the latest first, and quits

Every export of koffi-vulkan is here by name (mapMemory, VkFormat, VkResult, …). <Tab> completes commands,
members of the structs that a command takes, and enums.`;

const OBJECTS: Record<string, string> = {
  VkInstance: 'instance',
  VkPhysicalDevice: 'gpu',
  VkDevice: 'device',
  VkQueue: 'queue',
  VkCommandBuffer: 'commandBuffer',
};

/** The rules that code of this project checks, and those of its row. */
const checkedRules = (row: CommandRow | StructRow): string[] => [
  ...new Set('params' in row ? vuidsOfCommand(row) : vuidsOfStruct(row)),
];

const vuidsOfCommand = (row: CommandRow): string[] => [
  ...(commandRules[row.name]?.vuids ?? []),
  ...(commandSizes[row.canonicalName]?.vuids ?? []),
  ...[END_RULES, RELATION_RULES].flatMap(rules => rules[row.name] ?? []),
  ...[objectRules[row.canonicalName], ...row.rules, ...row.sizeRules].flatMap(rule => rule?.vuid ?? []),
];

const vuidsOfStruct = (row: StructRow): string[] => [
  ...(structRules[row.name]?.vuids ?? []),
  ...[objectRules[row.name], ...row.rules, ...row.arrayRules, ...row.countLinks, ...row.alternatives].flatMap(
    rule => rule?.vuid ?? [],
  ),
  ...arraysRead(row),
];

/** The rules that an array must be present if its count is not 0. */
function arraysRead({ name, members }: StructRow): string[] {
  const isCounted = ({ length: [expression] }: Member) =>
    members.some(m => m.name === countedName(expression ?? '')?.name);
  return members
    .filter(m => m.pointers === '*' && isRead(m) && isCounted(m) && name.startsWith('Vk'))
    .map(m => `VUID-${name}-${m.name}-parameter`);
}

const codes = (values: readonly number[]) => values.map(v => api.explainC('VkResult', v)).join(', ');

/** `device.createBuffer(pCreateInfo) → VkBuffer` */
function signature(row: CommandRow): string {
  const { roles, outputs, returnsResult } = shapeOf(row, registry);
  const takes = row.params.filter((_, i) => roles[i] === 'in' || roles[i] === 'buffer').map(p => p.name);
  const chains = outputs.some(i => {
    const fact = registry.fact(row.params[i].base);
    return fact.kind === 'struct' && fact.row.extendedBy.length > 0;
  });
  const owner =
    roles[0] === 'self' ? OBJECTS[row.params[0].base] : row.level === 'global' ? 'vulkan' : 'device';
  const gives = outputs.map(i => {
    const { base } = row.params[i];
    return `${base === 'void' ? 'address' : base}${roles[i] === 'out' ? '' : '[]'}`;
  });
  if (returnsResult) gives.unshift('VkResult');
  else if (gives.length === 0 && row.returns !== 'void' && row.returns !== 'VkResult')
    gives.push(row.returns);
  const method = methodName(row.name);
  const args = [...takes, ...(chains ? ['{ pNext: [sType, …] }?'] : [])].join(', ');
  return `${owner}.${method}(${args})${gives.length > 0 ? ` → ${gives.join(', ')}` : ''}`;
}

type Rows = [label: string, text: string][];

const table = (rows: Rows): string[] =>
  rows.filter(([, text]) => text !== '').map(([label, text]) => `${label.padEnd(11)} ${text}`);

const sentenceTable = new Table(sentences);

const commandHelp = (row: CommandRow): string[] => [
  ...declareCommand(row),
  '',
  sentenceTable.get(canonicalName(row.name)) ?? '',
  '',
  ...table([
    ['called', signature(row)],
    ['of', inWords(row.providers)],
    ['success', row.returns === 'VkResult' ? codes(row.successCodes) : ''],
    ['errors', codes(row.errorCodes)],
    ['queues', row.queues.join(', ')],
    ['checked', checkedRules(row).join(', ')],
    ['page', referencePage(row.name)],
  ]),
];

/** The command that an alias stands for. */
function canonicalName(command: string): string {
  const row = registry.tables.commands.get(command);
  return (row === undefined ? undefined : aliasOf(row)) ?? command;
}

/** The commands that take or return a type. */
function usersOf(base: string): string[] {
  const direct = new RegExp(`[ *&\\]]${base}[ ;|]`);
  return registry.tables.commands.entries().flatMap(([name, row]) => (direct.test(row) ? [name] : []));
}

/** The structs that have a member of a type. */
function holdersOf(base: string): string[] {
  const direct = new RegExp(`[ *&\\]]${base}[ ;|]`);
  return registry.tables.structs
    .entries()
    .flatMap(([name, row]) => (aliasOf(row) === undefined && direct.test(row.split('|')[1]) ? [name] : []));
}

const extendsOf = (name: string) =>
  registry.tables.structs
    .entries()
    .flatMap(([other, row]) =>
      row.includes(name) && registry.struct(other).extendedBy.includes(name) ? [other] : [],
    );

const structHelp = (row: StructRow): string[] => [
  ...declareStruct(row),
  '',
  ...table([
    ['of', inWords(row.providers)],
    ['sType', row.sType === undefined ? '' : `${cNameOf('VkStructureType', row.sType)}, filled in for you`],
    ['in pNext of', [...new Set(extendsOf(row.name))].join(', ')],
    ['its pNext', row.extendedBy.join(', ')],
    ['commands', usersOf(row.name).join(', ')],
    ['part of', holdersOf(row.name).join(', ')],
    ['checked', checkedRules(row).join(', ')],
    ['page', referencePage(row.name)],
  ]),
];

function enumHelp(name: string, bits: string): string[] {
  const values = Object.entries(registry.tables.enums(bits) ?? {});
  const width = Math.max(0, ...values.map(([key]) => key.length));
  return [
    name === bits ? `enum ${name}` : `${name}: bits of ${bits}`,
    ...values.map(
      ([key, value]) =>
        `    ${key.padEnd(width)}  ${bits.includes('FlagBits') ? `0x${value.toString(16)}` : value}`,
    ),
    '',
    ...table([['page', referencePage(name)]]),
  ];
}

/** The C name of what was passed to help: a name in any form, or a value whose type is known. */
function resolve(what: unknown): string | undefined {
  if (typeof what === 'function')
    return commandOf(what)?.name ?? Object.entries(api).find(([, value]) => value === what)?.[0];
  if (typeof what === 'bigint') return handleType(what);
  if (typeof what === 'object' && what !== null) return typeOf(what);
  if (typeof what !== 'string') return undefined;
  const name = what.trim().replace(/\(.*$/, '');
  if (enumeratorOf(name) !== undefined) return name;
  const last = name.replace(/^.*\./, '');
  if (registry.tables.commands.has(last)) return last;
  const command = commandName(last);
  return registry.tables.commands.has(command) ? command : last;
}

/** The C name of an enum, an object, a struct that a command returned, or an error's command. */
function typeOf(what: object): string | undefined {
  if (what instanceof api.VulkanError || what instanceof api.NotAvailableError) return what.command;
  const { type } = what as { type?: unknown };
  if (isVulkanObject(what) && typeof type === 'string' && type !== '') return type;
  const [first] = Array.isArray(what) ? what : [];
  const inside = typeof first === 'object' && first !== null ? typeOf(first) : undefined;
  return (
    structOf(what)?.name ??
    inside ??
    Object.entries(api).find(([name, value]) => value === what && name.startsWith('Vk'))?.[0]
  );
}

/** The enum and short name of `VK_FORMAT_R8_UNORM` or `VkFormat.R8_UNORM`. */
function enumeratorOf(name: string): { type: string; short: string } | undefined {
  const [, type, member] = /^(\w+)\.(\w+)$/.exec(name) ?? [];
  if (type !== undefined) {
    const isThere = Object.hasOwn(registry.tables.enums(type) ?? {}, member);
    return isThere ? { type, short: member } : undefined;
  }
  if (!/^(VK|STD)_[A-Z0-9_]+$/.test(name)) return undefined;
  for (const one of enumTypes.names())
    for (const short of Object.keys(registry.tables.enums(one) ?? {}))
      if (toCName(one, short) === name) return { type: one, short };
  return undefined;
}

function enumeratorHelp({ type, short }: { type: string; short: string }): string[] {
  const value = registry.tables.enums(type)![short];
  return [
    `${type}.${short} = ${type.includes('FlagBits') ? `0x${value.toString(16)}` : value}`,
    '',
    ...table([
      ['in C', toCName(type, short)],
      ['of', `${type}: help('${type}') lists all`],
      ['page', referencePage(type)],
    ]),
  ];
}

const enumTypes = new Table(enumNames);

/** A constant of C: `VK_WHOLE_SIZE`. */
function constantHelp(name: string): string[] | undefined {
  const short = name.replace(/^VK_/, '');
  const value = (api as Record<string, unknown>)[short];
  return typeof value === 'object' || typeof value === 'function' || value === undefined
    ? undefined
    : [`${short} = ${typeof value === 'string' ? JSON.stringify(value) : value}`];
}

/** Existing names that are similar to one that does not exist. */
function similarNames(name: string): string[] {
  const { commands, structs, flags, extensions } = registry.tables;
  const all = [
    ...commands.names(),
    ...structs.names(),
    ...flags.names(),
    ...enumTypes.names(),
    ...extensions.names(),
  ];
  const wanted = name.toLowerCase().replace(/^vk/, '');
  if (wanted.length < 3) return [];
  const best = closest(`vk${wanted}`, all);
  const others = all.filter(one => one !== best && one.toLowerCase().slice(2).includes(wanted));
  return [...(best === undefined ? [] : [best]), ...others].slice(0, 12);
}

export function help(what?: unknown): string[] {
  if (what === undefined) return OVERVIEW.split('\n');
  const name = resolve(what);
  if (name === undefined)
    return ['help: expected a C name, or a value whose type is known; help() shows what there is'];
  const enumerator = enumeratorOf(name);
  if (enumerator !== undefined) return enumeratorHelp(enumerator);
  if (registry.tables.commands.has(name)) return commandHelp(registry.command(name));
  if (registry.tables.structs.has(name)) return structHelp(registry.struct(name));
  if (registry.tables.extensions.has(name)) return extensionHelp(name);
  if (registry.tables.enums(name) !== undefined) return enumHelp(name, name);
  if (registry.tables.flags.has(name) || registry.tables.handles.has(name)) return typeHelp(name);
  if (Object.hasOwn(EXPORTS, name)) return [...EXPORTS[name]];
  const constant = constantHelp(name);
  if (constant !== undefined) return constant;
  const similar = similarNames(name);
  return [`no ${name} in the registry${similar.length > 0 ? `; perhaps ${similar.join(', ')}` : ''}`];
}

function typeHelp(name: string): string[] {
  const fact = registry.fact(name);
  if (fact.kind === 'flags' && fact.bits !== '') return enumHelp(fact.name, fact.bits);
  if (fact.kind !== 'handle') return table([['page', referencePage(name)]]);
  return [
    `${name}: a ${fact.row.dispatchable ? 'dispatchable ' : ''}handle${fact.row.parent ? ` of a ${fact.row.parent}` : ''}`,
    '',
    ...table([
      ['here', OBJECTS[name] ?? (fact.row.dispatchable ? '' : 'a bigint')],
      ['commands', fact.row.dispatchable ? '' : usersOf(name).join(', ')],
      ['page', referencePage(name)],
    ]),
  ];
}

function extensionHelp(name: string): string[] {
  const row = registry.extension(name)!;
  const names = new RegExp(`\\b${name}\\b`);
  const commands = registry.tables.commands
    .names()
    .filter(one => names.test(registry.command(one).providers));
  const structs = registry.tables.structs
    .entries()
    .flatMap(([one, row]) => (names.test(row.split('|').at(-1) ?? '') ? [one] : []));
  return [
    `${name}: a${row.kind === 'instance' ? 'n instance' : ' device'} extension, revision ${row.version}`,
    '',
    ...table([
      ['platform', row.platform],
      ['needs', row.depends === '' ? '' : inWords(row.depends)],
      ['promoted to', row.promotedTo === '' ? '' : inWords(row.promotedTo)],
      ['commands', commands.join(', ')],
      ['structs', structs.join(', ')],
      ['page', referencePage(name)],
    ]),
  ];
}

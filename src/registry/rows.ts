// Parses and formats rows: one line of text for each struct, command or callback, which the generator writes to ffi/ and
// the runtime reads.

import {
  type Alternative,
  type ArrayRule,
  type CountLink,
  formatLengthRules,
  formatSizeRules,
  parseAlternatives,
  parseArrayRules,
  parseCountLinks,
  parseSizeRules,
  type SizeRule,
} from './length-rule.ts';
import { formatRules, parseRules, type ValueRule } from './value-rule.ts';

/**
 * A C declarator as a row writes it, outermost first: `*` for a pointer to const, `&` for a pointer that the callee
 * writes through, `[4]` for an array, then the base type and the width of a bit-field:
 * `const char* const* names` is `**char`, `float m[3][4]` is `[3][4]float`, `uint32_t mask:8` is `uint32_t:8`.
 */
export interface Declarator {
  /** The C name of the innermost type. */
  readonly base: string;
  /** `''`, `'*'`, `'&'`, `'**'`…, outermost first. */
  readonly pointers: string;
  /** Array extents, outermost first. */
  readonly extents: readonly number[];
  /** Width of a bit-field, 0 for an ordinary member. */
  readonly bits: number;
}

/** A struct member, a command parameter or a callback parameter. */
export interface Member extends Declarator {
  readonly name: string;
  /** The registry's `optional` of the member itself: it may be NULL, VK_NULL_HANDLE or zero. */
  readonly optional: boolean;
  /** The registry's second `optional`: what the pointer points at may be zero or NULL. */
  readonly elementOptional: boolean;
  /** The registry's `noautovalidity`: only the specification's prose has rules for it, so it may be left out here. */
  readonly noautovalidity: boolean;
  /** The registry's `len` (or `altlen`), one expression for each pointer level; empty for a pointer to one element. */
  readonly length: readonly string[];
  /** Of a union: the sibling whose value selects the union's member. */
  readonly selector: string;
  /** Of a union's member: the selector's values that select it. */
  readonly selection: readonly number[];
  /** The registry's `externsync`, `''` if there is none. */
  readonly externsync: string;
  /** The registry's `objecttype`: of a handle given as uint64_t, the sibling with its VkObjectType or VkDebugReportObjectTypeEXT. */
  readonly objectType: string;
  /** The registry's `stride`: of an array, the sibling with the bytes from one element to the next. */
  readonly stride: string;
  /** The registry's `validstructs`: the structs that a pointer to VkBaseOutStructure may point to; of a struct inside another, those that its chain may have. */
  readonly validStructs: readonly string[];
}

/** A struct or union. */
export interface StructRow {
  readonly name: string;
  readonly union: boolean;
  /** The registry's `returnedonly`: only Vulkan fills it. */
  readonly returnedOnly: boolean;
  /** The VkStructureType value of its `sType`. */
  readonly sType: number | undefined;
  /** The registry's `allowduplicate`: a pNext chain may have it more than once. */
  readonly allowDuplicate: boolean;
  readonly members: readonly Member[];
  /** The structs whose `structextends` names this one: what its pNext chain may have. */
  readonly extendedBy: readonly string[];
  /** The versions and extensions that have it, under this name or an alias, as a boolean expression. */
  readonly providers: string;
  /** The specification's rules on single numbers in it. */
  readonly rules: readonly ValueRule[];
  /** When C reads optional arrays. */
  readonly arrayRules: readonly ArrayRule[];
  /** Counts that must equal those of structs in its chain. */
  readonly countLinks: readonly CountLink[];
  /** Arrays of which only one may be given. */
  readonly alternatives: readonly Alternative[];
}

/** What a command is resolved with: no instance, an instance, or a device. */
export type Level = 'global' | 'instance' | 'device';

/** A command. */
export interface CommandRow {
  readonly name: string;
  /** The name that the specification's rules use: for an alias, its target. */
  readonly canonicalName: string;
  readonly level: Level;
  /** The C type returned. */
  readonly returns: string;
  readonly successCodes: readonly number[];
  readonly errorCodes: readonly number[];
  readonly params: readonly Member[];
  /** The versions and extensions that have it, as a boolean expression: `VK_VERSION_1_1,VK_KHR_swapchain`. */
  readonly providers: string;
  /** Types of the objects that it uses without being passed them, and that no other call may use meanwhile. */
  readonly implicitExternsync: readonly string[];
  /** The queue capabilities of which one is needed, as the registry spells them. */
  readonly queues: readonly string[];
  /** The specification's rules on single numbers among its parameters. */
  readonly rules: readonly ValueRule[];
  /** How many bytes C reads or writes at its pointers. */
  readonly sizeRules: readonly SizeRule[];
}

/** A function pointer type. */
export interface CallbackRow {
  readonly name: string;
  readonly returns: string;
  readonly params: readonly Member[];
}

/** A handle type. */
export interface HandleRow {
  readonly name: string;
  /** The handle type that it belongs to; `''` for VkInstance. */
  readonly parent: string;
  readonly dispatchable: boolean;
  /** Its VkObjectType value. */
  readonly objectType: number;
}

/** The items of a list in a row. */
export const list = (text: string, separator = ',') => (text === '' ? [] : text.split(separator));

/** Parses a declarator. */
export function parseDeclarator(text: string): Declarator {
  const match = /^([*&]*)((?:\[\d+\])*)(\w+)(?::(\d+))?$/.exec(text);
  if (match === null) throw new Error(`Row declarator: expected e.g. **char or [4]float, got "${text}"`);
  const extents = match[2] === '' ? [] : match[2].slice(1, -1).split('][').map(Number);
  return { pointers: match[1], extents, base: match[3], bits: Number(match[4] ?? 0) };
}

/** The text of a declarator. */
export function formatDeclarator(d: Declarator): string {
  return `${d.pointers}${d.extents.map(n => `[${n}]`).join('')}${d.base}${d.bits ? `:${d.bits}` : ''}`;
}

/** `name declarator [?|!?|??] [~] [#length] [@selector] [=selection] [^externsync] [%objectType] [+stride] [$validStructs]` */
function parseMember(text: string): Member {
  const words = text.split(' ');
  const { base, pointers, extents, bits } = parseDeclarator(words[1]);
  let optional = false;
  let elementOptional = false;
  let noautovalidity = false;
  let length: readonly string[] = [];
  let selector = '';
  let selection: readonly number[] = [];
  let externsync = '';
  let objectType = '';
  let stride = '';
  let validStructs: readonly string[] = [];
  for (let i = 2; i < words.length; i++) {
    const value = words[i].slice(1);
    switch (words[i][0]) {
      case '~':
        noautovalidity = true;
        break;
      case '#':
        length = list(value);
        break;
      case '@':
        selector = value;
        break;
      case '=':
        selection = list(value).map(Number);
        break;
      case '^':
        externsync = value;
        break;
      case '%':
        objectType = value;
        break;
      case '+':
        stride = value;
        break;
      case '$':
        validStructs = list(value);
        break;
      default:
        optional = words[i] !== '!?';
        elementOptional = words[i] !== '?';
    }
  }
  return {
    name: words[0],
    base,
    pointers,
    extents,
    bits,
    optional,
    elementOptional,
    noautovalidity,
    length,
    selector,
    selection,
    externsync,
    objectType,
    stride,
    validStructs,
  };
}

function formatMember(m: Member): string {
  return [
    m.name,
    formatDeclarator(m),
    m.optional ? (m.elementOptional ? '??' : '?') : m.elementOptional && '!?',
    m.noautovalidity && '~',
    m.length.length > 0 && `#${m.length.join(',')}`,
    m.selector && `@${m.selector}`,
    m.selection.length > 0 && `=${m.selection.join(',')}`,
    m.externsync && `^${m.externsync}`,
    m.objectType && `%${m.objectType}`,
    m.stride && `+${m.stride}`,
    m.validStructs.length > 0 && `$${m.validStructs.join(',')}`,
  ]
    .filter(Boolean)
    .join(' ');
}

const parseMembers = (text: string) => list(text, ';').map(parseMember);
const formatMembers = (members: readonly Member[]) => members.map(formatMember).join(';');

/** The name that an alias's row (`=VkOther`) stands for; undefined for any other row. */
export const aliasOf = (text: string): string | undefined =>
  text.startsWith('=') ? text.slice(1).split('|')[0] : undefined;

/** `struct|union [out] [many] [sType]|members|extendedBy|providers|rules[|length rules]` */
export function parseStruct(name: string, text: string): StructRow {
  const [head, members, extendedBy, providers, rules, lengths] = text.split('|');
  const words = head.split(' ');
  const sType = Number(words.at(-1));
  return {
    name,
    union: words[0] === 'union',
    returnedOnly: words.includes('out'),
    sType: Number.isNaN(sType) ? undefined : sType,
    allowDuplicate: words.includes('many'),
    members: parseMembers(members),
    extendedBy: list(extendedBy),
    providers,
    rules: parseRules(name, rules),
    arrayRules: parseArrayRules(name, lengths),
    countLinks: parseCountLinks(name, lengths),
    alternatives: parseAlternatives(name, lengths),
  };
}

/** The text of a struct's row. */
export function formatStruct(row: StructRow): string {
  const head = [
    row.union ? 'union' : 'struct',
    row.returnedOnly && 'out',
    row.allowDuplicate && 'many',
    row.sType !== undefined && row.sType,
  ];
  const words = head.filter(word => word !== false).join(' ');
  const rules = formatRules(row.name, row.rules);
  const lengths = formatLengthRules(row.name, row.arrayRules, row.countLinks, row.alternatives);
  const fields = [words, formatMembers(row.members), row.extendedBy.join(','), row.providers, rules];
  return [...fields, ...(lengths === '' ? [] : [lengths])].join('|');
}

/** `level returns success/error [implicitExternsync]|params|providers|queues|rules[|size rules]` */
export function parseCommand(name: string, text: string): CommandRow {
  const [head, params, providers, queues, rules, sizes] = text.split('|');
  const [level, returns, codes, implicit = ''] = head.split(' ');
  const [success, error] = codes.split('/');
  return {
    name,
    canonicalName: name,
    level: level as Level,
    returns,
    successCodes: list(success).map(Number),
    errorCodes: list(error).map(Number),
    params: parseMembers(params),
    providers,
    implicitExternsync: list(implicit),
    queues: list(queues),
    rules: parseRules(name, rules),
    sizeRules: parseSizeRules(name, sizes),
  };
}

/** The text of a command's row. */
export function formatCommand(row: CommandRow): string {
  const codes = `${row.successCodes.join(',')}/${row.errorCodes.join(',')}`;
  const head = [row.level, row.returns, codes, row.implicitExternsync.join(',')].join(' ').trimEnd();
  const rules = formatRules(row.name, row.rules);
  const sizes = formatSizeRules(row.name, row.sizeRules);
  const fields = [head, formatMembers(row.params), row.providers, row.queues.join(','), rules];
  return [...fields, ...(sizes === '' ? [] : [sizes])].join('|');
}

/** `returns|params` */
export function parseCallback(name: string, text: string): CallbackRow {
  const [returns, params] = text.split('|');
  return { name, returns, params: parseMembers(params) };
}

/** The text of a callback's row. */
export const formatCallback = (row: CallbackRow): string => `${row.returns}|${formatMembers(row.params)}`;

/** `parent dispatchable objectType` */
export function parseHandle(name: string, text: string): HandleRow {
  const [parent, kind, objectType] = text.split(' ');
  return {
    name,
    parent: parent === '-' ? '' : parent,
    dispatchable: kind === 'dispatchable',
    objectType: Number(objectType),
  };
}

/** The text of a handle's row. */
export const formatHandle = (row: HandleRow): string =>
  `${row.parent || '-'} ${row.dispatchable ? 'dispatchable' : 'non-dispatchable'} ${row.objectType}`;

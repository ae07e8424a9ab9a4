// Checks the references within the registry: one to nothing, or a contradiction, stops the generator.
import { evaluateLength } from '../../src/registry/length.ts';
import type { RawEnum, RawMember, RawRegistry } from './model.ts';
import { PLATFORM_TYPES, PRIMITIVES } from './platform.ts';

/** Creates the function that throws an error with the file, element and name. */
type Place = (tag: string, name: string) => (why: string) => never;

export function finalTarget(raw: RawRegistry, name: string, from: readonly string[] = []): string {
  const target = raw.aliases.get(name);
  if (target === undefined) return name;
  if (from.includes(target)) throw new Error(`vk.xml: <type> ${name}: alias of itself, through ${target}`);
  return finalTarget(raw, target, [...from, name]);
}

/** @param offered the types of versions and extensions of this API; only they must be complete */
export function checkReferences(raw: RawRegistry, offered: ReadonlySet<string>): void {
  const place: Place = (tag, name) => why => {
    throw new Error(`${raw.files.get(name.split('.')[0]) ?? 'vk.xml'}: <${tag}> ${name}: ${why}`);
  };
  checkAliases(raw, place);
  checkFlags(raw, place);
  checkStructs(raw, offered, place);
  for (const { name, params } of [...raw.commands.values(), ...raw.callbacks.values()])
    checkMembers(raw, 'param', name, params, place);
  checkCommands(raw, place);
  checkHandles(raw, offered, place);
  checkProviders(raw, place);
}

function checkAliases(raw: RawRegistry, place: Place): void {
  for (const [name, target] of raw.aliases)
    if (!isDefined(raw, finalTarget(raw, target)))
      place('type', name)(`alias of ${target}, which nothing defines`);
}

const kindsOf = (raw: RawRegistry) => [
  ...[raw.structs, raw.enums, raw.bitmasks, raw.handles, raw.callbacks, raw.baseTypes, raw.commands],
  ...[raw.externalTypes, raw.others],
];

const isDefined = (raw: RawRegistry, name: string): boolean => kindsOf(raw).some(kind => kind.has(name));

/** Whether a member can have the type. */
export function isKnownType(raw: RawRegistry, name: string): boolean {
  const kinds = [raw.structs, raw.enums, raw.bitmasks, raw.handles, raw.callbacks, raw.baseTypes];
  const target = finalTarget(raw, name);
  return PRIMITIVES.has(target) || target in PLATFORM_TYPES || kinds.some(kind => kind.has(target));
}

/** Flags and their bits must have the same width, since 64-bit flags are bigints and others numbers. */
function checkFlags(raw: RawRegistry, place: Place): void {
  for (const { name, width, bits } of raw.bitmasks.values()) {
    if (bits === '') continue;
    const found = raw.enums.get(finalTarget(raw, bits));
    if (found === undefined) place('type', name)(`its bits are ${bits}, which no <enums> defines`);
    else if (found.width !== width && enumerantsOf(raw, found).length > 0)
      place(
        'enums',
        found.name,
      )(`has ${found.width} bits, and ${name} has ${width}: bitwidth is missing or wrong`);
  }
}

function checkStructs(raw: RawRegistry, offered: ReadonlySet<string>, place: Place): void {
  const sTypes = new Map<string, string>();
  for (const { name, members, structExtends } of raw.structs.values()) {
    const stop = place('type', name);
    for (const base of structExtends)
      if (!raw.structs.has(finalTarget(raw, base))) stop(`structextends names "${base}", which is no struct`);
    const sType = members.find(m => m.name === 'sType')?.values ?? '';
    if (sType !== '' && sTypes.has(sType)) stop(`has the sType of ${sTypes.get(sType)}, ${sType}`);
    sTypes.set(sType, name);
    if (offered.has(name)) checkMembers(raw, 'member', name, members, place);
  }
}

function checkMembers(
  raw: RawRegistry,
  tag: string,
  owner: string,
  members: readonly RawMember[],
  place: Place,
): void {
  const names = new Set<string>();
  for (const m of members) {
    const stop = place(tag, `${owner}.${m.name}`);
    if (names.has(m.name)) stop('is there twice');
    names.add(m.name);
    const sibling = (name: string, attribute: string): RawMember =>
      members.find(other => other.name === name) ?? stop(`${attribute} names ${name}, which is no sibling`);
    for (const expression of m.length) checkLength(raw, expression, members, stop);
    if (m.length.length > Math.max(1, m.pointers.length))
      stop(`len has ${m.length.length} parts, for ${m.pointers.length} pointers`);
    // VkObjectType, or VkDebugReportObjectTypeEXT, which is older.
    if (m.objectType !== '' && !raw.enums.has(finalTarget(raw, sibling(m.objectType, 'objecttype').base)))
      stop(`objecttype names ${m.objectType}, which is no enum`);
    if (m.stride !== '') sibling(m.stride, 'stride');
    if (m.selector !== '') checkSelector(raw, m, sibling(m.selector, 'selector'), stop);
    for (const name of m.validStructs)
      if (!raw.structs.has(finalTarget(raw, name))) stop(`validstructs names ${name}, which is no struct`);
    const [given, member] = m.flagsExtend;
    if (given !== undefined && !hasMember(raw, given, member))
      stop(`flagsextend names ${given}.${member}, which is no member`);
  }
}

/** Checks that the runtime can evaluate a `len`. */
function checkLength(
  raw: RawRegistry,
  expression: string,
  members: readonly RawMember[],
  stop: (why: string) => never,
): void {
  // In video.xml: a member of a struct that points here.
  if (expression === 'null-terminated' || /^\*_\w+\+\d+$/.test(expression)) return;
  const member = (list: readonly RawMember[] | undefined, name: string): RawMember =>
    list?.find(m => m.name === name) ?? stop(`len names ${name}, which nothing defines`);
  const look = (path: string): void => {
    if (raw.constants.has(path)) return;
    const [first, inner] = path.split('->');
    const m = member(members, first);
    const last = inner === undefined ? m : member(raw.structs.get(finalTarget(raw, m.base))?.members, inner);
    if (!isInteger(raw, last)) stop(`len names ${path}, which is no integer`);
  };
  const problem = lengthProblem(expression);
  if (problem !== '') stop(problem);
  for (const path of expression.match(/[A-Za-z_]\w*(?:->\w+)*/g) ?? []) look(path);
}

function lengthProblem(expression: string): string {
  try {
    evaluateLength(expression, () => 1);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether it is an integer, or an enum whose values are numbers, such as VkSampleCountFlagBits. */
function isInteger(raw: RawRegistry, m: RawMember): boolean {
  const target = finalTarget(raw, m.base);
  const base = raw.baseTypes.get(target) ?? target;
  return raw.enums.has(target) || /^(u?int\d*_t|int|size_t)$/.test(base);
}

function checkSelector(
  raw: RawRegistry,
  m: RawMember,
  selector: RawMember,
  stop: (why: string) => never,
): void {
  const values = raw.enums.get(finalTarget(raw, selector.base));
  if (values === undefined) stop(`selector ${selector.name} is of ${selector.base}, which is no enum`);
  const union = raw.structs.get(finalTarget(raw, m.base));
  if (union?.union !== true) {
    stop(`has a selector, and ${m.base} is no union`);
    return;
  }
  const names = new Set(enumerantsOf(raw, values as RawEnum));
  for (const arm of union.members)
    for (const name of arm.selection)
      if (!names.has(name))
        stop(`selection of ${m.base}.${arm.name} names ${name}, which is not in ${selector.base}`);
}

const enumerantsOf = (raw: RawRegistry, { name, enumerants }: RawEnum): string[] => [
  ...enumerants.map(e => e.name),
  ...raw.providers.flatMap(p =>
    p.requires.flatMap(r => r.enumerants.filter(e => e.extends === name).map(e => e.name)),
  ),
];

function checkCommands(raw: RawRegistry, place: Place): void {
  const results = new Set(enumerantsOf(raw, raw.enums.get('VkResult') as RawEnum));
  for (const { name, returns, successCodes, errorCodes } of raw.commands.values()) {
    const stop = place('command', name);
    if (!isKnownType(raw, returns)) stop(`returns ${returns}, which nothing defines`);
    for (const code of [...successCodes, ...errorCodes])
      if (!results.has(code)) stop(`${code}: an enumerant that nothing defines`);
  }
}

function checkHandles(raw: RawRegistry, offered: ReadonlySet<string>, place: Place): void {
  const types = new Set(enumerantsOf(raw, raw.enums.get('VkObjectType') as RawEnum));
  for (const { name, parent, objectType } of raw.handles.values()) {
    const stop = place('type', name);
    if (parent !== '' && !raw.handles.has(finalTarget(raw, parent)))
      stop(`parent names ${parent}, which is no handle`);
    if (offered.has(name) && !types.has(objectType)) stop(`${objectType}: an enumerant that nothing defines`);
  }
}

const hasMember = (raw: RawRegistry, struct: string, member: string): boolean =>
  raw.structs.get(finalTarget(raw, struct))?.members.some(m => m.name === member) === true;

/** Whether it is a boolean expression like `a+(b,c::d)`. */
function isFormula(expression: string): boolean {
  let rest = expression.replaceAll(/\w+(?:::\w+)?/g, 'x');
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replaceAll(/x[+,]x/g, 'x').replaceAll('(x)', 'x');
  }
  return rest === 'x' || expression === '';
}

function checkProviders(raw: RawRegistry, place: Place): void {
  const { providerNames } = raw;
  for (const { name, kind, depends, promotedTo, deprecatedBy, requires } of raw.providers) {
    const stop = place(kind === 'version' ? 'feature' : 'extension', name);
    for (const expression of [depends, promotedTo, deprecatedBy, ...requires.map(r => r.depends)]) {
      if (!isFormula(expression)) stop(`"${expression}" is no condition`);
      for (const [all, one, feature] of expression.matchAll(/(\w+)(?:::(\w+))?/g))
        if (feature === undefined ? !providerNames.has(one) : !hasMember(raw, one, feature))
          stop(`names ${all}, which is no version, extension or feature`);
    }
    for (const { types, commands, enumerants } of requires) {
      // Headers are not defined.
      for (const type of types)
        if (!isDefined(raw, finalTarget(raw, type)) && !PRIMITIVES.has(type) && !type.endsWith('.h'))
          stop(`requires ${type}, which nothing defines`);
      for (const command of commands)
        if (!raw.commands.has(finalTarget(raw, command))) stop(`requires ${command}, which nothing defines`);
      for (const e of enumerants)
        if (e.extends !== '' && !raw.enums.has(finalTarget(raw, e.extends)))
          stop(`adds ${e.name} to ${e.extends}, which is no enum`);
    }
  }
}

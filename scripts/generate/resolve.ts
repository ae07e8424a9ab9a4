// Resolves all names and values of the registry, and returns the rows of what `vulkan` offers.
import type { DeviceRule } from '../../src/registry/device-rule.ts';
import type { ExtensionRow } from '../../src/registry/extension-row.ts';
import type { FormatRow } from '../../src/registry/format-row.ts';
import type {
  CallbackRow,
  CommandRow,
  HandleRow,
  Level,
  Member,
  StructRow,
} from '../../src/registry/rows.ts';
import { constantTable, type EnumModel, resolveEnums, type Value } from './enums.ts';
import type { RawBitmask, RawMember, RawProvider, RawRegistry, RawStruct } from './model.ts';
import { PLATFORM_TYPES, PRIMITIVES } from './platform.ts';
import { checkReferences, finalTarget, isKnownType } from './references.ts';
import { withCountedParameters } from './untied-counts.ts';

export interface ResolvedRegistry {
  readonly headerVersion: string;
  readonly constants: Map<string, Value>;
  readonly enums: EnumModel[];
  /** Flags types: their width and FlagBits type. */
  readonly bitmasks: Map<string, RawBitmask>;
  readonly structs: StructRow[];
  readonly commands: CommandRow[];
  /** Command alias → its target, and the versions and extensions that have it under this name. */
  readonly commandAliases: Map<string, { target: string; providers: string }>;
  /** Alias → target, of structs, enums, bitmasks, handles and callbacks. */
  readonly typeAliases: Map<string, string>;
  readonly callbacks: CallbackRow[];
  readonly handles: HandleRow[];
  readonly baseTypes: Map<string, string>;
  /** By the value of the VkFormat. */
  readonly formats: Map<number, FormatRow>;
  readonly extensions: ExtensionRow[];
  readonly deviceRules: readonly DeviceRule[];
  /** `Struct.member` → the registry's comment. */
  readonly comments: Map<string, string>;
  /** `Struct.member` of flags → the struct that replaces them if it is in the pNext chain. */
  readonly extendedFlags: Map<string, string>;
}

/** Replaces the internal parts of versions by the version, which is what a program asks for. */
const withPublicVersions = (names: string) =>
  names.replaceAll(/\bVK_(?:BASE|COMPUTE|GRAPHICS)_VERSION_/g, 'VK_VERSION_');
const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
const sorted = <T>(entries: Iterable<readonly [string, T]>) =>
  new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

export function resolve(raw: RawRegistry): ResolvedRegistry {
  const offered = offeredNames(raw);
  checkReferences(raw, offered.types);
  const constants = constantTable(raw);
  const enums = resolveEnums(raw, offered.types);
  const values = new Map(enums.flatMap(e => e.members.map(m => [m.cName, m.value] as const)));
  const numberOf = (name: string): number => {
    const value = values.get(name) ?? constants.get(name);
    if (value === undefined) throw new Error(`vk.xml: ${name}: an enumerant that nothing defines`);
    return Number(value);
  };
  const members = new MemberResolver(raw, constants, numberOf);
  const isOffered = ({ name }: { readonly name: string }) => offered.types.has(name);
  const { comments, extendedFlags } = members;
  return {
    headerVersion: raw.headerVersion,
    constants,
    enums,
    bitmasks: sorted([...raw.bitmasks].filter(([name]) => offered.types.has(name))),
    structs: structsOf(raw, [...raw.structs.values()].filter(isOffered), offered.structs, members),
    commands: commandsOf(raw, offered.commands, members),
    commandAliases: sorted(
      [...offered.commands]
        .filter(([name]) => !raw.commands.has(name))
        .map(([name, providers]) => [name, { target: finalTarget(raw, name), providers }]),
    ),
    typeAliases: sorted(
      [...raw.aliases.keys()]
        .filter(name => offered.types.has(name))
        .map(name => [name, finalTarget(raw, name)]),
    ),
    callbacks: [...raw.callbacks.values()]
      .filter(isOffered)
      .map(c => ({ name: c.name, returns: c.returns, params: members.resolve(c.name, c.params) }))
      .sort(byName),
    handles: [...raw.handles.values()]
      .filter(isOffered)
      .map(({ objectType, ...h }) => ({ ...h, objectType: numberOf(objectType) }))
      .sort(byName),
    baseTypes: baseTypesOf(raw),
    formats: new Map(
      raw.formats.map(({ name, planes, ...row }) => [
        numberOf(name),
        { ...row, planes: planes.map(numberOf) },
      ]),
    ),
    deviceRules: [],
    extensions: extensionsOf(raw, numberOf),
    comments,
    extendedFlags,
  };
}

/** Resolves members and parameters, and collects their comments and the flags that chained structs replace. */
class MemberResolver {
  readonly comments = new Map<string, string>();
  readonly extendedFlags = new Map<string, string>();
  readonly #raw: RawRegistry;
  readonly #constants: ReadonlyMap<string, Value>;
  /** The value of an enumerant or a constant. */
  readonly numberOf: (name: string) => number;

  constructor(raw: RawRegistry, constants: ReadonlyMap<string, Value>, numberOf: (name: string) => number) {
    this.#raw = raw;
    this.#constants = constants;
    this.numberOf = numberOf;
  }

  resolve(owner: string, members: readonly RawMember[]): Member[] {
    return members.map(m => this.#resolveOne(owner, m));
  }

  #resolveOne(owner: string, m: RawMember): Member {
    if (m.comment !== '') this.comments.set(`${owner}.${m.name}`, m.comment);
    if (!isKnownType(this.#raw, m.base))
      throw new Error(`${this.#raw.files.get(owner)}: <member> ${owner}.${m.name}: unknown type ${m.base}`);
    const [extending] = m.flagsExtend;
    if (extending !== undefined)
      this.extendedFlags.set(`${owner}.${m.name}`, finalTarget(this.#raw, extending));
    const { values: _values, comment: _comment, flagsExtend: _flagsExtend, ...rest } = m;
    const extents = m.extents.map(e => (/^\d+$/.test(e) ? Number(e) : this.numberOf(e)));
    // The runtime does not know the constants.
    const length = m.length.map(expression =>
      expression.replaceAll(/[A-Za-z_]\w*/g, word => String(this.#constants.get(word) ?? word)),
    );
    return { ...rest, length, extents, selection: m.selection.map(this.numberOf) };
  }
}

function structsOf(
  raw: RawRegistry,
  structs: readonly RawStruct[],
  providers: ReadonlyMap<string, string>,
  members: MemberResolver,
): StructRow[] {
  const extendedBy = new Map<string, string[]>();
  for (const s of structs)
    for (const name of s.structExtends) {
      const base = finalTarget(raw, name);
      extendedBy.set(base, [...(extendedBy.get(base) ?? []), s.name]);
    }
  return structs
    .map(s => ({
      name: s.name,
      union: s.union,
      returnedOnly: s.returnedOnly,
      allowDuplicate: s.allowDuplicate,
      sType: sTypeOf(s.members, members.numberOf),
      members: members.resolve(s.name, s.members),
      extendedBy: (extendedBy.get(s.name) ?? []).sort(),
      providers: providers.get(s.name) ?? '',
      rules: [],
      arrayRules: [],
      countLinks: [],
      alternatives: [],
    }))
    .sort(byName);
}

const commandsOf = (
  raw: RawRegistry,
  providers: ReadonlyMap<string, string>,
  members: MemberResolver,
): CommandRow[] =>
  [...raw.commands.values()]
    .filter(c => providers.has(c.name))
    .map(c => ({
      name: c.name,
      canonicalName: c.name,
      level: levelOf(raw, c.params),
      returns: c.returns,
      successCodes: c.successCodes.map(members.numberOf),
      errorCodes: c.errorCodes.map(members.numberOf),
      params: members.resolve(c.name, c.params),
      providers: providers.get(c.name) as string,
      queues: c.queues,
      implicitExternsync: c.implicitExternsync,
      rules: [],
      sizeRules: [],
    }))
    .map(withCountedParameters)
    .sort(byName);

const extensionsOf = ({ providers }: RawRegistry, numberOf: (name: string) => number): ExtensionRow[] =>
  providers
    .filter(p => p.kind === 'instance' || p.kind === 'device')
    .map(p => ({
      name: p.name,
      number: Number(p.number),
      version: numberOf(specVersionOf(p)),
      kind: p.kind as 'instance' | 'device',
      platform: p.platform,
      depends: withPublicVersions(p.depends),
      promotedTo: withPublicVersions(p.promotedTo),
      deprecatedBy: p.deprecatedBy,
      provisional: p.provisional,
      versionFeatures: [],
    }))
    .sort(byName);

/** The names that versions and supported extensions require; with these, for commands and structs. */
function offeredNames(raw: RawRegistry) {
  const types = new Set<string>();
  const commands = new Map<string, string>();
  const structs = new Map<string, string>();
  // Types that are used only by members count too: in older registries those are all types of video.xml.
  const reach = (name: string) => {
    if (types.has(name)) return;
    types.add(name);
    const target = raw.aliases.get(name);
    if (target !== undefined) reach(target);
    for (const m of raw.structs.get(name)?.members ?? raw.callbacks.get(name)?.params ?? []) reach(m.base);
    const bits = raw.bitmasks.get(name)?.bits;
    if (bits) reach(bits);
  };
  const offer = (map: Map<string, string>, name: string, condition: string) => {
    const before = map.get(name);
    map.set(name, before === undefined ? condition : `${before},${condition}`);
  };
  for (const provider of raw.providers) {
    const name = withPublicVersions(provider.name);
    for (const block of provider.requires) {
      const condition = block.depends === '' ? name : `(${name}+(${withPublicVersions(block.depends)}))`;
      for (const type of block.types) {
        reach(type);
        // A promoted struct is the same under both names, so both count.
        const target = finalTarget(raw, type);
        if (raw.structs.has(target)) offer(structs, target, condition);
      }
      for (const command of block.commands) offer(commands, command, condition);
    }
  }
  for (const name of commands.keys()) {
    const command = raw.commands.get(finalTarget(raw, name));
    if (command === undefined) throw new Error(`vk.xml: ${name}: required, but no <command> defines it`);
    for (const p of command.params) reach(p.base);
  }
  return { types, commands, structs };
}

function sTypeOf(members: readonly RawMember[], number: (name: string) => number): number | undefined {
  const values = members.find(m => m.name === 'sType')?.values;
  return values ? number(values) : undefined;
}

/** The level, by the first parameter: no handle is global, a VkDevice or its child is device, any other is instance. */
function levelOf(raw: RawRegistry, params: readonly RawMember[]): Level {
  let handle =
    params[0] && params[0].pointers === '' ? raw.handles.get(finalTarget(raw, params[0].base)) : undefined;
  if (handle === undefined) return 'global';
  for (; handle !== undefined; handle = raw.handles.get(handle.parent))
    if (handle.name === 'VkDevice') return 'device';
  return 'instance';
}

function baseTypesOf(raw: RawRegistry): Map<string, string> {
  const base = new Map(raw.baseTypes);
  for (const name of raw.externalTypes) {
    const target = finalTarget(raw, name);
    if (PRIMITIVES.has(name) || raw.structs.has(target) || raw.enums.has(target)) continue;
    if (!(name in PLATFORM_TYPES)) {
      // Older registries list video types that their video.xml does not define; nothing uses them.
      if (name.startsWith('StdVideo')) continue;
      throw new Error(
        `vk.xml: <type> ${name}: a platform type that scripts/generate/platform.ts does not know`,
      );
    }
    base.set(name, PLATFORM_TYPES[name]);
  }
  return new Map([...base].sort());
}

function specVersionOf({ name, requires }: RawProvider): string {
  const found = requires.flatMap(r => r.enumerants).find(e => e.name.endsWith('_SPEC_VERSION'));
  if (found === undefined) throw new Error(`vk.xml: <extension> ${name}: no SPEC_VERSION`);
  return found.name;
}

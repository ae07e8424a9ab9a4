// Adds the rules of validusage.json to the rows: numbers and handles that must not be zero, numbers that must be
// multiples, features that belong to an extension, and what a device may not enable together.
import { versionOfName } from '../../src/registry/depends.ts';
import type { Member } from '../../src/registry/rows.ts';
import type { ValueRule } from '../../src/registry/value-rule.ts';
import { deviceRules } from './device-usage.ts';
import { withInnerChains } from './inner-chains.ts';
import { withLengthRules, withSizeRules } from './length-usage.ts';
import type { Sentence } from './model.ts';
import type { ResolvedRegistry } from './resolve.ts';
import { withArraysCountedElsewhere } from './untied-counts.ts';

/** validusage.json: rules by struct or command, then by the extensions on which they depend. */
export interface ValidUsage {
  readonly 'version info': { readonly 'api version': string };
  readonly validation: Readonly<Record<string, Readonly<Record<string, readonly Sentence[]>>>>;
}

/** A struct or a command with rules. */
interface Owner {
  readonly name: string;
  readonly members: readonly Member[];
}

const PATH = String.raw`[A-Za-z_]\w*(?:(?:\.|->)\w+)*`;
const ZERO = String.raw`(?:be greater than|not be|be non-)\s?(?:0(?:\.0)?|zero)|be (?:greater than or equal to|at least) 1`;
const WHAT = String.raw`must (?:(?<zero>${ZERO})|be (?:a multiple of|aligned to) (?<multiple>\d+)(?: bytes)?|be (?<aligned>\d+)[ -]byte aligned)(?![\w.])`;
/** Another condition may follow; a condition of this one may not. */
const REST = '(?<rest>$| and .*)';

/** The specification's sentences: the path of a number, or the array whose elements have it, and what it must be. */
const SENTENCES: readonly RegExp[] = [
  `^(?:The )?(?<path>${PATH}) ${WHAT}${REST}`,
  `^The (?<member>\\w+) member of (?<path>${PATH}) ${WHAT}${REST}`,
  `^If (?<path>${PATH}) is not (?:equal to )?(?<other>VK_\\w+), (?:\\k<path>|it) ${WHAT}${REST}`,
  `^If (?<path>${PATH}) is not (?:NULL|0), (?:\\k<path>|it) must be aligned to (?<multiple>\\d+)(?: bytes)?$`,
  `^(?:[Ee]ach element|All elements) of (?<array>\\w+) ${WHAT}${REST}`,
  `^For each i(?: where [^,]+)?, (?<array>\\w+)\\[i\\] ${WHAT}${REST}`,
  `^The (?<member>${PATH}) member of (?:any element|each element|all elements) of (?<array>\\w+) ${WHAT}${REST}`,
  `^The (?<member>\\w+) member of each element of (?<array>\\w+) must have an (?<inner>${PATH}) greater than (?<zero>0)$`,
  `^If the pNext chain does not include an? (?<unless>\\w+) structure, (?<path>${PATH}) ${WHAT}${REST}`,
].map(source => new RegExp(source));

/** The sentences about a handle that may be null only if the chain has one of the structs. */
const HANDLES: readonly RegExp[] = [
  /^If the pNext chain does not include an? (?<unless>\w+) structure, (?:then )?(?<path>\w+) must be a valid Vk\w+/,
  /^If (?<unless>\w+)::flags does not include \w+, (?<path>layout) must not be VK_NULL_HANDLE$/,
  /^If (?<unless>\w+)::flags does not include \w+, the pipeline includes a complete set of state, and there are no libraries included in (?<libraries>\w+)::pLibraries, then VkPipelineLayout must be a valid pipeline (?<path>layout)$/,
];
/** Of a pipeline whose state is not complete. */
const PARTIAL = 'VkGraphicsPipelineLibraryCreateInfoEXT';

const BITMASK = /^(?<path>\w+) must be a valid combination of \w+ values$/;

const ENTITIES: Record<string, string> = { '&gt;': '>', '&lt;': '<', '&amp;': '&' };

/** A sentence without markup. */
const plain = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&\w+;/g, entity => ENTITIES[entity] ?? entity)
    .replaceAll(/\s+/g, ' ')
    .trim();

/** Adds the rules to the rows. Throws if the file is of another version. */
export function withRules(registry: ResolvedRegistry, usage: ValidUsage): ResolvedRegistry {
  const version = usage['version info']['api version'];
  if (version !== registry.headerVersion)
    throw new Error(
      `validusage.json: expected Vulkan ${registry.headerVersion}, as in vk.xml, got ${version}`,
    );
  const resolves = resolver(registry);
  const users = new Map<string, number>();
  for (const m of [...registry.structs.map(s => s.members), ...registry.commands.map(c => c.params)].flat())
    users.set(m.base, (users.get(m.base) ?? 0) + 1);
  const rules = new Map<string, ValueRule[]>();
  const owners: Owner[] = [
    ...registry.structs,
    ...registry.commands.map(({ name, params }) => ({ name, members: params })),
  ];
  for (const owner of owners) {
    for (const rule of rulesOf(owner, usage, registry)) {
      if (!resolves(rule.path, owner.members)) continue;
      // If nothing else uses the struct, the rule is the struct's own.
      const [first, inside] = rule.path.split(/->|\[\]\./);
      const base = owner.members.find(m => m.name === first)?.base ?? '';
      const moves = inside !== undefined && users.get(base) === 1;
      const [to, path] = moves ? [base, inside] : [owner.name, rule.path];
      const before = rules.get(to) ?? [];
      if (!before.some(one => one.path === path && one.multiple === rule.multiple))
        rules.set(to, [...before, { ...rule, path }]);
    }
  }
  const ruled = <Row extends { readonly name: string }>(row: Row): Row => ({
    ...row,
    rules: rules.get(row.name) ?? [],
  });
  const sentencesAbout = (owner: string) => sentencesOf(owner, usage);
  const chained = registry.structs.find(row => row.name === 'VkDeviceCreateInfo')?.extendedBy ?? [];
  return {
    ...registry,
    structs: withInnerChains(
      withArraysCountedElsewhere(
        withLengthRules(registry, sentencesAbout),
        registry.commands,
        sentencesAbout,
      ),
      sentencesAbout,
    ).map(ruled),
    commands: withSizeRules(registry, sentencesAbout)
      .map(ruled)
      .map(row => ({ ...row, params: withRequired(row.name, row.params, sentencesAbout) })),
    extensions: registry.extensions.map(row => ({
      ...row,
      versionFeatures: featuresWith(row.name, usage, registry),
    })),
    deviceRules: deviceRules(['VkDeviceCreateInfo', ...chained].flatMap(sentencesAbout), isKnownTo(registry)),
  };
}

/** Parameters that the registry leaves to prose, where the prose requires them in every case. */
function withRequired(
  owner: string,
  params: readonly Member[],
  sentencesAbout: (owner: string) => readonly { readonly text: string }[],
): Member[] {
  const texts = sentencesAbout(owner).map(({ text }) => text);
  return params.map(p =>
    // Arrays have rules of their own: there may be none.
    p.noautovalidity &&
    p.length.length === 0 &&
    texts.some(text => text.startsWith(`${p.name} must be a valid pointer to a `))
      ? { ...p, noautovalidity: false }
      : p,
  );
}

/** Whether there is an extension, a version or a feature of this name. */
function isKnownTo({ extensions, structs }: ResolvedRegistry): (name: string) => boolean {
  const features = structs.flatMap(row => row.members.filter(m => m.base === 'VkBool32'));
  const names = new Set([...extensions, ...features].map(one => one.name));
  return name => names.has(name) || versionOfName(name) !== undefined;
}

/** The features that must be enabled with an extension if the version's feature struct is used. */
function featuresWith(extension: string, usage: ValidUsage, registry: ResolvedRegistry): string[] {
  const begin = `If ppEnabledExtensionNames contains "${extension}" and the pNext chain includes a `;
  const texts = Object.values(usage.validation.VkDeviceCreateInfo ?? {}).flatMap(all =>
    all.map(one => plain(one.text)),
  );
  const found = texts.filter(text => text.startsWith(begin) && /must (both )?be VK_TRUE$/.test(text));
  return found.flatMap(text =>
    [...text.matchAll(/(\w+)::(\w+)/g)].map(([, struct, member]) => {
      const row = registry.structs.find(s => s.name === struct);
      if (row?.members.some(m => m.name === member) !== true)
        throw new Error(`validusage.json: ${extension} names ${struct}::${member}, which is not there`);
      return `${struct}.${member}`;
    }),
  );
}

const sentencesOf = (owner: string, usage: ValidUsage) =>
  (usage.validation[owner]?.core ?? []).map(({ vuid, text }) => ({ vuid, text: plain(text) }));

function rulesOf(owner: Owner, usage: ValidUsage, registry: ResolvedRegistry): ValueRule[] {
  const sentences = sentencesOf(owner.name, usage);
  /** Those of the names that this registry has. */
  const known = (...names: (string | undefined)[]): string[] =>
    names.flatMap(name => {
      const target = registry.typeAliases.get(name ?? '') ?? name;
      return registry.structs.some(row => row.name === target) ? [target!] : [];
    });
  const rules = sentences.flatMap(({ vuid, text }) => {
    const groups = SENTENCES.map(sentence => sentence.exec(text)?.groups).find(Boolean);
    if (groups === undefined || / (?:if|unless|when) /.test(groups.rest)) return [];
    const { path, array, member, inner, other, unless, multiple = groups.aligned } = groups;
    // `If size is not VK_WHOLE_SIZE` makes no difference if the constant itself satisfies the rule.
    const constant = BigInt(registry.constants.get(other) ?? 0);
    if (
      other !== undefined &&
      (multiple === undefined ? constant === 0n : constant % BigInt(multiple) !== 0n)
    )
      return [];
    const whole = [path ?? `${array}[]`, member, inner].filter(Boolean).join('.');
    return [{ path: whole, multiple: Number(multiple ?? 0), vuid, unless: known(unless) }];
  });
  const handles = sentences.flatMap(({ vuid, text }) => {
    const groups = HANDLES.map(sentence => sentence.exec(text)?.groups).find(Boolean);
    if (groups === undefined) return [];
    const { path, unless, libraries } = groups;
    const structs = known(unless, libraries, libraries && PARTIAL);
    return structs.length === 0 ? [] : [{ path, multiple: 0, vuid, unless: structs }];
  });
  // Flags that may be zero are optional in the registry.
  const bitmasks = sentences.flatMap(({ vuid, text }) => {
    const path = BITMASK.exec(text)?.groups?.path;
    const m = owner.members.find(one => one.name === path && one.pointers === '');
    if (m === undefined || m.optional || m.noautovalidity) return [];
    return [
      {
        path: m.name,
        multiple: 0,
        vuid,
        unless: known(registry.extendedFlags.get(`${owner.name}.${m.name}`)),
      },
    ];
  });
  return [...rules, ...handles, ...bitmasks];
}

/** Whether a path leads to a single number, in place or behind a pointer to one struct. */
function resolver(registry: ResolvedRegistry): (path: string, members: readonly Member[]) => boolean {
  const structs = new Map(registry.structs.map(row => [row.name, row]));
  // A value of an enum is checked as such.
  const enums = new Set(registry.enums.map(e => e.name));
  const resolves = (path: string, members: readonly Member[]): boolean => {
    const [, name, each, step, rest] = /^(\w+)(\[\])?(?:(\.|->)(.+))?$/.exec(path) as RegExpExecArray;
    const m = members.find(one => one.name === name);
    if (m === undefined || m.extents.length > 0 || m.bits > 0) return false;
    const isCounted = m.pointers === '*' && members.some(other => other.name === m.length[0]);
    if (each === undefined ? m.length.length > 0 : !isCounted) return false;
    if (each !== undefined)
      return resolves(`${name}${rest === undefined ? '' : `.${rest}`}`, [{ ...m, pointers: '', length: [] }]);
    const inner = structs.get(m.base);
    if (step === undefined) return m.pointers === '' && inner === undefined && !enums.has(m.base);
    if (inner === undefined || inner.union || m.pointers !== (step === '->' ? '*' : '')) return false;
    return resolves(rest, inner.members);
  };
  return resolves;
}

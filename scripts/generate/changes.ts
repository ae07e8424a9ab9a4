// Compares two registries, and writes what was added, changed and removed as lines of a changelog.
import { parseExtension } from '../../src/registry/extension-row.ts';
import { aliasOf, type Member, parseCommand, parseStruct } from '../../src/registry/rows.ts';

type Rows = Readonly<Record<string, string>>;

/**
 * What is compared of a registry: rows by C name, and enum values as `VkFormat.R8_UNORM` → `9`, with `=` before the
 * value where the type is another's alias.
 */
export interface Snapshot {
  readonly version: string;
  readonly extensions: Rows;
  readonly commands: Rows;
  readonly structs: Rows;
  readonly values: Rows;
}

interface Change {
  /** What changed; changes of the same kind are grouped. */
  readonly name: string;
  /** How, as it is written after the names: `may also return ERROR_UNKNOWN`. */
  readonly how: string;
}

/** The names that were added, and those that were removed. */
const differing = (before: Rows, after: Rows) =>
  [
    Object.keys(after).filter(name => !Object.hasOwn(before, name)),
    Object.keys(before).filter(name => !Object.hasOwn(after, name)),
  ] as const;

/** A row, with aliases followed, so that a renamed struct does not count as changed. */
function rowOf(rows: Rows, name: string): string {
  const target = aliasOf(rows[name]);
  return target === undefined ? rows[name] : rowOf(rows, target);
}

/** A type as in C, without const: `uint32_t`, `VkOffset2D[2]`, `char**`. */
const spelled = (m: Member): string =>
  m.base +
  '*'.repeat(m.pointers.length) +
  m.extents.map(n => `[${n}]`).join('') +
  (m.bits ? `:${m.bits}` : '');

/** Changes of members or parameters: their types, and whether they may be left out. */
function memberChanges(before: readonly Member[], after: readonly Member[], renamed: Rows): string[] {
  const old = new Map(before.map(m => [m.name, m]));
  const now = new Set(after.map(m => m.name));
  const follow = (m: Member) => ({ ...m, base: aliasOf(renamed[m.base] ?? '') ?? m.base });
  const changes = after.flatMap(m => {
    const was = old.get(m.name);
    if (was === undefined) return [`\`${m.name}\` is new`];
    if (spelled(follow(m)) !== spelled(follow(was)))
      return [`\`${m.name}\` is \`${spelled(m)}\`, was \`${spelled(was)}\``];
    if (m.optional === was.optional) return [];
    return [m.optional ? `\`${m.name}\` may be left out` : `\`${m.name}\` must be given`];
  });
  return [...changes, ...before.filter(m => !now.has(m.name)).map(m => `\`${m.name}\` is gone`)];
}

function structChanges(name: string, before: string, after: string, renamed: Rows): string[] {
  const [was, is] = [parseStruct(name, before), parseStruct(name, after)];
  const members = memberChanges(was.members, is.members, renamed);
  return members.length > 0 ? [members.join(', ')] : [];
}

function commandChanges(
  name: string,
  before: string,
  after: string,
  renamed: Rows,
  codeName: (code: number) => string,
): string[] {
  const [was, is] = [parseCommand(name, before), parseCommand(name, after)];
  const params = memberChanges(was.params, is.params, renamed);
  const codes = (row: typeof is) => [...row.successCodes, ...row.errorCodes];
  const only = (some: readonly number[], others: readonly number[]) => some.filter(c => !others.includes(c));
  return [
    ...(params.length > 0 ? [params.join(', ')] : []),
    ...(was.returns !== is.returns ? [`returns \`${is.returns}\`, was \`${was.returns}\``] : []),
    ...(was.level !== is.level ? [`is of level ${is.level}, was ${was.level}`] : []),
    ...only(codes(is), codes(was)).map(code => `may also return \`${codeName(code)}\``),
    ...only(codes(was), codes(is)).map(code => `does not return \`${codeName(code)}\` any more`),
  ];
}

function extensionChanges(name: string, before: string, after: string): string[] {
  const [was, is] = [parseExtension(name, before), parseExtension(name, after)];
  const changes: (string | false)[] = [
    was.version !== is.version && `revision ${is.version}, was ${was.version}`,
    was.kind !== is.kind && `is an ${is.kind} extension, was of an ${was.kind}`,
    was.provisional && !is.provisional && 'no longer provisional',
    !was.provisional && is.provisional && 'provisional now',
    was.promotedTo !== is.promotedTo && is.promotedTo !== '' && `promoted to \`${is.promotedTo}\``,
    was.deprecatedBy !== is.deprecatedBy && is.deprecatedBy !== '' && `deprecated by \`${is.deprecatedBy}\``,
    was.depends !== is.depends && 'needs something else',
  ];
  return changes.filter(change => change !== false);
}

/** All changes that a program could notice of what both registries have; not which version or extension has it. */
function changesBetween(before: Snapshot, after: Snapshot): Change[] {
  const codes = new Map(
    [before, after].flatMap(({ values }) =>
      Object.entries(values)
        .filter(([name]) => name.startsWith('VkResult.'))
        .map(([name, value]) => [Number(value), name.slice('VkResult.'.length)] as const),
    ),
  );
  const codeName = (code: number) => codes.get(code) ?? String(code);
  const compare = (
    kind: 'extensions' | 'commands' | 'structs',
    compared: (name: string, was: string, is: string) => string[],
  ): Change[] =>
    Object.keys(after[kind])
      // An alias changes with its target.
      .filter(name => Object.hasOwn(before[kind], name) && aliasOf(after[kind][name]) === undefined)
      .flatMap(name => {
        const [was, is] = [rowOf(before[kind], name), rowOf(after[kind], name)];
        return was === is ? [] : compared(name, was, is).map(how => ({ name, how }));
      });
  const plain = (value: string) => value.replace('=', '');
  const values = Object.keys(after.values).filter(
    name =>
      Object.hasOwn(before.values, name) &&
      !after.values[name].startsWith('=') &&
      plain(before.values[name]) !== after.values[name],
  );
  return [
    ...compare('extensions', extensionChanges),
    ...compare('commands', (name, was, is) => commandChanges(name, was, is, after.structs, codeName)),
    ...compare('structs', (name, was, is) => structChanges(name, was, is, after.structs)),
    ...values.map(name => ({ name, how: `is ${after.values[name]}, was ${plain(before.values[name])}` })),
  ];
}

const WIDTH = 110;
/** Up to so many names with the same change are all listed; of more only the first few. */
const MAX_LISTED = 12;
const NAMED = 4;

/** `- text`, wrapped. */
function bullet(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= WIDTH)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`${line === undefined ? '-' : ' '} ${word}`);
  }
  return lines.join('\n');
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

const quoted = (names: readonly string[]) => names.map(name => `\`${name}\``).join(', ');
const count = (n: number, noun: string) => `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;

const named = (names: readonly string[], noun: string): string[] =>
  names.length === 0 ? [] : [bullet(`${count(names.length, noun)}: ${quoted(names)}.`)];

/** Values grouped by their type: `VkFormat` A, B. */
function namedValues(names: readonly string[]): string[] {
  const types = grouped(names, name => name.split('.')[0]);
  const texts = [...types].map(
    ([type, all]) => `\`${type}\` ${all.map(n => n.slice(type.length + 1)).join(', ')}`,
  );
  return texts.length === 0 ? [] : [bullet(`${count(names.length, 'enum value')}: ${texts.join('; ')}.`)];
}

function changed(changes: readonly Change[]): string[] {
  return [...grouped(changes, change => change.how)].map(([how, all]) => {
    const names = all.map(change => change.name);
    if (names.length <= MAX_LISTED) return bullet(`${quoted(names)}: ${how}.`);
    return bullet(`${quoted(names.slice(0, NAMED))} and ${names.length - NAMED} more: ${how}.`);
  });
}

/** The sections of a changelog's entry; empty if nothing differs. */
export function changelog(before: Snapshot, after: Snapshot): string {
  const kinds = ['extension', 'command', 'struct'] as const;
  const sides = kinds.map(kind => [kind, differing(before[`${kind}s`], after[`${kind}s`])] as const);
  const [newValues, goneValues] = differing(before.values, after.values);
  const own = (names: readonly string[], rows: Rows) => names.filter(name => !rows[name].startsWith('='));
  const values = [own(newValues, after.values), own(goneValues, before.values)];
  const listed = (side: 0 | 1) => [
    ...sides.flatMap(([kind, names]) => named(names[side], kind)),
    ...namedValues(values[side]),
  ];
  const registry =
    before.version === after.version ? [] : [`- Vulkan ${after.version}, was ${before.version}.`];
  const sections: [string, string[]][] = [
    ['Added', listed(0)],
    ['Changed', [...registry, ...changed(changesBetween(before, after))]],
    ['Removed', listed(1)],
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `### ${title}\n\n${lines.join('\n')}\n`)
    .join('\n');
}

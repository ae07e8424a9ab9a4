// Emits the doc comments of commands, structs and members, from the registry and the sentences of sentences.txt.

import { referencePage } from '../../src/cli/reference-page.ts';
import { inWords } from '../../src/registry/depends.ts';
import type { CommandRow, Member, StructRow } from '../../src/registry/rows.ts';
import type { ResolvedRegistry } from './resolve.ts';
import { sentences } from './sentences.ts';

/** VK_ERROR_UNKNOWN and VK_ERROR_VALIDATION_FAILED, which every command may return. */
const EVERYWHERE = [-13, -1000011001];

/** More names would fill the screen; help() at the prompt lists all. */
const MAX_LISTED = 6;

/** The commands that use a struct, the structs that contain it, and those that it extends. */
interface Users {
  readonly commands: readonly string[];
  readonly structs: readonly string[];
  readonly extended: readonly string[];
}

/** The uses of every struct, by its name. */
export function usersOf(registry: ResolvedRegistry): ReadonlyMap<string, Users> {
  const real = (name: string) => registry.typeAliases.get(name) ?? name;
  const users = new Map(
    registry.structs.map(
      ({ name }) => [name, { commands: [], structs: [], extended: [] }] as [string, Lists],
    ),
  );
  const add = (kind: keyof Lists, used: readonly string[], user: string) => {
    for (const name of new Set(used.map(real))) users.get(name)?.[kind].push(user);
  };
  const bases = (members: readonly Member[]) => members.map(m => m.base);
  for (const { name, params } of registry.commands) add('commands', bases(params), name);
  for (const { name, members, extendedBy } of registry.structs) {
    add(
      'structs',
      bases(members).filter(base => real(base) !== name),
      name,
    );
    add('extended', extendedBy, name);
  }
  return users;
}

type Lists = { [Kind in keyof Users]: string[] };

export function commandDoc(
  registry: ResolvedRegistry,
  row: CommandRow,
  name: string,
  providers: string,
): string {
  const errors = row.errorCodes
    .filter(code => !EVERYWHERE.includes(code))
    .map(code => cNameOf(registry, 'VkResult', code));
  const queues = row.queues.map(queue => queue.replace(/^VK_QUEUE_|_BIT(?=_|$)/g, ''));
  return block('  ', [
    ...(sentences.has(row.name) ? [sentences.get(row.name)!] : []),
    [
      `${link(name)}, from ${inWords(providers)}`,
      ...(queues.length > 0 ? [`for queues with ${listed(queues, 'or')}`] : []),
      ...(errors.length > 0 ? [`may throw ${errors.join(', ')}`] : []),
    ].join('; '),
  ]);
}

export function structDoc({ name, providers }: StructRow, { commands, structs, extended }: Users): string {
  const uses = [
    ...(commands.length > 0 ? [`used by ${listed(commands, 'and')}`] : []),
    ...(structs.length > 0 ? [`part of ${listed(structs, 'and')}`] : []),
    ...(extended.length > 0 ? [`extends ${listed(extended, 'and')}`] : []),
  ].join('; ');
  return block('', [
    ...(uses === '' ? [] : [`${uses[0].toUpperCase()}${uses.slice(1)}.`]),
    `${link(name)}${providers === '' ? '' : `, from ${inWords(providers)}`}`,
  ]);
}

/** The registry's comment on a member, and the bits of flags. */
export function memberDoc(registry: ResolvedRegistry, row: StructRow, { name, base }: Member): string {
  const comment = registry.comments.get(`${row.name}.${name}`);
  const bits = registry.bitmasks.get(registry.typeAliases.get(base) ?? base)?.bits;
  const parts = [...(comment === undefined ? [] : [comment]), ...(bits ? [`{@link ${bits}}`] : [])];
  return parts.length === 0 ? '' : `  /** ${safe(parts.join('; '))} */\n`;
}

const link = (name: string) => `[${name}](${referencePage(name)})`;

const safe = (text: string) => text.replaceAll('*/', '*\\/');

/** A doc comment with one line for each paragraph. */
const block = (indent: string, paragraphs: readonly string[]): string =>
  [
    `${indent}/**`,
    ...paragraphs
      .map(text => `${indent} * ${safe(text)}`)
      .join(`\n${indent} *\n`)
      .split('\n'),
    `${indent} */`,
    '',
  ].join('\n');

function listed(names: readonly string[], word: 'and' | 'or'): string {
  if (names.length > MAX_LISTED)
    return `${names.slice(0, MAX_LISTED).join(', ')} and ${names.length - MAX_LISTED} more`;
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}

const cNameOf = (registry: ResolvedRegistry, type: string, value: number): string =>
  registry.enums.find(e => e.name === type)?.members.find(m => m.value === value)?.cName ?? String(value);

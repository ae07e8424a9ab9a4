// Collects the values of each enum, with those of extensions, and the constants.
import type { RawEnumerant, RawRegistry } from './model.ts';
import { memberName } from './name.ts';

export type Value = number | bigint | string;

export interface EnumMember {
  readonly name: string;
  readonly cName: string;
  readonly value: number | bigint;
}

export interface EnumModel {
  readonly name: string;
  readonly kind: 'enum' | 'bitmask';
  readonly width: 32 | 64;
  /** Canonical names before aliases, so that the first name of a value is the one to show. */
  readonly members: EnumMember[];
}

/** What versions and extensions add, to the enum in `extends`, or as constants if that is `''`. */
const addedBy = (raw: RawRegistry) => raw.providers.flatMap(p => p.requires.flatMap(r => r.enumerants));

export function constantTable(raw: RawRegistry): Map<string, Value> {
  const all = new Map(raw.constants);
  for (const e of addedBy(raw))
    if (e.extends === '' && (e.alias !== '' || e.value !== undefined)) all.set(e.name, e);
  const lookUp = (name: string, from: string): Value => {
    const found = all.get(name);
    if (found === undefined) {
      const inEnum = [...raw.enums.values()].flatMap(e => e.enumerants).find(e => e.name === name);
      if (inEnum?.value !== undefined) return inEnum.value;
      throw new Error(`vk.xml: <enum> ${from}: stands for ${name}, which nothing defines`);
    }
    if (found.alias !== '') return lookUp(found.alias, name);
    if (typeof found.value === 'string' && found.value.startsWith('='))
      return lookUp(found.value.slice(1), name);
    return found.value as Value;
  };
  const table = new Map<string, Value>();
  for (const name of all.keys()) {
    if (!name.startsWith('VK_STD_VULKAN_VIDEO')) table.set(name, lookUp(name, name));
  }
  return table;
}

export function resolveEnums(raw: RawRegistry, offered: Set<string>): EnumModel[] {
  const added = new Map<string, RawEnumerant[]>();
  for (const e of addedBy(raw)) added.set(e.extends, [...(added.get(e.extends) ?? []), e]);
  return [...raw.enums.values()]
    .filter(e => offered.has(e.name))
    .map(({ name, kind, width, enumerants }) => ({
      name,
      kind,
      width,
      members: membersOf(name, width, [...enumerants, ...(added.get(name) ?? [])]),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function membersOf(type: string, width: 32 | 64, enumerants: readonly RawEnumerant[]): EnumMember[] {
  // Two extensions may add the same enumerant.
  const byCName = new Map<string, RawEnumerant>();
  for (const e of enumerants) {
    const before = byCName.get(e.name);
    if (before !== undefined && (before.value !== e.value || before.alias !== e.alias))
      throw new Error(
        `vk.xml: <enum> ${e.name}: is ${before.value ?? before.alias} and ${e.value ?? e.alias}`,
      );
    byCName.set(e.name, e);
  }
  const number = (e: RawEnumerant): number | bigint => {
    if (e.alias === '') {
      if (typeof e.value === 'string' || e.value === undefined)
        throw new Error(`${type}: ${e.name}: no number`);
      return width === 64 ? BigInt(e.value) : Number(e.value);
    }
    const target = byCName.get(e.alias);
    if (target === undefined)
      throw new Error(`vk.xml: <enum> ${e.name}: alias of ${e.alias}, which is not in ${type}`);
    return number(target);
  };
  const all = [...byCName.values()];
  const ordered = [...all.filter(e => e.alias === ''), ...all.filter(e => e.alias !== '')];
  const taken = new Map<string, number | bigint>();
  return ordered
    .map(e => {
      const value = number(e);
      let name = memberName(type, e.name);
      if (taken.has(name) && taken.get(name) !== value) name = memberName(type, e.name, { keepTag: true });
      if (taken.has(name) && taken.get(name) !== value)
        throw new Error(`${type}: two enumerants shorten to ${name}`);
      taken.set(name, value);
      return { name, cName: e.name, value };
    })
    .filter((m, i, list) => list.findIndex(other => other.name === m.name) === i);
}

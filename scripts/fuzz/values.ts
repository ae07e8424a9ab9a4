// Random values that the encoder of a row takes.

import { VkShaderStageFlagBits } from '../../ffi/rows/bitmasks.ts';
import { UUID_SIZE } from '../../ffi/rows/constants.ts';
import { Dispatch } from '../../src/handles/dispatch.ts';
import { VulkanObject } from '../../src/handles/object.ts';
import type { Scope } from '../../src/handles/scope.ts';
import { handleTypes } from '../../src/marshal/object-handle.ts';
import { countedName, evaluateLength, isCountedInValues } from '../../src/registry/length.ts';
import { registry } from '../../src/registry/registry.ts';
import type { Member, StructRow } from '../../src/registry/rows.ts';
import { countsArray, DISPATCHABLE_CLASSES, isDeferral, mayBeAbsent } from '../../src/registry/shape.ts';
import type { ValueRule } from '../../src/registry/value-rule.ts';

/** mulberry32: the same seed gives the same run on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An object that has a handle and no functions: it can be passed, and no method can be called on it. */
class ObjectStub extends VulkanObject {
  constructor(type: string, handle: bigint, scope: Scope) {
    super(type, handle, scope, Object.create(Dispatch.prototype) as Dispatch);
  }
}

/** Random choices. */
export class Random {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Between 0 and 1. */
  next(): number {
    return this.#random();
  }

  chance(p: number): boolean {
    return this.#random() < p;
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)];
  }

  int(max: number): number {
    return Math.floor(this.#random() * max);
  }
}

/** Types of the members that one or the other rule wants: a pipeline's states and stages, a template's layouts. */
const NEEDED: Readonly<Record<string, RegExp>> = {
  VkGraphicsPipelineCreateInfo: /State|Stage/,
  VkDescriptorUpdateTemplateCreateInfo: /Layout$/,
};

export class RandomValues extends Random {
  readonly #scope: Scope;
  /** The type that the last `objectType` member named: the `objectHandle` after it must be of that type. */
  #objectType = 'VkBuffer';
  /** How deep structs may be in each other: further inside, what is optional is left out. */
  readonly deepest: number = 3;

  constructor(random: () => number, scope: Scope) {
    super(random);
    this.#scope = scope;
  }

  /** A valid value; optional members come and go. */
  struct(row: StructRow, depth = 0): Record<string, unknown> {
    if (row.union) return this.#union(row, depth);
    const value: Record<string, unknown> = {};
    const lengths = new Map<string, number>();
    // Members whose value depends on others are made last: a union needs its selector, some arrays the members of their length.
    const depends = (m: Member) => m.selector !== '' || isExpression(m);
    for (const m of [...row.members.filter(m => !depends(m)), ...row.members.filter(depends)]) {
      if (m.name === 'sType' || countsArray(m, row.members)) continue;
      if (m.name === 'pNext') {
        const chain = depth < this.deepest - 1 ? this.extensions(row) : [];
        if (chain.length > 0)
          value.pNext = chain.map(next => ({ sType: next.sType, ...this.struct(next, depth + 1) }));
        continue;
      }
      const selected = row.members.find(other => other.selector === m.name);
      if (selected !== undefined) {
        value[m.name] = this.pick(this.selections(m, registry.struct(selected.base)));
        continue;
      }
      const ruled = row.rules.some(rule => rule.path === m.length[0] || rule.path === m.name);
      const needed = ruled || NEEDED[row.name]?.test(m.base);
      const may = (m.optional || m.noautovalidity) && !needed && mayBeAbsent(m, row, registry);
      if (may && this.chance(depth > this.deepest ? 1 : 0.5)) continue;
      if (isExpression(m))
        lengths.set(
          m.length[0],
          evaluateLength(m.length[0], name => sizeIn(value, name)),
        );
      const fact = registry.fact(m.base);
      const made =
        m.selector !== '' && fact.kind === 'struct'
          ? this.#union(fact.row, depth, value[m.selector])
          : this.member(m, depth, lengths);
      if (made !== undefined) value[m.name] = made;
    }
    // Its stages begin with vertices.
    if (row.name === 'VkGraphicsPipelineCreateInfo')
      (value.pStages as { stage: number }[])[0].stage = VkShaderStageFlagBits.VERTEX;
    for (const { arrays } of row.alternatives) if (arrays[0] in value) delete value[arrays[1]];
    for (const rule of row.rules) keep(rule, value);
    return value;
  }

  #union(row: StructRow, depth: number, selected?: unknown): Record<string, unknown> {
    const arms = row.members.filter(m => m.selection.includes(selected as number));
    const m = this.pick(arms.length > 0 ? arms : row.members);
    return { [m.name]: this.member(m, depth, new Map()) };
  }

  /** The selector's values that choose an arm. */
  selections(_selector: Member, union: StructRow): readonly number[] {
    return union.members.flatMap(arm => arm.selection);
  }

  /** The structs for its chain. */
  extensions(row: StructRow): readonly StructRow[] {
    return row.extendedBy.length > 0 && this.chance(0.2) ? [registry.struct(this.pick(row.extendedBy))] : [];
  }

  member(m: Member, depth: number, lengths: Map<string, number>): unknown {
    if (m.base === 'char') {
      if (m.pointers.length > 1) return this.#array(m, lengths, () => this.pick(['VK_KHR_a', 'é', '']));
      return this.pick(['main', 'naïve', '']).slice(0, (m.extents[0] ?? 99) - 1);
    }
    if (m.objectType !== '') return this.handle(this.#objectType);
    // Nothing ever signals what the fuzzing waits for: the timeouts are short.
    if (m.name === 'timeout' && m.base === 'uint64_t') return this.pick([0n, 1n, 1_000_000n]);
    // Nothing can be deferred.
    if (isDeferral(m)) return undefined;
    // An empty list is right for every type.
    if (isCountedInValues(m)) return [];
    if (m.pointers.length === 1 && m.base === 'void')
      return m.length.length > 0 ? this.bytes(8 + 4 * this.int(16)) : 0x1000n;
    if (m.extents.length > 0) return this.#nested(m, depth, m.extents);
    if (m.pointers === '') return m.bits > 0 ? this.int(2 ** m.bits) : this.element(m, depth);
    if (registry.fact(m.base).kind === 'opaque')
      return m.pointers.length > 1 ? this.#array(m, lengths, () => 0x1000n) : 0x1000n;
    const one = m.length.length === 0 || m.length[0] === '1';
    if (one)
      return m.pointers === '&' && registry.fact(m.base).kind !== 'struct'
        ? [this.element(m, depth)]
        : this.element(m, depth + 1);
    const inner = m.pointers.length > 1 && m.length[1] !== '1';
    return this.#array(m, lengths, () => (inner ? [this.element(m, depth + 1)] : this.element(m, depth + 1)));
  }

  /** Memory of the script. */
  bytes(length: number): Uint8Array {
    return new Uint8Array(length);
  }

  #nested(m: Member, depth: number, extents: readonly number[]): unknown {
    const [n, ...rest] = extents;
    return Array.from({ length: n }, () =>
      rest.length > 0 ? this.#nested(m, depth, rest) : this.element(m, depth),
    );
  }

  #array(m: Member, lengths: Map<string, number>, make: () => unknown): unknown[] {
    const key = m.length[0] ?? m.name;
    const length = lengths.get(key) ?? 1 + this.int(3);
    lengths.set(key, length);
    return Array.from({ length }, make);
  }

  element(m: Member, depth: number): unknown {
    const fact = registry.fact(m.base);
    switch (fact.kind) {
      case 'bool':
        return this.chance(0.5);
      case 'enum':
        if (m.name === 'objectType') {
          const types = [...handleTypes(m.base)].filter(([, type]) => !DISPATCHABLE_CLASSES.includes(type));
          const [value, type] = this.pick(types);
          this.#objectType = type;
          return value;
        }
        return this.pick(Object.values(fact.values)) ?? 0;
      case 'flags':
        return fact.wide ? BigInt(this.int(2 ** 32)) << BigInt(this.int(32)) : this.int(2 ** 32);
      case 'struct':
        return this.struct(fact.row, depth + 1);
      case 'handle':
        return this.handle(fact.row.name);
      case 'HANDLE':
        return this.pick([4n, 0x1a4, Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 0)]);
      case 'address':
      case 'opaque':
        return 0x1000n;
      case 'callback':
        return 0x2000n;
      case 'wide string':
        return 'Global\\texture';
      case 'scalar':
        return this.#scalar(fact.c);
    }
  }

  handle(type: string): unknown {
    const handle = 0x10_0000n + BigInt(this.int(16)) * 16n;
    if (DISPATCHABLE_CLASSES.includes(type)) return new ObjectStub(type, handle, this.#scope);
    this.#scope.add(type, handle, false);
    return handle;
  }

  #scalar(c: string): unknown {
    switch (c) {
      case 'float':
      case 'double':
        return Math.fround(this.next() * 100 - 50);
      case 'int64_t':
        return this.pick([-1n, 5, 2n ** 62n]);
      case 'uint64_t':
      case 'size_t':
      case 'ulong':
        return this.pick([0, 7n, 2 ** 40, c === 'uint64_t' ? 2n ** 64n - 1n : 9n]);
      case 'int':
      case 'int32_t':
        return this.int(2 ** 32) - 2 ** 31;
      case 'uint32_t':
        return this.int(2 ** 32);
      case 'int8_t':
      case 'char':
        return this.int(127);
      case 'uint8_t':
        return this.int(256);
      default:
        return this.int(2 ** 15);
    }
  }
}

/** Makes a number keep the rule that it may break; counts follow from their arrays. */
export function keep({ path, multiple }: Pick<ValueRule, 'path' | 'multiple'>, value: object): void {
  const [, step, each, inside] = /^(\w+)(\[\])?(?:->|\.)?(.*)$/.exec(path) as RegExpExecArray;
  const member = (value as Record<string, unknown>)[step];
  if (each === undefined && inside === '') keepNumber(step, multiple, value as Record<string, unknown>);
  else if (typeof member !== 'object' || member === null) return;
  else if (each === undefined) keep({ path: inside, multiple }, member);
  else
    for (const key of Object.keys(member))
      keep({ path: inside === '' ? key : `${key}.${inside}`, multiple }, member);
}

function keepNumber(key: string, multiple: number, holder: Record<string, unknown>): void {
  const number = holder[key];
  if (typeof number !== 'number' && typeof number !== 'bigint') return;
  const size = typeof number === 'number' ? multiple : BigInt(multiple);
  if (multiple > 0) holder[key] = (number as number) - ((number as number) % (size as number));
  // 256 is a multiple of every number that a rule has.
  else if (!(number > 0)) holder[key] = typeof number === 'number' ? 256 : 256n;
}

/** `(samples+31)/32`: a length that other members give; one that begins with `*` stands in another struct. */
const isExpression = (m: Member): boolean =>
  m.pointers !== '' && /^[^*].*[-+*/]/.test(m.length[0] ?? '') && countedName(m.length[0]) === undefined;

const sizeIn = (value: Record<string, unknown>, name: string): number =>
  name === 'VK_UUID_SIZE' ? UUID_SIZE : Number(value[name] ?? 0);

/** Values that are wrong almost everywhere. */
export const HOSTILE: readonly unknown[] = [
  null,
  undefined,
  '5',
  '',
  true,
  {},
  [],
  [1],
  Number.NaN,
  -0,
  -1,
  1.5,
  2 ** 32,
  2 ** 53,
  Number.POSITIVE_INFINITY,
  -1n,
  2n ** 64n,
  2n ** 70n,
  Symbol('s'),
  () => 1,
  new Date(0),
  new Uint8Array(0),
  new Uint8Array(3),
  new Proxy({}, {}),
  new Array(2),
  { sType: 99 },
  '\0',
  '\ud800',
  0x7fff_ffff,
];

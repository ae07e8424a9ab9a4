// A struct that Vulkan fills, with its sType, the requested chain, the structs inside it, and its arrays, which Vulkan
// counts in one call and fills in the next.

import { ArgumentError } from '../native/argument-error.ts';
import type { Chunk } from '../native/argument-memory.ts';
import { elementLayout, layoutOf } from '../native/row-types.ts';
import { countedName } from '../registry/length.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';
import type { Member, StructRow } from '../registry/rows.ts';
import { innerExtensions } from '../registry/shape.ts';
import type { Call } from './call.ts';
import { nextOffset } from './chain.ts';
import { decodeElements, linkedDecoder } from './decode.ts';
import { type ScalarCodec, scalarCodec, writeAddress } from './scalar.ts';

/** Each element becomes an object: a larger count is a mistake of the script or the driver. */
export const MAX_ELEMENTS = 2 ** 18;

/** A number in memory. */
interface NumberAt {
  readonly chunk: Chunk;
  readonly at: number;
  readonly codec: ScalarCodec;
}

interface CountedArray {
  readonly member: Member;
  readonly offset: number;
  /** Bytes of an element. */
  readonly size: number;
  /** Undefined if its elements need no preparation. */
  readonly element: OutputPlan | undefined;
  /** The output whose struct counts it; `''` for its own struct. */
  readonly counter: string;
  /** The member that counts it. */
  readonly count: string;
  /** How many elements it has at most; 0 if only Vulkan knows. */
  readonly maxCount: number;
}

interface InnerStruct {
  readonly member: Member;
  readonly offset: number;
  readonly plan: OutputPlan;
}

/** How a struct must be prepared before Vulkan fills it. */
interface OutputPlan {
  readonly row: StructRow;
  readonly size: number;
  readonly structs: readonly InnerStruct[];
  readonly arrays: readonly CountedArray[];
}

/** The plan of a struct that Vulkan fills. */
export const outputPlan = memoize((row: StructRow): OutputPlan => {
  const { size, members } = layoutOf(row);
  const placed = row.members
    .filter(m => m.name !== 'pNext')
    .map(member => ({ member, offset: members.get(member.name)!.offset }));
  const structs = placed.flatMap(({ member, offset }) => {
    const inner =
      member.pointers === '' && member.extents.length === 0 ? outputPlanOf(member.base) : undefined;
    return inner === undefined ? [] : [{ member, offset, plan: inner }];
  });
  const arrays = placed.flatMap(({ member, offset }) => countedArray(row, member, offset) ?? []);
  return { row, size, structs, arrays };
});

/** The plan of a type; undefined if it needs no preparation. */
function outputPlanOf(base: string): OutputPlan | undefined {
  const fact = registry.fact(base);
  if (fact.kind !== 'struct' || fact.row.union) return undefined;
  const plan = outputPlan(fact.row);
  return fact.row.sType === undefined && plan.structs.length + plan.arrays.length === 0 ? undefined : plan;
}

/** An array that is counted by `n` in its own struct, or by `pCounts->n` in another output; undefined for other members. */
function countedArray(row: StructRow, member: Member, offset: number): CountedArray | undefined {
  const [expression] = member.length;
  if (member.pointers !== '&' || expression === undefined) return undefined;
  const [counter, inside] = expression.split('->');
  const count = inside ?? countedName(expression)?.name;
  if (count === undefined || (inside === undefined && !row.members.some(m => m.name === count)))
    return undefined;
  return {
    member,
    offset,
    size: member.base === 'void' ? 1 : elementLayout({ ...member, pointers: '' }).size,
    element: outputPlanOf(member.base),
    counter: inside === undefined ? '' : counter,
    count,
    maxCount: flagCount(member.base),
  };
}

/** For structs that each describe one flag: how many flags there are; 0 for others. */
function flagCount(base: string): number {
  const fact = registry.fact(base);
  if (fact.kind !== 'struct') return 0;
  for (const m of fact.row.members) {
    const { kind, ...rest } = registry.fact(m.base);
    if (kind === 'flags')
      return Object.keys(registry.tables.enums((rest as { bits: string }).bits) ?? {}).length;
  }
  return 0;
}

const NONE: readonly never[] = [];

/** Memory that was reserved for an array. */
interface ReservedArray {
  readonly capacity: number;
  readonly chunk: Chunk;
  readonly at: number;
  /** Elements that need preparation. */
  readonly elements: readonly OutputStruct[];
}

/** The call's other outputs, by parameter: their structs may count arrays of this one. */
export type OutputsByName = ReadonlyMap<string, OutputStruct>;

/** A struct in argument memory that Vulkan fills. */
export class OutputStruct {
  readonly #plan: OutputPlan;
  readonly chunk: Chunk;
  readonly at: number;
  #chain: readonly OutputStruct[] = NONE;
  #structs: readonly OutputStruct[] = NONE;
  #reserved: (ReservedArray | undefined)[] | undefined;
  readonly #inner: readonly StructRow[];

  /**
   * Prepares the struct in memory.
   * @param chain the structs of its own chain
   * @param inner the structs that chains inside it may have
   */
  constructor(
    call: Call,
    plan: OutputPlan,
    chunk: Chunk,
    at: number,
    chain: readonly StructRow[],
    inner: readonly StructRow[],
  ) {
    this.#plan = plan;
    this.chunk = chunk;
    this.at = at;
    this.#inner = inner;
    const { row, structs } = plan;
    if (row.sType !== undefined) chunk.i32[at >> 2] = row.sType;
    if (chain.length > 0) this.#chain = this.#link(call, chain);
    if (structs.length > 0)
      this.#structs = structs.map(
        ({ member, offset, plan }) =>
          new OutputStruct(call, plan, chunk, at + offset, allowed(member, inner), inner),
      );
  }

  #link(call: Call, chain: readonly StructRow[]): OutputStruct[] {
    let { chunk } = this;
    let nextAt = this.at + nextOffset(this.#plan.row);
    return chain.map(row => {
      const plan = outputPlan(row);
      const at = call.stack.reserve(plan.size);
      const target = call.stack.chunk;
      writeAddress(chunk, nextAt, target.address + at);
      chunk = target;
      nextAt = at + nextOffset(row);
      return new OutputStruct(call, plan, target, at, NONE, this.#inner);
    });
  }

  /**
   * Reserves memory for the arrays that Vulkan has counted.
   * @returns whether there were any: then the command must be called again
   */
  reserve(call: Call, otherOutputs?: OutputsByName): boolean {
    let grew = false;
    for (const struct of this.#chain) if (struct.reserve(call, otherOutputs)) grew = true;
    for (const struct of this.#structs) if (struct.reserve(call, otherOutputs)) grew = true;
    const { arrays } = this.#plan;
    if (arrays.length === 0) return grew;
    this.#reserved ??= arrays.map(() => undefined);
    for (const [i, array] of arrays.entries()) {
      const memory = this.#reserved[i];
      const count = this.#count(array, otherOutputs);
      if (memory === undefined) {
        if (count === 0) continue;
        this.#reserved[i] = this.#reserveArray(call, array, count);
        grew = true;
      } else
        for (const element of memory.elements.slice(0, count))
          if (element.reserve(call, otherOutputs)) grew = true;
    }
    return grew;
  }

  #reserveArray(call: Call, array: CountedArray, capacity: number): ReservedArray {
    const { size, element, offset, member } = array;
    if (capacity > MAX_ELEMENTS && member.base !== 'void')
      throw new ArgumentError(
        'range',
        `expected at most ${MAX_ELEMENTS} elements of ${this.#plan.row.name}.${member.name}, got ${capacity}`,
      );
    const at = call.stack.reserve(capacity * size);
    const { chunk } = call.stack;
    writeAddress(this.chunk, this.at + offset, chunk.address + at);
    const elements: OutputStruct[] = [];
    for (let i = 0; element !== undefined && i < capacity; i++)
      elements.push(
        new OutputStruct(call, element, chunk, at + i * size, allowed(member, this.#inner), this.#inner),
      );
    for (const one of elements) one.#reserveMaximum(call);
    return { capacity, chunk, at, elements };
  }

  /** Vulkan fills elements only once, so their own arrays get memory beforehand, where a maximum is known. */
  #reserveMaximum(call: Call): void {
    const { arrays } = this.#plan;
    if (arrays.length === 0) return;
    this.#reserved = arrays.map(array => {
      if (array.maxCount === 0) return undefined;
      this.#setCount(array, undefined, array.maxCount);
      return this.#reserveArray(call, array, array.maxCount);
    });
  }

  /** Lowers the count if a driver says more than there is memory for. */
  limit(otherOutputs?: OutputsByName): void {
    for (const struct of this.#chain) struct.limit(otherOutputs);
    for (const struct of this.#structs) struct.limit(otherOutputs);
    for (const [i, memory] of (this.#reserved ?? NONE).entries()) {
      if (memory === undefined) continue;
      const array = this.#plan.arrays[i];
      if (this.#count(array, otherOutputs) > memory.capacity)
        this.#setCount(array, otherOutputs, memory.capacity);
      for (const element of memory.elements) element.limit(otherOutputs);
    }
  }

  /** Forgets the reserved arrays, so that Vulkan counts everything anew. */
  forget(): void {
    for (const [i, memory] of (this.#reserved ?? NONE).entries())
      if (memory !== undefined) writeAddress(this.chunk, this.at + this.#plan.arrays[i].offset, 0);
    this.#reserved = undefined;
  }

  /** Where the count of an array is. */
  #counter({ counter, count }: CountedArray, otherOutputs: OutputsByName | undefined): NumberAt {
    const owner = counter === '' ? this : otherOutputs!.get(counter)!;
    const { row } = owner.#plan;
    const m = row.members.find(one => one.name === count)!;
    const { offset } = layoutOf(row).members.get(count)!;
    return { chunk: owner.chunk, at: owner.at + offset, codec: scalarCodec(registry.fact(m.base))! };
  }

  #count(array: CountedArray, otherOutputs: OutputsByName | undefined): number {
    const { chunk, at, codec } = this.#counter(array, otherOutputs);
    return Number(codec.read(chunk, at));
  }

  #setCount(array: CountedArray, otherOutputs: OutputsByName | undefined, count: number): void {
    const { chunk, at, codec } = this.#counter(array, otherOutputs);
    codec.write(chunk, at, codec.size === 8 ? BigInt(count) : count);
  }

  /** Adds to the struct's value the requested chain, and arrays that another output counts. */
  complete(
    call: Call,
    value: Record<string, unknown>,
    otherOutputs?: OutputsByName,
  ): Record<string, unknown> {
    const { arrays, structs } = this.#plan;
    for (const [i, struct] of this.#structs.entries())
      struct.complete(call, value[structs[i].member.name] as Record<string, unknown>, otherOutputs);
    for (const [i, array] of arrays.entries()) {
      const { name } = array.member;
      const memory = this.#reserved?.[i];
      if (array.counter !== '')
        value[name] = decodeElements(
          array.member,
          BigInt(memory === undefined ? 0 : memory.chunk.address + memory.at),
          memory === undefined ? 0 : this.#count(array, otherOutputs),
          call.scope,
        );
      if (memory !== undefined && memory.elements.length > 0)
        for (const [j, element] of (value[name] as Record<string, unknown>[]).entries())
          memory.elements[j].complete(call, element, otherOutputs);
    }
    if (this.#chain.length > 0)
      value.pNext = this.#chain.map(struct =>
        struct.complete(
          call,
          linkedDecoder(struct.#plan.row)(struct.chunk, struct.at, call.scope),
          otherOutputs,
        ),
      );
    return value;
  }
}

/** The requested structs that the chain of a member, or of its elements, may have. */
function allowed(member: Member, inner: readonly StructRow[]): readonly StructRow[] {
  if (inner.length === 0) return NONE;
  const names = innerExtensions(member, registry);
  return inner.filter(row => names.includes(row.name));
}

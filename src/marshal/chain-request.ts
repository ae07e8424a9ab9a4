// The structs that the caller requests by their sTypes, to be filled together with an output.

import { isArray } from '../errors/bytes.ts';
import { memberPath } from '../errors/describe.ts';
import { cNameOf } from '../errors/explain.ts';
import { ArgumentError, expected, under } from '../native/argument-error.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';
import type { Member, StructRow } from '../registry/rows.ts';
import { innerExtensions } from '../registry/shape.ts';
import { chainLength, extending, extensionsOf } from './chain.ts';
import { type OutputBlock, outputBlock } from './output-block.ts';
import { checkObject, checkPlain } from './struct-value.ts';
import { isHot } from './tier-up.ts';

const NONE: readonly never[] = [];

/** The structs that are requested together with an output. */
export class ChainRequest {
  /** Those that extend the output itself, in the order of the request. */
  readonly own: readonly StructRow[];
  /** All of them, if some extend a struct inside the output: each is added to every chain there that may have it. */
  readonly inner: readonly StructRow[];
  #uses = 0;
  #isSettled = false;
  #block: OutputBlock | undefined;

  constructor(own: readonly StructRow[] = NONE, inner: readonly StructRow[] = NONE) {
    this.own = own;
    this.inner = inner;
  }

  /** The output and its chain in one block; undefined if that is not possible, or if the request is not used often. */
  block(row: StructRow): OutputBlock | undefined {
    if (!this.#isSettled && isHot(++this.#uses)) {
      this.#isSettled = true;
      if (this.inner.length === 0) this.#block = outputBlock(row, this.own);
    }
    return this.#block;
  }
}

/** A request without structs. */
export const NO_REQUEST = new ChainRequest();

/** The requests that were made with a struct before. */
interface Known {
  readonly nothing: ChainRequest;
  /** Requests that were checked, and need not be checked again. */
  readonly requests: { readonly sTypes: readonly unknown[]; readonly request: ChainRequest }[];
  /** The most structs that a valid request can have. */
  readonly longest: number;
}

const knownOf = memoize(
  (row: StructRow): Known => ({
    nothing: new ChainRequest(),
    requests: [],
    longest: extensionsOf(row).size + innerOf(row).length,
  }),
);

/** How many requests are cached for a struct; programs make only a few. */
const MAX_CACHED = 16;

/**
 * Reads a request `{ pNext: [VkStructureType, …] }` for an output.
 * @param path where the output is: `vkFoo.pProperties`
 */
export function chainRequest(path: string, struct: StructRow, value: unknown): ChainRequest {
  const known = knownOf(struct);
  if (value === undefined) return known.nothing;
  try {
    checkObject(value, '{ pNext }');
    for (const key of Object.keys(value))
      if (key !== 'pNext')
        throw new ArgumentError('type', 'unknown member; the only one is pNext').under(memberPath(key));
    return requested(struct, known, value);
  } catch (error) {
    throw under(error, path);
  }
}

function requested(row: StructRow, { nothing, requests, longest }: Known, value: object): ChainRequest {
  const list = listOf(value);
  if (list === undefined || list === null) {
    checkPlain(value, '{ pNext }');
    return nothing;
  }
  if (!isArray(list)) throw expected('an array of VkStructureType', list).under('.pNext');
  const length = Math.min(chainLength(list), longest + 1);
  const sTypes: unknown[] = [];
  for (let i = 0; i < length; i++) {
    try {
      sTypes.push(list[i]);
    } catch (error) {
      throw under(error, `.pNext[${i}]`);
    }
  }
  for (const one of requests) if (isSame(one.sTypes, sTypes)) return one.request;
  const request = resolved(row, sTypes);
  if (requests.length < MAX_CACHED) requests.push({ sTypes, request });
  return request;
}

function listOf(value: { readonly pNext?: unknown }): unknown {
  try {
    return value.pNext;
  } catch (error) {
    throw under(error, '.pNext');
  }
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function resolved(row: StructRow, sTypes: readonly unknown[]): ChainRequest {
  const own: StructRow[] = [];
  const all: StructRow[] = [];
  const inside: (readonly [index: number, inner: Inner])[] = [];
  for (const [i, sType] of sTypes.entries()) {
    try {
      const isOwn = extensionsOf(row).has(sType as number);
      const inner = isOwn ? undefined : innerOf(row).find(({ struct }) => struct.sType === sType);
      if (inner !== undefined) inside.push([i, inner]);
      const struct = inner?.struct ?? extending(row, sType);
      if (all.includes(struct)) throw new ArgumentError('range', `${struct.name} is asked for twice`);
      all.push(struct);
      if (isOwn) own.push(struct);
    } catch (error) {
      throw under(error, `.pNext[${i}]`);
    }
  }
  for (const [i, { struct, holder, member }] of inside)
    if (holder !== row && !all.includes(holder))
      throw new ArgumentError(
        'range',
        `${cNameOf('VkStructureType', struct.sType!)} extends ${member.base}: ask for ${holder.name} too, which has it as ${member.name}`,
      ).under(`.pNext[${i}]`);
  return new ChainRequest(own, inside.length > 0 ? all : NONE);
}

/** A struct that extends a member of another, or each of its elements. */
interface Inner {
  readonly struct: StructRow;
  readonly holder: StructRow;
  readonly member: Member;
}

/** What may be requested inside a struct that Vulkan fills, and inside those that extend it. */
const innerOf = memoize((row: StructRow): readonly Inner[] => {
  const all: Inner[] = [];
  collect(row, all, new Set());
  return all;
});

function collect(holder: StructRow, all: Inner[], seen: Set<StructRow>): void {
  if (seen.has(holder)) return;
  seen.add(holder);
  for (const member of holder.members)
    for (const name of innerExtensions(member, registry)) {
      const struct = registry.struct(name);
      all.push({ struct, holder, member });
      collect(struct, all, seen);
    }
  for (const name of holder.extendedBy) collect(registry.struct(name), all, seen);
}

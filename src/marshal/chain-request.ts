// The structs that a caller asks for by their sTypes, to be filled together with an output.

import { ArgumentError, expected, under } from '../native/argument-error.ts';
import { isArray } from '../native/bytes.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';
import type { Member, StructRow } from '../registry/rows.ts';
import { innerExtensions } from '../registry/shape.ts';
import { chainLength, extending, extensionsOf, sTypeName } from './chain.ts';
import { checkObject } from './struct-value.ts';

export interface ChainRequest {
  /** Those that extend the output itself, in the order in which they were named. */
  readonly own: readonly StructRow[];
  /** All of them, where some extend what lies inside the output: each goes into every chain there that may hold it. */
  readonly inner: readonly StructRow[];
}

const NONE: readonly never[] = [];
export const NO_REQUEST: ChainRequest = { own: NONE, inner: NONE };

/** `{ pNext: [VkStructureType, …] }` as the caller gives it for an output. */
export function chainRequest(struct: StructRow, value: unknown): ChainRequest {
  if (value === undefined) return NO_REQUEST;
  try {
    checkObject(value, '{ pNext }');
    for (const key of Object.keys(value))
      if (key !== 'pNext') throw new ArgumentError('type', 'expected pNext alone').under(`.${key}`);
    return requested(struct, value.pNext);
  } catch (error) {
    throw under(error, struct.name);
  }
}

function requested(row: StructRow, sTypes: unknown): ChainRequest {
  if (sTypes === undefined || sTypes === null) return NO_REQUEST;
  if (!isArray(sTypes)) throw expected('an array of VkStructureType', sTypes).under('.pNext');
  const own: StructRow[] = [];
  const all: StructRow[] = [];
  const inside: (readonly [index: number, inner: Inner])[] = [];
  const length = chainLength(sTypes);
  for (let i = 0; i < length; i++) {
    try {
      const sType: unknown = sTypes[i];
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
        `${sTypeName(struct.sType)} extends ${member.base}: ask for ${holder.name} too, which has it as ${member.name}`,
      ).under(`.pNext[${i}]`);
  return { own, inner: inside.length > 0 ? all : NONE };
}

/** A struct that extends a member of another, or each of its elements. */
interface Inner {
  readonly struct: StructRow;
  readonly holder: StructRow;
  readonly member: Member;
}

/** What may be asked for inside a struct that Vulkan fills, and inside those that extend it. */
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

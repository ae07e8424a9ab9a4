// Which memoryTypeBits of a driver's answer to believe, and which memory type to choose.
import type { VkMemoryType } from '../../ffi/types/structs.ts';
import { warnOnce } from './warn-once.ts';

/** A driver's answer about a handle or file descriptor. */
export interface MemoryTypesAnswer {
  /**
   * - `answered`: `memoryTypeBits` are the driver's
   * - `unwritten`: VK_SUCCESS, but nothing was written
   */
  readonly status: 'answered' | 'unwritten';
  /** The bits that stand for a memory type of the device; undefined unless `answered`. */
  readonly memoryTypeBits: number | undefined;
  /** The bits that the driver set beyond its memory types. */
  readonly excessBits: number;
}

/** The result of a query, beside the answer. */
export interface MemoryTypesQuery {
  /** memoryTypeBits as the driver wrote them; undefined if it wrote nothing. */
  readonly rawBits: number | undefined;
  /** Number of memory types that the device has. */
  readonly memoryTypeCount: number;
  /** What is unusual about the handle or the answer, one sentence each. */
  readonly warnings: readonly string[];
}

/** Sorts the bits that a driver wrote; `raw` is undefined where it left memoryTypeBits alone. */
export function toMemoryTypesAnswer(raw: number | undefined, memoryTypeCount: number): MemoryTypesAnswer {
  if (raw === undefined) return { status: 'unwritten', memoryTypeBits: undefined, excessBits: 0 };
  const mask = typesMask(memoryTypeCount);
  return { status: 'answered', memoryTypeBits: (raw & mask) >>> 0, excessBits: (raw & ~mask) >>> 0 };
}

/** A mask with one bit for each memory type. */
export const typesMask = (count: number): number => (count >= 32 ? 0xffff_ffff : 2 ** count - 1);

/** What is unusual about a driver's answer. */
export function warningsOf(
  command: string,
  { status, excessBits }: { readonly status: string; readonly excessBits: number },
  memoryTypeCount: number,
): string[] {
  if (status === 'unwritten')
    return [warnOnce(`the driver answered ${command} with VK_SUCCESS but wrote no memoryTypeBits`)];
  if (excessBits === 0) return [];
  const bits = `0x${excessBits.toString(16)}`;
  return [
    warnOnce(
      `the driver set memoryTypeBits ${bits} beyond the ${memoryTypeCount} memory types that it has; they are ignored`,
    ),
  ];
}

/**
 * Chooses among `bits`: the first type with all preferred properties, else the first with some, else the first.
 * A type without any property (NVIDIA has such) is chosen only if there is no other.
 * @returns its index; -1 if `bits` has none of the types
 */
export function bestMemoryType(types: readonly VkMemoryType[], bits: number, preferred: number): number {
  let [best, bestRank] = [-1, -1];
  for (let index = 0; index < types.length; index++) {
    const rank = ((bits >>> index) & 1) === 0 ? -1 : rankOf(types[index].propertyFlags, preferred);
    if (rank > bestRank) [best, bestRank] = [index, rank];
  }
  return best;
}

function rankOf(flags: number, preferred: number): number {
  if (flags === 0) return 0;
  if ((flags & preferred) === preferred) return 3;
  return (flags & preferred) === 0 ? 1 : 2;
}

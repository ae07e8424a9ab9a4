// Which bits of a driver's answer can be believed, and which memory type to take.
import type { VkMemoryType } from '../../ffi/types/structs.ts';

/** What a driver says of a handle or descriptor. */
export interface Answer {
  /**
   * - `answered`: `memoryTypeBits` are the driver's
   * - `unwritten`: VK_SUCCESS, but nothing was written
   */
  readonly status: 'answered' | 'unwritten';
  /** What can be believed: no bit without a memory type; undefined unless `answered`. */
  readonly memoryTypeBits: number | undefined;
  /** Bits without a memory type that the driver set. */
  readonly excessBits: number;
}

/** Judges what a driver wrote; `undefined` where it left memoryTypeBits alone. */
export function judge(raw: number | undefined, memoryTypeCount: number): Answer {
  if (raw === undefined) return { status: 'unwritten', memoryTypeBits: undefined, excessBits: 0 };
  const mask = typesMask(memoryTypeCount);
  return { status: 'answered', memoryTypeBits: (raw & mask) >>> 0, excessBits: (raw & ~mask) >>> 0 };
}

/** One bit a memory type. */
export const typesMask = (count: number): number => (count >= 32 ? 0xffff_ffff : 2 ** count - 1);

export const excessWarning = (excessBits: number, memoryTypeCount: number): string =>
  `the driver set memoryTypeBits 0x${excessBits.toString(16)} beyond the ${memoryTypeCount} memory types that it has; they are ignored`;

export const unwrittenWarning = (command: string): string =>
  `the driver answered ${command} with VK_SUCCESS but wrote no memoryTypeBits`;

/**
 * Chooses among `bits`: the lowest type with all preferred properties, else the lowest with some, else the lowest.
 * Types without any property (NVIDIA has such) are left aside while others remain.
 */
export function chooseMemoryType(types: readonly VkMemoryType[], bits: number, preferred: number): number {
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

// Which bits of a driver's answer can be believed, and which memory type to take.
import type { VkMemoryType } from '../../ffi/types/structs.ts';
import { hex } from './errors.ts';

/** Prefilled into memoryTypeBits: it has bits that no device has types for, but some AMD drivers leave it as it is. */
export const SENTINEL = 0xcdcd_cdcd;
/** The second prefill, where the first one came back: it shares no bit with it. */
export const OTHER_SENTINEL = 0x3232_3232;

/** Handle-type bits that Wine's win32u writes into memoryTypeBits, of NT handles and of what looks like a KMT one. */
const WINE_BITS: readonly number[] = [0x6a, 0x14];

export interface Answer {
  /**
   * - `answered`: `memoryTypeBits` are the driver's
   * - `unwritten`: VK_SUCCESS, but nothing was written
   * - `wine`: Wine's handle-type bits, which are no memory types
   */
  readonly status: 'answered' | 'unwritten' | 'wine';
  /** What can be believed: no bit without a memory type; undefined unless `answered`. */
  readonly memoryTypeBits: number | undefined;
  /** Bits without a memory type that the driver set. */
  readonly excessBits: number;
}

/** Judges what a driver wrote; `undefined` where it left memoryTypeBits alone. */
export function judge(raw: number | undefined, memoryTypeCount: number, isWine: boolean): Answer {
  if (raw === undefined) return { status: 'unwritten', memoryTypeBits: undefined, excessBits: 0 };
  const excessBits = (raw & ~typesMask(memoryTypeCount)) >>> 0;
  if (isWine && WINE_BITS.includes(raw)) return { status: 'wine', memoryTypeBits: undefined, excessBits };
  return { status: 'answered', memoryTypeBits: (raw & typesMask(memoryTypeCount)) >>> 0, excessBits };
}

/** One bit a memory type. */
export const typesMask = (count: number): number => (count >= 32 ? 0xffff_ffff : 2 ** count - 1);

export const excessWarning = (excessBits: number, memoryTypeCount: number): string =>
  `the driver set memoryTypeBits ${hex(excessBits)} beyond the ${memoryTypeCount} memory types that it has; they are ignored`;

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

// Tells what Wine writes into memoryTypeBits from memory types.
import { type MemoryTypesAnswer, toMemoryTypesAnswer } from '../external/memory-type.ts';

/** Handle-type bits that Wine's win32u writes into memoryTypeBits: for NT handles, and for what looks like a KMT handle. */
const WINE_BITS: readonly number[] = [0x6a, 0x14];

/** A driver's answer about a HANDLE. */
export interface HandleAnswer extends Omit<MemoryTypesAnswer, 'status'> {
  /**
   * - `answered`: `memoryTypeBits` are the driver's
   * - `unwritten`: VK_SUCCESS, but nothing was written
   * - `wine`: Wine wrote handle-type bits, which are not memory types
   */
  readonly status: MemoryTypesAnswer['status'] | 'wine';
}

/** Sorts the bits that a driver wrote; `raw` is undefined where it left memoryTypeBits alone. */
export function toHandleAnswer(
  raw: number | undefined,
  memoryTypeCount: number,
  isWine: boolean,
): HandleAnswer {
  const answer = toMemoryTypesAnswer(raw, memoryTypeCount);
  return isWine && raw !== undefined && WINE_BITS.includes(raw)
    ? { ...answer, status: 'wine', memoryTypeBits: undefined }
    : answer;
}

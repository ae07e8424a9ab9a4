// What Wine writes into memoryTypeBits, told apart from memory types.
import { type Answer, judge as judgeBits } from '../external/memory-type.ts';

/** Handle-type bits that Wine's win32u writes into memoryTypeBits, of NT handles and of what looks like a KMT one. */
const WINE_BITS: readonly number[] = [0x6a, 0x14];

export interface HandleAnswer extends Omit<Answer, 'status'> {
  /**
   * - `answered`: `memoryTypeBits` are the driver's
   * - `unwritten`: VK_SUCCESS, but nothing was written
   * - `wine`: Wine's handle-type bits, which are no memory types
   */
  readonly status: Answer['status'] | 'wine';
}

/** Judges what a driver wrote; `undefined` where it left memoryTypeBits alone. */
export function judge(raw: number | undefined, memoryTypeCount: number, isWine: boolean): HandleAnswer {
  const answer = judgeBits(raw, memoryTypeCount);
  return isWine && raw !== undefined && WINE_BITS.includes(raw)
    ? { ...answer, status: 'wine', memoryTypeBits: undefined }
    : answer;
}

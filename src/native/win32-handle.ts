// Reads the value of a Windows HANDLE from the forms that programs have it in.
import { isEightBytes } from '../errors/bytes.ts';
import { uint64OfBytes } from './uint64.ts';

/** What a HANDLE can be, for errors. */
export const HANDLE_FORMS = 'bigint, safe integer, its 8 bytes';

/** The 64 bits of a HANDLE; undefined for what is none. INVALID_HANDLE_VALUE may be written as -1. */
export function handleValueOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint')
    return value >= -1n && value < 2n ** 64n ? BigInt.asUintN(64, value) : undefined;
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value >= -1 ? BigInt.asUintN(64, BigInt(value)) : undefined;
  return isEightBytes(value) ? uint64OfBytes(value) : undefined;
}

// Reads the value of a Windows HANDLE from the forms that programs have it in.
import { isEightBytes } from '../errors/bytes.ts';
import { UINT64_MAX, uint64OfBytes, unsigned } from './uint64.ts';

/** What a HANDLE can be, for errors. */
export const HANDLE_FORMS = 'bigint, safe integer, its 8 bytes';

/** The 64 bits of a HANDLE; undefined for what is none. INVALID_HANDLE_VALUE may be written as -1. */
export function handleValueOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value >= -1n && value <= UINT64_MAX ? unsigned(value) : undefined;
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value >= -1 ? unsigned(value) : undefined;
  return isEightBytes(value) ? uint64OfBytes(value) : undefined;
}

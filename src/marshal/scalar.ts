// Checks, writes and reads single values of C types.

import { expected } from '../native/argument-error.ts';
import type { Chunk } from '../native/argument-memory.ts';
import { POINTER_SIZE } from '../native/koffi.ts';
import { UINT64_MAX, unsigned } from '../native/uint64.ts';
import type { EnumValues, Scalar, TypeFact } from '../registry/facts.ts';
import { noEnumerator } from './enumerators.ts';

/** How single values of a type are checked, written and read. */
export interface ScalarCodec {
  readonly size: number;
  /** Returns the number or bigint for C. Throws an ArgumentError. */
  check(value: unknown): number | bigint;
  write(chunk: Chunk, at: number, checked: number | bigint): void;
  read(chunk: Chunk, at: number): number | bigint | boolean;
  /** The view whose elements are the values themselves; undefined if they need conversion. */
  readonly view?: View;
}

type View = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64';

const SHIFT: Record<View, number> = {
  i8: 0,
  u8: 0,
  i16: 1,
  u16: 1,
  i32: 2,
  u32: 2,
  f32: 2,
  i64: 3,
  u64: 3,
  f64: 3,
};

/** Reading and writing through one of a chunk's views. */
function access(view: View): Pick<ScalarCodec, 'size' | 'write' | 'read' | 'view'> {
  const shift = SHIFT[view];
  return {
    size: 1 << shift,
    view,
    write: (chunk, at, value) => {
      (chunk[view] as { [index: number]: number | bigint })[at >> shift] = value;
    },
    read: (chunk, at) => chunk[view][at >> shift],
  };
}

function integer(view: View, name: string, min: number, max: number): ScalarCodec {
  const check = (value: unknown) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw expected(name, value);
  };
  return { ...access(view), check };
}

/** A 64-bit integer: accepts a bigint or a safe integer, returns a bigint. */
function wide(view: 'i64' | 'u64', name: string, min: bigint, max: bigint): ScalarCodec {
  const check = (value: unknown) => {
    if (
      typeof value === 'bigint'
        ? value >= min && value <= max
        : Number.isSafeInteger(value) && (value as number) >= Number(min)
    )
      return BigInt(value as bigint | number);
    throw expected(`${name} (a bigint or a safe integer)`, value);
  };
  return { ...access(view), check };
}

function float(view: 'f32' | 'f64', name: string): ScalarCodec {
  const check = (value: unknown) => {
    if (typeof value === 'number') return value;
    throw expected(name, value);
  };
  return { ...access(view), check };
}

const UINT32: ScalarCodec = integer('u32', 'uint32', 0, 0xffff_ffff);
const INT32: ScalarCodec = integer('i32', 'int32', -0x8000_0000, 0x7fff_ffff);
const UINT64: ScalarCodec = wide('u64', 'uint64', 0n, UINT64_MAX);

/** An unsigned integer that has 32 or 64 bits depending on the machine, always returned as a bigint. */
function sizedUnsigned(bytes: number, name: string): ScalarCodec {
  if (bytes === 8) return { ...UINT64, check: wide('u64', name, 0n, UINT64_MAX).check };
  const { check } = wide('u64', name, 0n, 0xffff_ffffn);
  return {
    size: 4,
    check,
    write: (chunk, at, value) => UINT32.write(chunk, at, Number(value)),
    read: (chunk, at) => BigInt(chunk.u32[at >> 2]),
  };
}

const SCALARS: Record<Scalar, ScalarCodec> = {
  char: integer('i8', 'char', -0x80, 0xff),
  int8_t: integer('i8', 'int8', -0x80, 0x7f),
  uint8_t: integer('u8', 'uint8', 0, 0xff),
  int16_t: integer('i16', 'int16', -0x8000, 0x7fff),
  uint16_t: integer('u16', 'uint16', 0, 0xffff),
  int32_t: INT32,
  int: INT32,
  uint32_t: UINT32,
  int64_t: wide('i64', 'int64', -0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn),
  uint64_t: UINT64,
  size_t: sizedUnsigned(POINTER_SIZE, 'size_t'),
  // X11 identifiers: `unsigned long` is 32 bits on Windows.
  ulong: sizedUnsigned(process.platform === 'win32' ? 4 : POINTER_SIZE, 'unsigned long'),
  float: float('f32', 'float'),
  double: float('f64', 'double'),
};

const BOOL: ScalarCodec = {
  size: 4,
  check(value) {
    if (typeof value === 'boolean') return value ? 1 : 0;
    throw expected('boolean', value);
  },
  write: UINT32.write,
  read: (chunk, at) => chunk.u32[at >> 2] !== 0,
};

/**
 * Accepts values that the registry does not list, since a driver may be newer: any integer for an enum, any single bit for
 * FlagBits.
 */
function enumeration(name: string, values: EnumValues, isWide: boolean): ScalarCodec {
  const base = isWide ? UINT64 : ENUM32;
  const isBits = isFlagBits(name);
  // Values are searched only when needed: decoders create many of these codecs and never check.
  const isEnumerator = (value: unknown) => (Object.values(values) as unknown[]).includes(value);
  const check = (value: unknown) => {
    try {
      const checked = base.check(value);
      if (!isBits || isOneBit(checked) || isEnumerator(checked)) return checked;
    } catch {
      // The error is thrown below.
    }
    throw noEnumerator(name, value);
  };
  return { ...base, check };
}

/** Whether the enum is a FlagBits type, whose values are single bits. */
export const isFlagBits = (name: string): boolean => name.includes('FlagBits');

function isOneBit(value: number | bigint): boolean {
  const bits = unsigned(value);
  return bits !== 0n && (bits & (bits - 1n)) === 0n;
}

/** C's int, which also accepts bit 31 as an unsigned number. */
const ENUM32: ScalarCodec = {
  ...access('i32'),
  check: integer('i32', 'enum', -0x8000_0000, 0xffff_ffff).check,
};

const flags = (name: string, isWide: boolean): ScalarCodec => {
  const base = isWide ? UINT64 : UINT32;
  const check = (value: unknown) => {
    try {
      return base.check(value);
    } catch {
      throw noEnumerator(name, value);
    }
  };
  return { ...base, check };
};

const ADDRESS: ScalarCodec = sizedUnsigned(POINTER_SIZE, 'an address');

/** The codec of a type of single values; undefined for structs, handles, strings and callbacks. */
export function scalarCodec(fact: TypeFact): ScalarCodec | undefined {
  switch (fact.kind) {
    case 'bool':
      return BOOL;
    case 'scalar':
      return SCALARS[fact.c];
    case 'enum':
      return enumeration(fact.name, fact.values, fact.wide);
    case 'flags':
      return flags(fact.name, fact.wide);
    default:
      return undefined;
  }
}

/** Reads a pointer-sized field as an address. */
export const readAddress = (chunk: Chunk, at: number): bigint => ADDRESS.read(chunk, at) as bigint;

/** Writes an address into a pointer-sized field. */
export function writeAddress(chunk: Chunk, at: number, address: number | bigint): void {
  if (typeof address === 'bigint') {
    ADDRESS.write(chunk, at, address);
    return;
  }
  chunk.u32[at >> 2] = address;
  if (POINTER_SIZE === 8) chunk.u32[(at >> 2) + 1] = address / 2 ** 32;
}

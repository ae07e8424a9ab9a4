// Generates code for single values: a test for ordinary values, and the statement that writes one.
import { liveIndex } from '../handles/handle-type.ts';
import { POINTER_SIZE } from '../native/koffi.ts';
import type { TypeFact } from '../registry/facts.ts';
import { isFlagBits } from './scalar.ts';

/** Whether this process allows code from text; not with --disallow-code-generation-from-strings, nor in some renderers. */
export function canCompile(): boolean {
  try {
    // The result is used, since a minifier would remove an unused function.
    return new Function('return true')();
  } catch {
    return false;
  }
}

/** Creates a function from source; `bound` has the names that it may use. */
export function build<F>(bound: Record<string, unknown>, source: string): F {
  return new Function(...Object.keys(bound), `'use strict';\n${source}`)(...Object.values(bound)) as F;
}

/** Gives a value a name in the source, and returns that. */
export type Bind = (value: unknown) => string;

/** Adds values to what `build` binds. */
export function binderTo(bound: Record<string, unknown>): Bind {
  return value => {
    const name = `k${Object.keys(bound).length}`;
    bound[name] = value;
    return name;
  };
}

/** The generated code for ordinary values of a type. */
export interface FastPath {
  /** The condition that `v` is an ordinary valid value. */
  test(v: string): string;
  /** Writes a `v` that passed the test; `w` is the index of a 4-byte word, `q` of an 8-byte word. */
  write(v: string, w: string, q: string): string;
  /** The argument for C; it may use the name `nativeArgument`. */
  readonly argument: (v: string) => string;
}

const number = (test: (v: string) => string, view: string): FastPath => ({
  test: v => `typeof ${v} === 'number' && ${test(v)}`,
  write: (v, w) => `${view}[${w}] = ${v};`,
  argument: v => v,
});

const UINT32 = number(v => `(${v} >>> 0) === ${v}`, 'u32');
const INT32 = number(v => `(${v} | 0) === ${v}`, 'i32');
const BIT = number(v => `${v} > 0 && (${v} | 0) === ${v} && (${v} & (${v} - 1)) === 0`, 'i32');
const FLOAT = number(() => 'true', 'f32');

const wideArgument = (v: string): string => `(typeof ${v} === 'bigint' ? nativeArgument(${v}) : ${v})`;

const WIDE: FastPath = {
  test: v =>
    `(typeof ${v} === 'number' ? Number.isSafeInteger(${v}) && ${v} >= 0 : typeof ${v} === 'bigint' && BigInt.asUintN(64, ${v}) === ${v})`,
  // A number is written as two words, to avoid creating a bigint.
  write: (v, w, q) =>
    `if (typeof ${v} === 'number') { u32[${w}] = ${v}; u32[${w} + 1] = ${v} / 4294967296; } else u64[${q}] = ${v};`,
  argument: wideArgument,
};

const BOOL: FastPath = {
  test: v => `typeof ${v} === 'boolean'`,
  write: (v, w) => `u32[${w}] = ${v} ? 1 : 0;`,
  argument: v => `(${v} ? 1 : 0)`,
};

/** The condition that it is a live handle of this type in the scope with the name `scope`. */
export const isLive = (v: string, type: string, scope: string): string =>
  `typeof ${v} === 'bigint' && ${scope}.live[${liveIndex(type)}]?.has(${v}) === true`;

/** The fast path for a type of single values; undefined if there is none. */
export function fastPathOf(fact: TypeFact): FastPath | undefined {
  switch (fact.kind) {
    case 'bool':
      return BOOL;
    case 'flags':
      return fact.wide ? WIDE : UINT32;
    case 'enum':
      if (fact.wide) return undefined;
      return isFlagBits(fact.name) ? BIT : INT32;
    case 'scalar':
      switch (fact.c) {
        case 'uint32_t':
          return UINT32;
        case 'int32_t':
        case 'int':
          return INT32;
        case 'float':
          return FLOAT;
        case 'uint64_t':
          return WIDE;
        case 'size_t':
          return WORD64 ? WIDE : undefined;
        default:
          return undefined;
      }
    case 'HANDLE':
      return HANDLE;
    default:
      return undefined;
  }
}

/** A HANDLE that is a bigint; other forms are left to the interpreter. */
const HANDLE: FastPath = {
  test: v => `typeof ${v} === 'bigint' && BigInt.asUintN(64, ${v}) === ${v}`,
  write: (v, _w, q) => `u64[${q}] = ${v};`,
  argument: v => `nativeArgument(${v})`,
};

/** size_t has 64 bits. */
const WORD64 = POINTER_SIZE === 8;

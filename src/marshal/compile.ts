// Source text for a value of a type: the condition under which it needs no further look, and the statement that
// writes it.
import { liveIndex } from '../handles/handle-type.ts';
import { POINTER_SIZE } from '../native/koffi.ts';
import type { TypeFact } from '../registry/facts.ts';
import { isFlagBits } from './scalar.ts';

/** To compile takes as long as to interpret so many calls; what a program does once is never worth it. */
const HOT = 16;

let hot: number | undefined;

/** Whether code is worth making for what was used so often, and this process lets it be made from text. */
export function isHot(uses: number): boolean {
  hot ??= canCompile() ? HOT : Number.POSITIVE_INFINITY;
  return uses > hot;
}

/** A function of up to four arguments that is interpreted at first and compiled once it is hot. */
export function tiered<F extends (...args: never[]) => unknown>(interpreted: F, compile: () => F): F {
  type Four = (a: unknown, b: unknown, c: unknown, d: unknown) => unknown;
  const first = interpreted as unknown as Four;
  let uses = 0;
  let current: Four = (a, b, c, d) => {
    if (isHot(++uses)) current = compile() as unknown as Four;
    return first(a, b, c, d);
  };
  const call: Four = (a, b, c, d) => current(a, b, c, d);
  return call as unknown as F;
}

/** Whether this process lets code be made from text; Electron's renderer and --disallow-code-generation do not. */
export function canCompile(): boolean {
  try {
    // Its result is used: what is made for nothing a minifier leaves out.
    return new Function('return true')();
  } catch {
    return false;
  }
}

/** Compiles after so many uses, 0 at once, Infinity never; for tests. */
export function setHot(uses: number): void {
  hot = uses;
}

/** Makes a function from source; `bound` are the names that it may use. */
export function build<F>(bound: Record<string, unknown>, source: string): F {
  return new Function(...Object.keys(bound), `'use strict';\n${source}`)(...Object.values(bound)) as F;
}

/** Gives a value a name in the source. */
export type Bind = (value: unknown) => string;

export interface FastPath {
  /** True where `v` is plainly right. */
  test(v: string): string;
  /** Writes it, `v` known to be right: `w` is the index of a 4-byte word, `q` of an 8-byte one. */
  write(v: string, w: string, q: string): string;
  /** What C's argument is; a name of the source is `nativeArgument`. */
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
  // Two words for a number: a bigint would have to be made for one.
  write: (v, w, q) =>
    `if (typeof ${v} === 'number') { u32[${w}] = ${v}; u32[${w} + 1] = ${v} / 4294967296; } else u64[${q}] = ${v};`,
  argument: wideArgument,
};

const BOOL: FastPath = {
  test: v => `typeof ${v} === 'boolean'`,
  write: (v, w) => `u32[${w}] = ${v} ? 1 : 0;`,
  argument: v => `(${v} ? 1 : 0)`,
};

/** Whether it is a handle of this type that lives in `scope`, the source of one. */
export const isLive = (v: string, type: string, scope: string): string =>
  `typeof ${v} === 'bigint' && ${scope}.live[${liveIndex(type)}]?.has(${v}) === true`;

/** The fast way for a type of one value. Undefined: there is none. */
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

/** A HANDLE as a bigint; its other forms are converted. */
const HANDLE: FastPath = {
  test: v => `typeof ${v} === 'bigint' && BigInt.asUintN(64, ${v}) === ${v}`,
  write: (v, _w, q) => `u64[${q}] = ${v};`,
  argument: v => `nativeArgument(${v})`,
};

/** size_t has 64 bits. */
const WORD64 = POINTER_SIZE === 8;

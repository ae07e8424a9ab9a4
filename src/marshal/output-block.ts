// A struct that Vulkan fills and its chain in one block of memory, written and read by compiled code.
import type { Chunk } from '../native/argument-memory.ts';
import { POINTER_SIZE } from '../native/koffi.ts';
import type { StructRow } from '../registry/rows.ts';
import { nextOffset } from './chain.ts';
import { build } from './compile.ts';
import { compileDecoder, type StructDecoder } from './compile-decoder.ts';
import { compiledDecoder, compiledLinkedDecoder, fieldsOf } from './decode.ts';
import { outputPlan } from './output-struct.ts';

/** The layout of a struct and its chain in one block. */
export interface OutputBlock {
  /** Size of the block in bytes. */
  readonly size: number;
  /** Writes sTypes and links into zeroed memory before the call. */
  readonly link: (chunk: Chunk, at: number) => void;
  /** Reads the struct, with the others as its pNext. */
  readonly read: StructDecoder;
}

/** Undefined if reading it takes more than one call: for counted arrays, or nested structs with an sType. */
export function outputBlock(row: StructRow, chain: readonly StructRow[]): OutputBlock | undefined {
  const plans = [row, ...chain].map(outputPlan);
  if (plans.some(({ structs, arrays }) => structs.length + arrays.length > 0)) return undefined;
  let size = 0;
  const placed = plans.map(plan => {
    const offset = size;
    size += Math.ceil(plan.size / 8) * 8;
    return { row: plan.row, offset };
  });
  const steps = placed.map(({ row, offset }, i) => {
    const sType = row.sType === undefined ? '' : `i32[w + ${offset / 4}] = ${row.sType};`;
    return i + 1 < placed.length ? sType + linkCode(offset + nextOffset(row), placed[i + 1].offset) : sType;
  });
  const chained = placed.slice(1).map(({ row, offset }) => ({ offset, read: compiledLinkedDecoder(row) }));
  return {
    size,
    link: build(
      {},
      `return (chunk, at) => {\nconst { i32, u32 } = chunk, w = at >> 2, start = chunk.address + at;\n${steps.join('\n')}\n};`,
    ),
    read:
      chained.length === 0
        ? compiledDecoder(row)
        : compileDecoder(fieldsOf(row), compiledDecoder, { chain: chained }),
  };
}

/** Code that writes the address of the offset `to` at the offset `at`. */
function linkCode(at: number, to: number): string {
  const address = `start + ${to}`;
  const low = `u32[w + ${at / 4}] = ${address};`;
  return POINTER_SIZE === 8 ? `${low} u32[w + ${at / 4 + 1}] = (${address}) / 4294967296;` : low;
}

// Memory for the structs that bare calls point to; koffi writes them.
import koffi from 'koffi';
import { registry } from '../../src/registry/registry.ts';
import { koffiType } from './koffi-types.ts';

export class CMemory {
  readonly u32: Uint32Array;
  readonly u64: BigUint64Array;
  /** Its address, in the two forms that koffi takes. */
  readonly number: number;
  readonly bigint: bigint;

  constructor(size: number) {
    const buffer = new ArrayBuffer(Math.ceil(size / 8) * 8);
    this.u32 = new Uint32Array(buffer);
    this.u64 = new BigUint64Array(buffer);
    this.bigint = bigintAddressOf(this.u32);
    this.number = Number(this.bigint);
  }

  /** Writes a struct at an offset, its sType too; pointers are addresses. */
  put(offset: number, struct: string, members: Readonly<Record<string, unknown>>): void {
    const { sType } = registry.struct(struct);
    const all = sType === undefined ? members : { sType, ...members };
    koffi.encode(this.u32, offset, koffiType(struct), all);
  }
}

/** Memory with one struct. */
export function memoryOf(struct: string, members: Readonly<Record<string, unknown>> = {}): CMemory {
  const bytes = new CMemory(koffiType(struct).size);
  bytes.put(0, struct, members);
  return bytes;
}

export const bigintAddressOf = (bytes: ArrayBufferView): bigint => BigInt(koffi.address(bytes));

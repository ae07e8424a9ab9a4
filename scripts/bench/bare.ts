// What a program that knows koffi alone would hold: functions, memory with its address. Rivals of ours.
import koffi from 'koffi';

export type BareFunction = (...args: (number | bigint | string)[]) => number;

let made = 0;

/** Names are global to koffi: none is used twice. */
export const freshName = (): string => `bench_${made++}`;

/** A function at an address; 64-bit arguments may be given as number or bigint. */
export const bare = (address: bigint, result: string, args: readonly string[]): BareFunction =>
  koffi.decode(address, koffi.proto('__stdcall', freshName(), result, [...args]));

/** The same with koffi's own types among the arguments: pointers to structs. */
export const koffiFunction = (
  address: bigint,
  result: string,
  args: Parameters<typeof koffi.out>[0][],
  // biome-ignore lint/suspicious/noExplicitAny: structs go in as objects.
): ((...args: any[]) => number) => koffi.decode(address, koffi.proto('__stdcall', freshName(), result, args));

/** Memory that C can read and write. */
export class Bytes {
  readonly u32: Uint32Array;
  readonly u64: BigUint64Array;
  readonly number: number;
  readonly bigint: bigint;

  constructor(size: number) {
    const buffer = new ArrayBuffer(Math.ceil(size / 8) * 8);
    this.u32 = new Uint32Array(buffer);
    this.u64 = new BigUint64Array(buffer);
    this.bigint = BigInt(koffi.address(this.u32));
    this.number = Number(this.bigint);
  }
}

export const addressOf = (bytes: ArrayBufferView): bigint => BigInt(koffi.address(bytes));

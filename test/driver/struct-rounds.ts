// Tests every struct by itself: C reads what was encoded, and what C writes is decoded.
import type { VulkanBase } from '../../src/handles/object.ts';
import { Call } from '../../src/marshal/call.ts';
import { decodeStruct } from '../../src/marshal/decode.ts';
import { structEncoder } from '../../src/marshal/encode.ts';
import { OutputStruct, outputPlan } from '../../src/marshal/output-struct.ts';
import { layoutOf } from '../../src/native/row-types.ts';
import { registry } from '../../src/registry/registry.ts';
import type { Comparison } from './compare.ts';
import type { Judge, Told } from './judge.ts';
import type { Model } from './model.ts';
import type { RightValues } from './values.ts';

type ToldStruct = { readonly [member: string]: Told };

export class StructRounds {
  readonly #judge: Judge;
  readonly #model: Model;
  readonly #comparison: Comparison;
  readonly #values: RightValues;
  readonly #self: VulkanBase;

  constructor(judge: Judge, model: Model, comparison: Comparison, values: RightValues, self: VulkanBase) {
    this.#judge = judge;
    this.#model = model;
    this.#comparison = comparison;
    this.#values = values;
    this.#self = self;
  }

  /**
   * Encodes a random right value, and lets C read it.
   * @returns the last error if all values were refused
   */
  read(name: string, tries: number): string | undefined {
    const row = registry.struct(name);
    let refusal: unknown;
    for (let i = 0; i < tries; i++) {
      const value = this.#values.struct(row);
      const call = Call.begin(this.#self);
      try {
        const at = call.stack.reserve(layoutOf(row).size);
        const { chunk } = call.stack;
        structEncoder(row)(call, chunk, at, value);
        this.#judge.read(name, chunk.address + at);
      } catch (error) {
        refusal = error;
        continue;
      } finally {
        call.end();
      }
      const [{ in: seen, fault }] = this.#judge.seen();
      if (fault !== undefined) this.#comparison.differences.push(fault);
      else this.#comparison.struct(this.#model.structs.get(name)!, seen.p as ToldStruct, value, name);
      return undefined;
    }
    return JSON.stringify(refusal);
  }

  /** Prepares a struct to be filled, and decodes what C wrote into it. */
  write(name: string): void {
    const row = registry.struct(name);
    const call = Call.begin(this.#self);
    try {
      const plan = outputPlan(row);
      const at = call.stack.reserve(plan.size);
      const { chunk } = call.stack;
      const struct = new OutputStruct(call, plan, chunk, at, [], []);
      this.#judge.write(name, chunk.address + at);
      const got = struct.complete(call, decodeStruct(row, chunk, at, call.scope), new Map());
      const [{ out, fault }] = this.#judge.seen();
      if (fault !== undefined) this.#comparison.differences.push(fault);
      else
        this.#comparison.outputStruct(
          this.#model.structs.get(name)!,
          out.p as ToldStruct,
          got,
          `${name} (out)`,
        );
    } finally {
      call.end();
    }
  }
}

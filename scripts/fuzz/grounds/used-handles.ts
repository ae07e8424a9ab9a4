// Whether compiled code and the interpreter note every handle in a value as used by the call.
import { isDispatchable } from '../../../src/handles/handle-type.ts';
import { Scope } from '../../../src/handles/scope.ts';
import { Call } from '../../../src/marshal/call.ts';
import { compileStruct } from '../../../src/marshal/compile-struct.ts';
import { compiledEncoder, interpretStruct } from '../../../src/marshal/encode.ts';
import { planOf } from '../../../src/marshal/plan.ts';
import type { StructEncoder } from '../../../src/marshal/struct-encoder.ts';
import { argumentStack } from '../../../src/native/argument-memory.ts';
import { layoutOf } from '../../../src/native/row-types.ts';
import { registry } from '../../../src/registry/registry.ts';
import { aliasOf, type StructRow } from '../../../src/registry/rows.ts';
import { type Ground, type Player, type Round, randomOf } from '../ground.ts';
import { structOfType } from '../null-driver.ts';
import { RandomValues } from '../values.ts';

/** Handles that a value holds, as `VkBuffer 1048576`. */
function* held(row: StructRow, value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, given] of Object.entries(value)) {
    const member = row.members.find(m => m.name === key);
    if (member === undefined || given === undefined) continue;
    for (const one of [given].flat(2) as unknown[]) {
      const fact = registry.fact(member.base);
      if (key === 'pNext') yield* held(structOfType((one as { sType: number }).sType)!, one);
      else if (fact.kind === 'struct') yield* held(fact.row, one);
      else if (fact.kind === 'handle' && !isDispatchable(fact.row.name) && one !== 0n)
        yield `${fact.row.name} ${one}`;
    }
  }
}

/** What an encoder notes; undefined where it refuses the value. */
function noted(encode: StructEncoder, row: StructRow, scope: Scope, value: unknown): string[] | undefined {
  const call = Call.begin({ identity: { scope, type: 'VkDevice' } } as never, true);
  try {
    const at = argumentStack().reserve(layoutOf(row).size);
    encode(call, argumentStack().chunk, at, value);
    const entries = call.used as { type?: string; handle?: bigint }[];
    return entries.flatMap(({ type, handle }) => (type === undefined ? [] : [`${type} ${handle}`])).sort();
  } catch {
    return undefined;
  } finally {
    call.end();
  }
}

class UsedHandles implements Player {
  readonly #scope = new Scope('VkDevice', new Scope('VkInstance'));
  readonly #rows = registry.tables.structs
    .entries()
    .filter(([, text]) => aliasOf(text) === undefined)
    .map(([name]) => registry.struct(name))
    .filter(row => !row.union);
  readonly #encoders = new Map<StructRow, readonly [StructEncoder, StructEncoder]>();

  plan(seed: number, index: number, choices: readonly number[]) {
    if (choices.length > 0) return undefined;
    const row = this.#rows[index % this.#rows.length];
    const value = new RandomValues(randomOf(seed, index), this.#scope).struct(row);
    return { run: async () => this.#round(row, value) };
  }

  #round(row: StructRow, value: unknown): Round {
    let encoders = this.#encoders.get(row);
    if (encoders === undefined) {
      encoders = [compileStruct(planOf(row), compiledEncoder), interpretStruct(planOf(row))];
      this.#encoders.set(row, encoders);
    }
    const [compiled, interpreted] = encoders.map(encode => noted(encode, row, this.#scope, value));
    const missing = interpreted && [...held(row, value)].filter(handle => !interpreted.includes(handle));
    const failures = [
      ...(compiled?.join() === interpreted?.join()
        ? []
        : [`compiled ${compiled}, interpreted ${interpreted}`]),
      ...(missing === undefined || missing.length === 0 ? [] : [`not noted as used: ${missing}`]),
    ];
    return {
      text: row.name,
      outcome: 'compared',
      calls: 2,
      refused: interpreted === undefined ? 2 : 0,
      failure: failures.length === 0 ? undefined : `${row.name}: ${failures.join('; ')}`,
    };
  }
}

export const usedHandles: Ground = {
  name: 'used handles',
  ways: [{ on: 'structs', compile: true }],
  open: () => new UsedHandles(),
};

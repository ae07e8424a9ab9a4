// Chains of structs reach C flat and in order, each struct followed by those of its own chain.
import { expect } from 'chai';
import { RandomValues, randomFrom } from '../../scripts/fuzz/values.ts';
import { Scope } from '../../src/handles/scope.ts';
import { Call } from '../../src/marshal/call.ts';
import { compileStruct } from '../../src/marshal/compile-struct.ts';
import { compiledEncoder, interpretStruct } from '../../src/marshal/encode.ts';
import { planOf } from '../../src/marshal/plan.ts';
import type { StructEncoder } from '../../src/marshal/struct-encoder.ts';
import { argumentStack } from '../../src/native/argument-memory.ts';
import { layoutOf } from '../../src/native/row-types.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf, type StructRow } from '../../src/registry/rows.ts';
import { encoded } from './encoded.ts';

const ROWS = registry.tables.structs
  .entries()
  .filter(([, text]) => aliasOf(text) === undefined)
  .map(([name]) => registry.struct(name));
const byName = new Map(ROWS.map(row => [row.name, row]));
/** Root, a struct of its chain, and one of that struct's own chain. */
const NESTED = ROWS.flatMap(root =>
  root.extendedBy.flatMap(middle =>
    byName
      .get(middle)!
      .extendedBy.map(inner => ({ root, middle: byName.get(middle)!, inner: byName.get(inner)! })),
  ),
);
const TWICE = ROWS.flatMap(root =>
  root.extendedBy.flatMap(name =>
    byName.get(name)!.allowDuplicate ? [{ root, next: byName.get(name)! }] : [],
  ),
);

const scope = new Scope('VkDevice', new Scope('VkInstance'));
const values = new RandomValues(randomFrom(20_261_127), scope);
/** A value that its encoder accepts, with the given chain; several random ones are tried, since not all are right. */
function element(row: StructRow, pNext?: object[]): Record<string, unknown> {
  for (let i = 0; i < 50; i++) {
    const value = { ...values.struct(row), pNext: undefined };
    if (/Error: /.test(encoded(interpretStruct(planOf(row)), row, scope, value))) continue;
    return row.sType === undefined ? { ...value, pNext } : { ...value, pNext, sType: row.sType };
  }
  throw new Error(`no right value of ${row.name}`);
}
const tiers = (row: StructRow): StructEncoder[] => {
  const plan = planOf(row);
  return [interpretStruct(plan), compileStruct(plan, compiledEncoder)];
};

/** The sTypes of the chain that C would see. */
function chainOf(encode: StructEncoder, row: StructRow, value: unknown): number[] {
  const stack = argumentStack();
  const call = Call.begin({ identity: { scope } } as never);
  try {
    const at = stack.reserve(layoutOf(row).size);
    let { chunk } = stack;
    encode(call, chunk, at, value);
    const seen: number[] = [];
    let place = at;
    for (;;) {
      seen.push(chunk.i32[place >> 2]);
      const next = chunk.u64[(place + 8) >> 3];
      if (next === 0n) return seen;
      ({ chunk, at: place } = stack.locate(next)!);
    }
  } finally {
    call.end();
  }
}

describe('chains', () => {
  it(`a chained struct keeps its own chain before what follows: ${NESTED.length} structs in structs of chains`, () => {
    expect(NESTED.length).to.be.greaterThan(100);
    for (const { root, middle, inner } of NESTED) {
      const after = root.extendedBy
        .map(name => byName.get(name)!)
        .find(row => row !== middle && row !== inner);
      const more = after === undefined ? [] : [after];
      const pNext = [element(middle, [element(inner)]), ...more.map(row => element(row))];
      const wanted = [root, middle, inner, ...more].map(row => row.sType);
      for (const encode of tiers(root))
        expect(chainOf(encode, root, element(root, pNext)), `${root.name}, ${middle.name}`).to.deep.equal(
          wanted,
        );
    }
  });

  it('duplicates are found through it, on either side', () => {
    const both = NESTED.filter(
      ({ root, inner }) => root.extendedBy.includes(inner.name) && !inner.allowDuplicate,
    );
    expect(both.length).to.be.greaterThan(50);
    for (const { root, middle, inner } of both.slice(0, 80)) {
      const [outer, nestedOne] = [element(inner), element(middle, [element(inner)])];
      for (const encode of tiers(root)) {
        const said = `${inner.name} is in the chain already`;
        expect(encoded(encode, root, scope, element(root, [nestedOne, outer]))).to.include(
          `.pNext[1]: ${said}`,
        );
        expect(encoded(encode, root, scope, element(root, [outer, nestedOne]))).to.include(
          `.pNext[1].pNext: ${said}`,
        );
      }
    }
  });

  it(`what the registry allows to come twice may, and nothing else: ${TWICE.length} places`, () => {
    const names = new Set(TWICE.map(({ next }) => next.name));
    expect(names).to.include.all.keys('VkDebugUtilsMessengerCreateInfoEXT', 'VkDevicePrivateDataCreateInfo');
    for (const { root, next } of TWICE)
      for (const encode of tiers(root))
        expect(chainOf(encode, root, element(root, [element(next), element(next)]))).to.deep.equal(
          [root, next, next].map(row => row.sType),
        );
    for (const root of ROWS.filter(row => row.extendedBy.length > 0 && !row.union)) {
      const next = byName.get(root.extendedBy[0])!;
      if (next.allowDuplicate) continue;
      const twice = element(root, [element(next), element(next)]);
      for (const encode of tiers(root))
        expect(encoded(encode, root, scope, twice)).to.include(
          `.pNext[1]: ${next.name} is in the chain already`,
        );
    }
  });
});

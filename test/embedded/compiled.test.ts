// Compiled code and the interpreter give the same bytes, use the same handles and have the same words, for random values
// of every struct.
import { expect } from 'chai';
import { HOSTILE, RandomValues, randomFrom } from '../../scripts/fuzz/values.ts';
import { Scope } from '../../src/handles/scope.ts';
import { canCompile } from '../../src/marshal/compile.ts';
import { compileStruct } from '../../src/marshal/compile-struct.ts';
import { compiledEncoder, interpretStruct } from '../../src/marshal/encode.ts';
import { planOf } from '../../src/marshal/plan.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf } from '../../src/registry/rows.ts';
import { skipHere } from '../skip.ts';
import { encoded } from './encoded.ts';

const SEED = 20_261_122;
const ROUNDS = 4;

/** One member of the value, at any depth, becomes a hostile one; or a member too many comes in. */
function bend(value: Record<string, unknown>, values: RandomValues): void {
  const keys = Object.keys(value);
  if (keys.length === 0 || values.chance(0.1)) {
    value.notAMember = 1;
    return;
  }
  const key = values.pick(keys);
  const inner = Array.isArray(value[key]) ? (value[key] as unknown[])[0] : value[key];
  if (values.chance(0.4) && typeof inner === 'object' && inner !== null && inner.constructor === Object)
    bend(inner as Record<string, unknown>, values);
  else value[key] = values.pick(HOSTILE);
}

describe('compiled encoders', () => {
  const scope = new Scope('VkDevice', new Scope('VkInstance'));
  const values = new RandomValues(randomFrom(SEED), scope);
  const rows = registry.tables.structs
    .entries()
    .filter(([, text]) => aliasOf(text) === undefined)
    .map(([name]) => registry.struct(name));

  it(`do what the interpreter does, for every struct (seed ${SEED})`, function () {
    // With --disallow-code-generation-from-strings there is nothing to compare.
    if (!canCompile()) skipHere(this, 'this process makes no code from text');
    let right = 0;
    let refused = 0;
    for (const row of rows.filter(r => !r.union)) {
      const plan = planOf(row);
      const [compiled, interpreted] = [compileStruct(plan, compiledEncoder), interpretStruct(plan)];
      for (let round = 0; round < ROUNDS; round++) {
        const value = values.struct(row);
        if (round > 0) bend(value, values);
        const wanted = encoded(interpreted, row, scope, value);
        expect(encoded(compiled, row, scope, value), `${row.name} ${round}`).to.equal(wanted);
        if (/Error: /.test(wanted)) refused++;
        else right++;
      }
    }
    expect(right).to.be.greaterThan(rows.length);
    expect(refused).to.be.greaterThan(rows.length);
  });

  it('take every valid value', () => {
    const errors = rows
      .filter(row => !row.union)
      .flatMap(row => {
        const told = encoded(interpretStruct(planOf(row)), row, scope, values.struct(row));
        return /Error: /.test(told) ? [told] : [];
      });
    // What chance cannot know: which selector goes with which union arm, and lengths that other members give.
    expect(errors.filter(text => !/selects|elements \(|VUID/.test(text))).to.deep.equal([]);
  });
});

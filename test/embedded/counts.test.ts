// Counts and the arrays that they count, in every struct and command of the registry, compiled and interpreted.
import { expect } from 'chai';
import { randomFrom, Values } from '../../scripts/fuzz/values.ts';
import { Scope } from '../../src/handles/scope.ts';
import { VkLayerSettingTypeEXT } from '../../src/index.ts';
import { compileStruct } from '../../src/marshal/compile-struct.ts';
import { compiledEncoder, interpretStruct } from '../../src/marshal/encode.ts';
import { isRead, planOf } from '../../src/marshal/plan.ts';
import { layoutOf } from '../../src/native/koffi.ts';
import { countedName } from '../../src/registry/length.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf, type Member, type StructRow } from '../../src/registry/rows.ts';
import { encoded } from './encoded.ts';

const INPUTS = registry.tables.structs
  .entries()
  .filter(([, text]) => aliasOf(text) === undefined)
  .map(([name]) => registry.struct(name))
  .filter(row => !row.returnedOnly && !row.union);

interface Counted {
  readonly row: StructRow;
  readonly count: Member;
  readonly arrays: readonly Member[];
}

const COUNTS: Counted[] = INPUTS.flatMap(row =>
  row.members.flatMap(count => {
    const arrays = row.members.filter(
      m => m.pointers !== '' && countedName(m.length[0] ?? '')?.name === count.name,
    );
    return arrays.length === 0 || count.pointers !== '' ? [] : [{ row, count, arrays }];
  }),
);
const GROUPS = COUNTS.filter(({ arrays }) => arrays.filter(isRead).length > 0 && arrays.length > 1);
const READ = COUNTS.flatMap(({ row, count, arrays }) =>
  arrays.filter(isRead).map(array => ({ row, count, array })),
);

describe('counts and their arrays', () => {
  const scope = new Scope('VkDevice', new Scope('VkInstance'));
  const values = new Values(randomFrom(20_261_126), scope);

  /** A right value, but for some of its members. */
  const without = (row: StructRow, ...names: readonly string[]) => {
    const value = values.struct(row) as Record<string, unknown>;
    for (const name of names) delete value[name];
    delete value.pNext;
    return value;
  };
  const tiers = (row: StructRow) => {
    const plan = planOf(row);
    return { interpreted: interpretStruct(plan), compiled: compileStruct(plan, compiledEncoder) };
  };

  it(`${COUNTS.length} counts, ${READ.length} arrays that C reads: a count without its array is refused`, () => {
    expect(COUNTS.length).to.be.greaterThan(250);
    expect(READ.length).to.be.greaterThan(200);
    for (const { row, count, array } of READ) {
      const all = COUNTS.find(c => c.row === row && c.count === count)!.arrays.map(a => a.name);
      const value = { ...without(row, ...all), [count.name]: 40 };
      for (const [tier, encode] of Object.entries(tiers(row))) {
        const told = encoded(encode, row, scope, value);
        expect(told, `${tier} ${row.name}.${array.name}`).to.match(
          /^\w*Error: \w+\.\w+: expected .*, got (nothing|undefined)/,
        );
      }
    }
  });

  it(`arrays that share a count, ${GROUPS.length} groups, are given together or not at all`, () => {
    const structs = new Set(GROUPS.map(({ row }) => row.name));
    expect(structs).to.include.all.keys(
      'VkSubmitInfo',
      'VkSubpassDescription',
      'VkWin32KeyedMutexAcquireReleaseInfoKHR',
    );
    for (const { row, count, arrays } of GROUPS)
      for (const given of arrays)
        for (const left of arrays.filter(a => a !== given && isRead(a))) {
          const value = without(row, count.name, left.name);
          if (!Array.isArray(value[given.name]) || (value[given.name] as unknown[]).length === 0) continue;
          for (const [tier, encode] of Object.entries(tiers(row)))
            expect(encoded(encode, row, scope, value), `${tier} ${row.name}`).to.match(/^\w*Error: /);
        }
  });

  describe('values of a layer setting are counted as values, of the type that the setting has', () => {
    const row = registry.struct('VkLayerSettingEXT');
    const { BOOL32, INT64, FLOAT32, STRING, UINT32 } = VkLayerSettingTypeEXT;
    const given: [what: string, type: number, pValues: unknown, count: number, bytes: string][] = [
      ['a Uint32Array', BOOL32, new Uint32Array([1]), 1, ''],
      ['booleans', BOOL32, [true, false, true], 3, '010000000000000001000000'],
      ['numbers', UINT32, [1, 2], 2, '0100000002000000'],
      ['a Uint32Array of its own', UINT32, new Uint32Array([1, 2]), 2, ''],
      ['bytes', INT64, new Uint8Array(24), 3, ''],
      ['bigints', INT64, [-1n, 5], 2, 'ffffffffffffffff0500000000000000'],
      ['floats', FLOAT32, [1.5], 1, '0000c03f'],
      ['strings', STRING, ['all', 'é'], 2, `${Buffer.from('all\0').toString('hex')}`],
    ];
    for (const [what, type, pValues, count, bytes] of given)
      it(what, () => {
        for (const encode of Object.values(tiers(row)))
          for (const extra of [{}, { valueCount: count }]) {
            const value = { pLayerName: 'L', pSettingName: 's', type, pValues, ...extra };
            const hex = encoded(encode, row, scope, value);
            const { offset } = layoutOf(row).members.get('valueCount')!;
            expect(Buffer.from(hex, 'hex').readUInt32LE(offset)).to.equal(count);
            expect(hex).to.include(bytes);
          }
      });

    for (const [type, pValues, words] of [
      [
        INT64,
        new Uint8Array(9),
        'pValues: expected whole int64_t (8 bytes each), got a Uint8Array of 9 bytes',
      ],
      [BOOL32, [1], 'pValues[0]: expected boolean, got 1'],
      [STRING, new Uint8Array(8), 'pValues: expected an array of strings, got a Uint8Array of 8 bytes'],
    ] as const)
      it(`refuses ${words.slice(words.indexOf('got'))}`, () => {
        for (const encode of Object.values(tiers(row)))
          expect(
            encoded(encode, row, scope, { pLayerName: 'L', pSettingName: 's', type, pValues }),
          ).to.include(words);
      });
  });
});

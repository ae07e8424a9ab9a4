// Counts must fit the arrays that they count, in every struct and command of the registry, compiled and interpreted.
import { expect } from 'chai';
import { RandomValues, randomFrom } from '../../scripts/fuzz/values.ts';
import { Scope } from '../../src/handles/scope.ts';
import { VkLayerSettingTypeEXT } from '../../src/index.ts';
import { compileStruct } from '../../src/marshal/compile-struct.ts';
import { compiledEncoder, interpretStruct } from '../../src/marshal/encode.ts';
import { isRead } from '../../src/marshal/length-rules.ts';
import { planOf } from '../../src/marshal/plan.ts';
import type { StructEncoder } from '../../src/marshal/struct-encoder.ts';
import { layoutOf } from '../../src/native/row-types.ts';
import { countedName } from '../../src/registry/length.ts';
import type { Condition } from '../../src/registry/length-rule.ts';
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
  const values = new RandomValues(randomFrom(20_261_126), scope);

  /** A right value, but for some of its members. */
  const without = (row: StructRow, ...names: readonly string[]) => {
    // What chance makes is not always right.
    let value: Record<string, unknown>;
    let tries = 0;
    do {
      value = values.struct(row);
      delete value.pNext;
    } while (/Error: /.test(encoded(interpretStruct(planOf(row)), row, scope, value)) && ++tries < 100);
    for (const name of names) delete value[name];
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

  /** A right value whose arrays of a count have so many elements. */
  const withArrays = (row: StructRow, count: string, n: number): Record<string, unknown> => {
    const arrays = row.members.filter(
      m => m.pointers !== '' && countedName(m.length[0] ?? '')?.name === count,
    );
    for (let i = 0; i < 100; i++) {
      const value = without(row, count);
      for (const m of arrays)
        value[m.name] =
          m.base === 'void' ? new Uint8Array(n) : values.member(m, 3, new Map([[m.length[0], n]]));
      if (n === 0) for (const m of arrays) delete value[m.name];
      if (!/Error/.test(encoded(tiers(row).interpreted, row, scope, value))) return value;
    }
    throw new Error(`no right value of ${row.name}`);
  };
  /** A value of the sibling with which a condition holds, or does not. */
  const satisfying = ({ test, values: [first] }: Condition, isTrue: boolean) =>
    test === '=' ? (isTrue ? first : 77) : (test === '&') === isTrue ? first : 0;

  const ruled = INPUTS.flatMap(row => row.arrayRules.map(rule => ({ row, rule })));
  it(`arrays that may be absent are refused where C reads them: ${ruled.length} by the specification`, () => {
    expect(ruled.map(({ row, rule }) => `${row.name}.${rule.array}`)).to.include.members([
      'VkBufferCreateInfo.pQueueFamilyIndices',
      'VkFramebufferCreateInfo.pAttachments',
      'VkRenderPassBeginInfo.pClearValues',
      'VkWriteDescriptorSet.pBufferInfo',
      'VkWriteDescriptorSet.pImageInfo',
      'VkWriteDescriptorSet.pTexelBufferView',
    ]);
    for (const { row, rule } of ruled) {
      const m = row.members.find(one => one.name === rule.array)!;
      const count = countedName(m.length[0] ?? '')?.name;
      const others =
        count === undefined ? [] : COUNTS.find(c => c.row === row && c.count.name === count)!.arrays;
      const value = without(row, ...others.map(a => a.name), rule.array);
      if (count !== undefined) value[count] = 2;
      for (const encode of Object.values(tiers(row))) {
        const told = (isTrue: boolean) => {
          const member = rule.when?.member ?? '';
          const isBool = row.members.find(one => one.name === member)?.base === 'VkBool32';
          const given = rule.when && satisfying(rule.when, isTrue);
          const extra = rule.when && { [member]: isBool ? isTrue : given };
          return encoded(encode, row, scope, { ...value, ...extra });
        };
        expect(told(true)).to.match(
          new RegExp(`^ValidUsageError: ${row.name}\\.${rule.array}: expected .*${rule.vuid}`),
        );
        if (rule.when !== undefined)
          expect(told(false), `${row.name}.${rule.array}`).not.to.include(rule.vuid);
      }
    }
  });

  const alternatives = INPUTS.flatMap(row => row.alternatives.map(rule => ({ row, rule })));
  it(`${alternatives.length} pairs of arrays stand for one another: one is given, and where it is needed not none`, () => {
    expect(alternatives).to.have.length(5);
    for (const { row, rule } of alternatives) {
      const [one, other] = rule.arrays;
      const count = countedName(row.members.find(m => m.name === one)!.length[0])!.name;
      const element = row.members.find(m => m.name === one)!.base;
      const right = without(row, one, other, count);
      const made = () => [values.struct(registry.struct(element), 3)];
      for (const encode of Object.values(tiers(row))) {
        const told = (given: object) => encoded(encode, row, scope, { ...right, ...given });
        expect(told({ [one]: made() }), `${row.name}.${one}`).not.to.match(/Error/);
        expect(told({ [other]: made() }), `${row.name}.${other}`).not.to.match(/Error/);
        expect(told({ [one]: made(), [other]: made() })).to.include(rule.vuid);
        const none = told({ [count]: 1 });
        if (rule.isNeeded) expect(none).to.include(rule.vuid).and.to.include('got neither');
        else expect(none).not.to.match(/Error/);
      }
    }
  });

  const linked = INPUTS.flatMap(row => row.countLinks.map(link => ({ row, link })));
  it(`a struct of a chain repeats the count of the one that it extends: ${linked.length} counts`, () => {
    expect(linked.map(({ row, link }) => `${row.name} ${link.struct}.${link.member}`)).to.include.members([
      'VkSubmitInfo VkTimelineSemaphoreSubmitInfo.waitSemaphoreValueCount',
      'VkBindSparseInfo VkTimelineSemaphoreSubmitInfo.signalSemaphoreValueCount',
      'VkPresentInfoKHR VkPresentIdKHR.swapchainCount',
      'VkWriteDescriptorSet VkWriteDescriptorSetInlineUniformBlock.dataSize',
      'VkDescriptorSetLayoutCreateInfo VkDescriptorSetLayoutBindingFlagsCreateInfo.bindingCount',
    ]);
    for (const { row, link } of linked) {
      if (link.when !== undefined) continue;
      const next = registry.struct(link.struct);
      const told = (encode: StructEncoder, n: number, chained: number) => {
        const inChain: Record<string, unknown> = {
          ...withArrays(next, link.member, chained),
          sType: next.sType,
        };
        const value: Record<string, unknown> = { ...withArrays(row, link.count, n), pNext: [inChain] };
        for (const other of row.countLinks)
          if (other.struct === link.struct && other !== link) {
            for (const m of next.members) if (m.length[0] === other.member) delete inChain[m.name];
            if (!other.orZero || row.members.some(m => m.name === other.count && m.optional))
              for (const m of row.members) if (m.length[0] === other.count) delete value[m.name];
          }
        return encoded(encode, row, scope, value);
      };
      for (const encode of Object.values(tiers(row))) {
        expect(told(encode, 4, 4), `${row.name} ${link.struct}`).not.to.match(/Error/);
        expect(told(encode, 4, 8)).to.match(
          new RegExp(
            `^ValidUsageError: ${row.name}\\.pNext: expected 4 in ${link.struct}\\..*, got 8 .*${link.vuid}`,
          ),
        );
        if (link.orZero) expect(told(encode, 4, 0)).not.to.match(/Error/);
      }
    }
  });

  it('descriptorCount follows from the chained struct that has the descriptors, which must be there', () => {
    const row = registry.struct('VkWriteDescriptorSet');
    const dstSet = values.handle('VkDescriptorSet');
    const links = row.countLinks.filter(link => link.when !== undefined);
    expect(links).to.have.length(4);
    for (const link of links)
      for (const encode of Object.values(tiers(row))) {
        const next = registry.struct(link.struct);
        const write = { dstSet, dstBinding: 0, descriptorType: link.when!.values[0] };
        const inChain = { ...withArrays(next, link.member, 8), sType: next.sType };
        for (const extra of [{}, { descriptorCount: 8 }]) {
          const hex = encoded(encode, row, scope, { ...write, ...extra, pNext: [inChain] });
          const { offset } = layoutOf(row).members.get('descriptorCount')!;
          expect(Buffer.from(hex, 'hex').readUInt32LE(offset), `${link.struct} ${hex}`).to.equal(8);
        }
        expect(encoded(encode, row, scope, { ...write, descriptorCount: 4, pNext: [inChain] })).to.include(
          link.vuid,
        );
        expect(encoded(encode, row, scope, { ...write, descriptorCount: 4 })).to.match(
          new RegExp(
            `^ValidUsageError: VkWriteDescriptorSet\\.pNext: expected a ${link.struct} in it.*${link.vuid}`,
          ),
        );
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

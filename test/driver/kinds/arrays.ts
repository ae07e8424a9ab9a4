// Cases about counts and their arrays: both are passed or none, and C never reads behind an array.
import { VkDescriptorType, VkStructureType } from '../../../ffi/rows/enums.ts';
import { countedName } from '../../../src/registry/length.ts';
import { registry } from '../../../src/registry/registry.ts';
import type { Member, StructRow } from '../../../src/registry/rows.ts';
import { all, type Bench, type Case, expectRefused, expectSeen, type ToldStruct } from './bench.ts';

interface Counted {
  readonly row: StructRow;
  readonly count: Member;
  readonly arrays: readonly Member[];
}

/** Every count of the judged structs that programs pass, with the arrays that have it. */
function countedArrays({ rows }: Bench): Counted[] {
  return rows
    .filter(row => !row.returnedOnly && !row.union)
    .flatMap(row =>
      row.members.flatMap(count => {
        const arrays = row.members.filter(
          m => m.pointers !== '' && countedName(m.length[0] ?? '')?.name === count.name,
        );
        return arrays.length > 0 && count.pointers === '' ? [{ row, count, arrays }] : [];
      }),
    );
}

const isRequired = (m: Member) => !m.optional && !m.noautovalidity;

/** A right value in which a count has only these arrays. */
function withArrays(bench: Bench, { row, count, arrays }: Counted, given: readonly Member[]) {
  const value = bench.values.struct(row);
  for (const array of arrays) delete value[array.name];
  const lengths = new Map(
    arrays.map(array => [array.length[0], 2 / countedName(array.length[0])!.factor] as const),
  );
  for (const array of given) value[array.name] = bench.values.member(array, 0, new Map(lengths));
  delete value[count.name];
  return value;
}

export const arrays: readonly Case[] = [
  {
    name: '2 arrays that share a count are given together or not at all',
    run(bench) {
      const groups = countedArrays(bench).filter(({ arrays: list }) => list.filter(isRequired).length > 1);
      all(
        groups.flatMap(group =>
          group.arrays.filter(isRequired).map(array => () => {
            const value = withArrays(bench, group, [array]);
            const other = group.arrays.find(m => isRequired(m) && m !== array)!;
            const what = `${group.row.name} with ${array.name} alone`;
            expectRefused(bench.encode(group.row, value), new RegExp(other.name), what);
          }),
        ),
      );
      return `${groups.length} groups: ${groups.map(({ row, count }) => `${row.name}.${count.name}`).join(', ')}`;
    },
  },
  {
    name: '2 a count without its array is refused where the array is read',
    run(bench) {
      const counts = countedArrays(bench);
      let refused = 0;
      all(
        counts.map(counted => () => {
          const value = withArrays(bench, counted, []);
          value[counted.count.name] = counted.count.base === 'size_t' ? 8n : 2;
          const happened = bench.encode(counted.row, value);
          const required = counted.arrays.filter(isRequired);
          const what = `${counted.row.name}.${counted.count.name}`;
          if (required.length > 0) {
            refused++;
            expectRefused(happened, new RegExp(required.map(m => m.name).join('|')), what);
          } else if (happened.seen !== undefined) expectSeen(happened, what);
        }),
      );
      return `${refused} of ${counts.length} counts`;
    },
  },
  {
    name: '2 inner arrays are as long as what stands beside them says',
    run(bench) {
      const { VkCommandBuffer: commands, VkDevice: device } = bench.session;
      const info = (geometryCount: number) =>
        bench.values.struct(registry.struct('VkAccelerationStructureBuildGeometryInfoKHR')) && {
          ...{ type: 0, mode: 0, geometryCount },
          pGeometries: Array.from({ length: geometryCount }, () =>
            bench.values.struct(registry.struct('VkAccelerationStructureGeometryKHR')),
          ),
          scratchData: { deviceAddress: 0n },
        };
      const range = { primitiveCount: 1, primitiveOffset: 0, firstVertex: 0, transformOffset: 0 };
      const calls: [string, () => unknown][] = [
        [
          'vkCmdBuildAccelerationStructuresKHR',
          () => commands.cmdBuildAccelerationStructuresKHR([info(2)] as never, [[range]]),
        ],
        [
          'vkBuildAccelerationStructuresKHR',
          () => device.buildAccelerationStructuresKHR(undefined, [info(2)] as never, [[range]]),
        ],
        [
          'vkCmdBuildAccelerationStructuresIndirectKHR',
          () =>
            commands.cmdBuildAccelerationStructuresIndirectKHR([info(2)] as never, [0n] as never, [4], [[1]]),
        ],
      ];
      all(
        calls.map(
          ([name, call]) =>
            () =>
              expectRefused(bench.call(name, call), /2.*1|1.*2/, name),
        ),
      );
      return `${calls.length} commands`;
    },
  },
  {
    name: '2 the descriptor count of inline data and acceleration structures follows from the chained struct',
    run(bench) {
      const { VkDevice: device } = bench.session;
      const set = bench.values.handle('VkDescriptorSet') as never;
      const writes: [string, number, object, string][] = [
        [
          'inline data',
          VkDescriptorType.INLINE_UNIFORM_BLOCK,
          { sType: VkStructureType.WRITE_DESCRIPTOR_SET_INLINE_UNIFORM_BLOCK, pData: bench.values.bytes(16) },
          '10',
        ],
        [
          'acceleration structures',
          VkDescriptorType.ACCELERATION_STRUCTURE_KHR,
          {
            sType: VkStructureType.WRITE_DESCRIPTOR_SET_ACCELERATION_STRUCTURE_KHR,
            pAccelerationStructures: [0, 1, 2].map(() => bench.values.handle('VkAccelerationStructureKHR')),
          },
          '3',
        ],
        [
          'acceleration structures NV',
          VkDescriptorType.ACCELERATION_STRUCTURE_NV,
          {
            sType: VkStructureType.WRITE_DESCRIPTOR_SET_ACCELERATION_STRUCTURE_NV,
            pAccelerationStructures: [0, 1].map(() => bench.values.handle('VkAccelerationStructureNV')),
          },
          '2',
        ],
      ];
      all(
        writes.map(([what, descriptorType, next, wanted]) => () => {
          const write = {
            dstSet: set,
            dstBinding: 0,
            dstArrayElement: 0,
            descriptorType,
            pNext: [next],
          } as never;
          const { in: seen } = expectSeen(
            bench.call('vkUpdateDescriptorSets', () => device.updateDescriptorSets([write], [])),
            what,
          );
          const [{ descriptorCount }] = seen.pDescriptorWrites as unknown as ToldStruct[];
          if (descriptorCount !== wanted)
            throw new Error(`${what}: C saw a descriptorCount of 0x${String(descriptorCount)}`);
        }),
      );
      return `${writes.length} structs`;
    },
  },
];

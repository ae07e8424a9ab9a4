// What updateDescriptorSets costs with sixteen writes of one buffer each, from object literals.
import koffi from 'koffi';
import { VkStructureType as Type, VkDescriptorType } from '../../../src/index.ts';
import { addonContestants } from '../addon.ts';
import { Bytes, bare, freshName, koffiFunction } from '../bare.ts';
import { contest, type Run } from '../contest.ts';
import { missingRow, type Subject } from '../row.ts';
import { openTarget, type Target, total } from '../target.ts';

const COMMAND = 'vkUpdateDescriptorSets';
const TITLE = 'updateDescriptorSets, 16 writes from object literals';
const COUNT = 16;
/** sizeof(VkWriteDescriptorSet), and of a VkDescriptorBufferInfo. */
const WRITE = 64;
const INFO = 24;

const KIND = VkDescriptorType.UNIFORM_BUFFER;
const range = (i: number) => 256 + (i & 7);

function expectedOf({ set, buffer }: Target): Run {
  const fixed = Type.WRITE_DESCRIPTOR_SET + 2 * Number(set) + 6 * KIND + 7 * Number(buffer);
  return times =>
    total(times, i => {
      let sum = 0;
      for (let k = 0; k < COUNT; k++) sum += fixed + 3 * k + 8 * 256 * k + 9 * range(i);
      return sum;
    });
}

/** The call alone, its structs written before but for the ranges. */
function bareRun(target: Target, form: 'number' | 'bigint'): Run {
  const types = ['uintptr_t', 'uint32_t', 'uintptr_t', 'uint32_t', 'uintptr_t'];
  const fn = bare(target.command(COMMAND), 'void', types);
  const bytes = new Bytes(COUNT * (WRITE + INFO));
  const { u32, u64, bigint } = bytes;
  const infos = COUNT * WRITE;
  for (let k = 0; k < COUNT; k++) {
    const at = k * WRITE;
    const info = infos + k * INFO;
    u32[at / 4] = Type.WRITE_DESCRIPTOR_SET;
    u64[at / 8 + 2] = target.set;
    u32.set([k, 0, 1, KIND], at / 4 + 6);
    u64[at / 8 + 6] = bigint + BigInt(info);
    u64.set([target.buffer, BigInt(256 * k)], info / 8);
  }
  const { handle } = target.device;
  const device = form === 'number' ? Number(handle) : handle;
  const none = form === 'number' ? 0 : 0n;
  const address = bytes[form];
  return times =>
    target.sumOf(() => {
      for (let i = 0; i < times; i++) {
        for (let k = 0; k < COUNT; k++) u32[(infos + k * INFO) / 4 + 4] = range(i);
        fn(device, COUNT, address, 0, none);
      }
    });
}

function koffiObjects(target: Target): Run {
  const [i32, u32, u64, address] = ['int32_t', 'uint32_t', 'uint64_t', 'void *'];
  const Info = koffi.struct(freshName(), { buffer: u64, offset: u64, range: u64 });
  const Write = koffi.struct(freshName(), {
    sType: i32,
    pNext: address,
    dstSet: u64,
    dstBinding: u32,
    dstArrayElement: u32,
    descriptorCount: u32,
    descriptorType: i32,
    pImageInfo: address,
    pBufferInfo: koffi.pointer(Info),
    pTexelBufferView: address,
  });
  const fn = koffiFunction(target.command(COMMAND), 'void', [
    address,
    u32,
    koffi.pointer(Write),
    u32,
    address,
  ]);
  const { handle } = target.device;
  const write = literals(target);
  return times =>
    target.sumOf(() => {
      for (let i = 0; i < times; i++)
        fn(
          handle,
          COUNT,
          Array.from({ length: COUNT }, (_, k) => ({
            sType: Type.WRITE_DESCRIPTOR_SET,
            descriptorCount: 1,
            ...write(i, k),
          })),
          0,
          null,
        );
    });
}

/** The literal that a program would write. */
const literals =
  ({ set, buffer }: Target) =>
  (i: number, k: number) => ({
    dstSet: set,
    dstBinding: k,
    descriptorType: KIND,
    pBufferInfo: [{ buffer, offset: 256 * k, range: range(i) }],
  });

export const updateDescriptorSets: Subject = {
  name: 'update-descriptor-sets',
  run({ tools, rounds }) {
    if (tools.target.path === undefined) return [missingRow(TITLE, tools.target.missing)];
    const target = openTarget(tools.target.path);
    const { device, set, buffer } = target;
    const { handle } = device;
    const types = ['uintptr_t', 'uintptr_t', 'uint64_t', 'uint64_t', 'uint32_t'];
    const inC = bare(target.symbol('race_update_sets'), 'void', types);
    const write = literals(target);
    const writes = (i: number) => {
      const list = new Array<ReturnType<typeof write>>(COUNT);
      for (let k = 0; k < COUNT; k++) list[k] = write(i, k);
      return list;
    };
    return [
      contest({
        title: TITLE,
        baseline: 'bare koffi',
        rounds,
        expected: expectedOf(target),
        contestants: [
          {
            name: 'ours',
            run: times =>
              target.sumOf(() => {
                for (let i = 0; i < times; i++) device.updateDescriptorSets(writes(i), []);
              }),
          },
          { name: 'bare koffi, bigint', group: 'bare koffi', run: bareRun(target, 'bigint') },
          { name: 'bare koffi, number', group: 'bare koffi', run: bareRun(target, 'number') },
          { name: 'koffi struct objects', run: koffiObjects(target) },
          ...addonContestants(
            tools,
            [COMMAND],
            target.command,
            addon => times =>
              target.sumOf(() => {
                for (let i = 0; i < times; i++) addon.updateDescriptorSets(handle, writes(i), []);
              }),
          ),
          {
            name: 'C',
            run: times => target.sumOf(() => inC(target.command(COMMAND), handle, set, buffer, times)),
          },
        ],
        targets: [{ of: 'ours', most: 0.5, against: 'addon' }],
      }),
    ];
  },
};

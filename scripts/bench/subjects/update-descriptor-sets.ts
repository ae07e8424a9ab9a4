// Measures what updateDescriptorSets costs with 1, 16 and 1,000 writes of one buffer each, from object literals.
import { VkStructureType as Type, VkDescriptorType } from '../../../src/index.ts';
import { CMemory } from '../bytes.ts';
import { callSubject, type RacedCall } from '../call.ts';
import type { Contestant } from '../contest.ts';
import { byNvk, byUs, type Drivers, openDrivers } from '../on-driver.ts';
import type { Target as Wanted } from '../row.ts';
import type { TrivialDriver } from '../trivial-driver.ts';

const COMMAND = 'vkUpdateDescriptorSets';
const KIND = VkDescriptorType.UNIFORM_BUFFER;
/** The type of the descriptors in lavapipe's set. */
const STORAGE = VkDescriptorType.STORAGE_BUFFER;
/** sizeof(VkWriteDescriptorSet), and of a VkDescriptorBufferInfo. */
const [WRITE, INFO] = [64, 24];

const range = (i: number): number => 256 + (i & 7);

const listOf = <T>(count: number, of: (k: number) => T): T[] => {
  const list = new Array<T>(count);
  for (let k = 0; k < count; k++) list[k] = of(k);
  return list;
};

export function updateDescriptorSets(
  count: number,
  driver: TrivialDriver,
  targets: readonly Wanted[],
): RacedCall {
  const { device, set, buffer, inC } = driver;
  const { handle } = device;
  /** The literals that a program would write. */
  const writes = (i: number) => listOf(count, k => write(i, k));
  const write = (i: number, k: number) => ({
    dstSet: set,
    dstBinding: k,
    descriptorType: KIND,
    pBufferInfo: [bufferInfo(i, k)],
  });
  const bufferInfo = (i: number, k: number) => ({ buffer, offset: 256 * (k & 127), range: range(i) });
  return {
    title: `updateDescriptorSets, ${count} ${count === 1 ? 'write' : 'writes'} from literals`,
    commands: [COMMAND],
    ours: i => device.updateDescriptorSets(writes(i), []),
    /** All but the ranges is written before. */
    bare([fn], of) {
      const bytes = new CMemory(count * (WRITE + INFO));
      const infoAt = (k: number) => count * WRITE + k * INFO;
      for (let k = 0; k < count; k++) {
        const pBufferInfo = bytes.bigint + BigInt(infoAt(k));
        bytes.put(k * WRITE, 'VkWriteDescriptorSet', { ...write(0, k), descriptorCount: 1, pBufferInfo });
        bytes.put(infoAt(k), 'VkDescriptorBufferInfo', bufferInfo(0, k));
      }
      const [owner, none, at, { u32 }] = [of(handle), of(0n), of(bytes), bytes];
      return i => {
        for (let k = 0; k < count; k++) u32[(count * WRITE + k * INFO) / 4 + 4] = range(i);
        fn(owner, count, at, 0, none);
      };
    },
    objects:
      ([fn]) =>
      i => {
        const list = writes(i).map(w => ({ sType: Type.WRITE_DESCRIPTOR_SET, descriptorCount: 1, ...w }));
        fn(handle, count, list, 0, null);
      },
    addon: addon => i => addon.updateDescriptorSets(handle, writes(i), []),
    c: inC('race_update_sets', [COMMAND], [handle, set, buffer, count]),
    targets,
  };
}

/** The same on the system's driver: all writes to one binding, since a set has no thousand. */
const onDriver = (count: number, { recorder, nvk }: Drivers): Contestant[] => [
  byUs(recorder, ({ device, set, buffer }) => i => {
    const write = () => ({
      dstSet: set,
      dstBinding: 0,
      descriptorType: STORAGE,
      pBufferInfo: [{ buffer, offset: 0, range: range(i) }],
    });
    device.updateDescriptorSets(listOf(count, write), []);
  }),
  byNvk(nvk, ({ nvk, device, set, buffer }) => i => {
    const write = () =>
      new nvk.VkWriteDescriptorSet({
        dstSet: set,
        dstBinding: 0,
        descriptorType: STORAGE,
        descriptorCount: 1,
        pBufferInfo: [new nvk.VkDescriptorBufferInfo({ buffer, offset: 0, range: range(i) })],
      });
    nvk.vkUpdateDescriptorSets(device, count, listOf(count, write), 0, null);
  }),
];

export const updateDescriptorSetsSubject = callSubject('update-descriptor-sets', (driver, { tools }) => {
  const drivers = openDrivers(tools);
  const call = (count: number, wanted: Wanted): RacedCall => ({
    ...updateDescriptorSets(count, driver, [wanted]),
    others: onDriver(count, drivers),
  });
  return [
    // Half of what they took beside C when they were first measured, 42 × and 22 ×.
    call(1, { of: 'ours', most: 21, against: 'C' }),
    call(16, { of: 'ours', most: 0.5, against: 'addon' }),
    call(1000, { of: 'ours', most: 11, against: 'C' }),
  ];
});

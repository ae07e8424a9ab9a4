// Measures what it costs to create a fence and destroy it.

import type { Device } from '../../../src/index.ts';
import { CMemory, memoryOf } from '../bytes.ts';
import { type RacedCall, raceCall } from '../call.ts';
import { type OpenedLavapipe, openLavapipe } from '../lavapipe.ts';
import { type Once, repeat, sink } from '../loop.ts';
import { type OpenedNvk, openNvk } from '../nvk.ts';
import { countItself } from '../recorder.ts';
import { missingRow, type Subject } from '../row.ts';

/** Its result is the number of fences that were made. */
export function createFence({ device }: { readonly device: Device }): RacedCall {
  return {
    title: 'createFence and destroyFence, on lavapipe',
    commands: ['vkCreateFence', 'vkDestroyFence'],
    ours() {
      const fence = device.createFence({});
      if (fence !== 0n) sink.sum++;
      device.destroyFence(fence);
    },
    /** Results checked. */
    bare([create, destroy], of) {
      const [info, fence] = [memoryOf('VkFenceCreateInfo'), new CMemory(8)];
      const [owner, none, infoAt, fenceAt, { u64 }] = [of(device.handle), of(0n), of(info), of(fence), fence];
      return () => {
        if (create(owner, infoAt, none, fenceAt) !== 0) throw new Error('vkCreateFence');
        if (u64[0] !== 0n) sink.sum++;
        destroy(owner, of(u64[0]), none);
      };
    },
    expected: countItself,
    targets: [{ of: 'ours', most: 1.2, against: 'bare koffi' }],
  };
}

const byNvk = ({ nvk, device }: OpenedNvk): Once => {
  const info = new nvk.VkFenceCreateInfo();
  return () => {
    const fence = new nvk.VkFence();
    if (nvk.vkCreateFence(device, info, null, fence) === nvk.VK_SUCCESS) sink.sum++;
    nvk.vkDestroyFence(device, fence, null);
  };
};

export const fence: Subject = {
  name: 'fence',
  run(context) {
    const driver = openLavapipe();
    if (driver.missing !== undefined) return [missingRow('fence', driver.missing)];
    const nvk = openNvk(context.tools.nvk);
    const theirs =
      nvk.missing === undefined ? { run: repeat(byNvk(nvk as OpenedNvk)) } : { missing: nvk.missing };
    const call = createFence(driver as OpenedLavapipe);
    return [raceCall({ ...call, others: [{ name: 'nvk', ...theirs }] }, driver as OpenedLavapipe, context)];
  },
};

// What it costs to create a fence and destroy it.
import { VkStructureType } from '../../../src/index.ts';
import { Bytes, bare } from '../bare.ts';
import { type Contestant, contest, type Run } from '../contest.ts';
import { countItself, type OpenedLavapipe, openLavapipe } from '../lavapipe.ts';
import { type OpenedNvk, openNvk } from '../nvk.ts';
import { missingRow, type Subject } from '../row.ts';

const TITLE = 'createFence + destroyFence on lavapipe';

/** Both calls, their results checked. */
function bareRun({ device, deviceCommand }: OpenedLavapipe, form: 'number' | 'bigint'): Run {
  const create = bare(deviceCommand('vkCreateFence'), 'int32_t', [
    'uintptr_t',
    'uintptr_t',
    'uintptr_t',
    'uintptr_t',
  ]);
  const destroy = bare(deviceCommand('vkDestroyFence'), 'void', ['uintptr_t', 'uint64_t', 'uintptr_t']);
  const info = new Bytes(24);
  info.u32[0] = VkStructureType.FENCE_CREATE_INFO;
  const fence = new Bytes(8);
  const handle = form === 'number' ? Number(device.handle) : device.handle;
  const none = form === 'number' ? 0 : 0n;
  return times => {
    let made = 0;
    // Read here: addresses hold nothing, so this function has to.
    const [infoAt, fenceAt] = [info[form], fence[form]];
    for (let i = 0; i < times; i++) {
      if (create(handle, infoAt, none, fenceAt) !== 0) throw new Error('vkCreateFence');
      const value = fence.u64[0];
      if (value !== 0n) made++;
      destroy(handle, form === 'number' ? Number(value) : value, none);
    }
    return made;
  };
}

function nvkContestant(opened: OpenedNvk | { missing: string }): Contestant {
  const name = 'nvk';
  if (opened.missing !== undefined) return { name, missing: opened.missing };
  const { nvk, device } = opened as OpenedNvk;
  const info = new nvk.VkFenceCreateInfo();
  return {
    name,
    run(times) {
      let made = 0;
      for (let i = 0; i < times; i++) {
        const fence = new nvk.VkFence();
        if (nvk.vkCreateFence(device, info, null, fence) === nvk.VK_SUCCESS) made++;
        nvk.vkDestroyFence(device, fence, null);
      }
      return made;
    },
  };
}

export const fence: Subject = {
  name: 'fence',
  run({ tools, rounds }) {
    const opened = openLavapipe();
    if (opened.missing !== undefined) return [missingRow(TITLE, opened.missing)];
    const driver = opened as OpenedLavapipe;
    const { device } = driver;
    return [
      contest({
        title: TITLE,
        baseline: 'bare koffi',
        rounds,
        expected: countItself,
        contestants: [
          {
            name: 'ours',
            run(times) {
              let made = 0;
              for (let i = 0; i < times; i++) {
                const fence = device.createFence({});
                if (fence !== 0n) made++;
                device.destroyFence(fence);
              }
              return made;
            },
          },
          { name: 'bare koffi, bigint', group: 'bare koffi', run: bareRun(driver, 'bigint') },
          { name: 'bare koffi, number', group: 'bare koffi', run: bareRun(driver, 'number') },
          nvkContestant(openNvk(tools.nvk)),
        ],
        targets: [{ of: 'ours', most: 1.2, against: 'bare koffi' }],
      }),
    ];
  },
};

// Nothing grows over many rounds of frames, create and destroy, map and unmap, messengers: resident memory, callback slots,
// file descriptors. KOFFI_VULKAN_ROUNDS says how many.

import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import type { Device, Instance } from '../../src/index.ts';
import {
  loadVulkan,
  mapMemory,
  VkPipelineStageFlagBits as Stage,
  VkCommandPoolCreateFlagBits,
  VkMemoryPropertyFlagBits,
  VkResult,
} from '../../src/index.ts';
import { registry } from '../../src/registry/registry.ts';
import { callbacks } from '../callbacks.ts';
import { collect } from '../collect.ts';
import { figure } from '../figure.ts';
import { skipOrFail } from '../skip.ts';

/** A million by hand, as the notes report; a fifth of a minute in CI. */
const ROUNDS = Number(process.env.KOFFI_VULKAN_ROUNDS ?? 20_000);
/** What the collector and malloc keep for themselves. */
const SLACK = 24 * 2 ** 20;
const TURNS = 3;

const FRAMES_AND_OBJECTS = [
  'a frame recorded, submitted and waited for',
  'create and destroy',
  'map, write, read, unmap',
  'messenger',
];

const descriptors = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);

/** Growth of resident memory over the rounds, after a third of them to warm up. */
function grows(rounds: number, round: () => void): number {
  const resident = () => {
    collect();
    return process.memoryUsage.rss();
  };
  for (let i = 0; i < rounds / 3; i++) round();
  const before = { resident: resident(), callbacks: callbacks.held, descriptors: descriptors() };
  // The process may take room for other reasons once; what leaks takes it every time.
  let growth = Number.POSITIVE_INFINITY;
  for (let turn = 0, last = before.resident; turn < TURNS && growth >= SLACK; turn++) {
    for (let i = 0; i < rounds; i++) round();
    const now = resident();
    growth = now - last;
    last = now;
  }
  expect(callbacks.held).to.equal(before.callbacks);
  // What was at its end before may have closed meanwhile.
  expect(descriptors()).to.be.at.most(before.descriptors);
  return growth;
}

function rounds(device: Device, instance: Instance): Record<string, () => void> {
  const { memoryTypes } = device.physicalDevice.getPhysicalDeviceMemoryProperties();
  const host = VkMemoryPropertyFlagBits.HOST_VISIBLE;
  const memoryTypeIndex = memoryTypes.findIndex(t => (t.propertyFlags & host) !== 0);
  const memory = device.allocateMemory({ allocationSize: 4096, memoryTypeIndex });
  const bytes = Uint8Array.of(1, 2, 3);
  const commandPool = device.createCommandPool({
    queueFamilyIndex: 0,
    flags: VkCommandPoolCreateFlagBits.RESET_COMMAND_BUFFER,
  });
  const [commands] = device.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 1 });
  const fence = device.createFence({});
  const queue = device.getDeviceQueue(0, 0);
  return {
    'a frame recorded, submitted and waited for': () => {
      commands.beginCommandBuffer({});
      commands.cmdPipelineBarrier(Stage.TRANSFER, Stage.TRANSFER, 0, [{ dstAccessMask: 0x800 }], [], []);
      commands.endCommandBuffer();
      queue.queueSubmit([{ pCommandBuffers: [commands] }], fence);
      expect(device.waitForFences([fence], true, 5_000_000_000n)).to.equal(VkResult.SUCCESS);
      device.resetFences([fence]);
      commands.resetCommandBuffer();
    },
    'create and destroy': () => device.destroyFence(device.createFence({})),
    'map, write, read, unmap': () => {
      const mapped = mapMemory(device, memory, 4096);
      mapped.write(bytes);
      mapped.read(0, 3);
      mapped.unmap();
    },
    messenger: () => {
      const messenger = instance.createDebugUtilsMessengerEXT({
        messageSeverity: 0x1000,
        messageType: 1,
        pfnUserCallback: () => false,
      });
      instance.destroyDebugUtilsMessengerEXT(messenger);
    },
    end: () => {
      device.freeMemory(memory);
      device.destroyFence(fence);
      device.destroyCommandPool(commandPool);
    },
  };
}

for (const target of ['lavapipe', 'embedded driver'])
  describe(`${ROUNDS} rounds (${target})`, function () {
    this.timeout(3_600_000);
    let instance: Instance;
    let device: Device;
    let all: Record<string, () => void>;

    before(function () {
      const driver = target === 'lavapipe' ? undefined : createEmbeddedDriver();
      try {
        instance = loadVulkan({ getInstanceProcAddr: driver?.getInstanceProcAddr }).createInstance({
          ppEnabledExtensionNames: ['VK_EXT_debug_utils'],
        });
        device = instance.enumeratePhysicalDevices()[0].createDevice({
          pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
        });
        all = rounds(device, instance);
      } catch (error) {
        skipOrFail(this, (error as Error).message.split('\n')[0]);
      }
    });
    after(() => {
      all?.end();
      device?.destroyDevice();
      instance?.destroyInstance();
    });

    for (const name of FRAMES_AND_OBJECTS)
      it(`${name}: memory, callbacks and descriptors stay where they are`, () => {
        const growth = grows(ROUNDS, all[name]);
        figure(`${name}: ${(growth / 2 ** 20).toFixed(1)} MiB`);
        expect(growth).to.be.lessThan(SLACK);
      });
  });

describe('names that the registry does not have', () => {
  it('leave nothing behind, however many a script asks for', () => {
    let asked = 0;
    const growth = grows(5000, () => {
      for (let i = 0; i < 300; i++) registry.extension(`VK_EXT_no_extension_has_such_a_name_${asked++}`);
    });
    figure(`${asked} names: ${(growth / 2 ** 20).toFixed(1)} MiB`);
    expect(growth).to.be.lessThan(SLACK);
  });
});

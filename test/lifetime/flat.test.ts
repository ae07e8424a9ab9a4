// Nothing grows over many rounds of frames, create and destroy, map and unmap, messengers: neither memory nor callbacks nor
// file descriptors. KOFFI_VULKAN_ROUNDS says how many rounds.
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
import { figure } from '../figure.ts';
import { growthOf } from '../growth.ts';
import { skipOrFail } from '../skip.ts';

/** Some seconds; a million takes minutes. */
const ROUNDS = Number(process.env.KOFFI_VULKAN_ROUNDS ?? 20_000);
/** Bytes a round; malloc returns memory to the system when it likes. */
const [HEAP, RESIDENT] = [8, 200];

const FRAMES_AND_OBJECTS = [
  'a frame recorded, submitted and waited for',
  'create and destroy',
  'map, write, read, unmap',
  'messenger',
];

const descriptors = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);

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
        // Some dozens of callbacks stay registered for a while after their messengers were destroyed.
        for (let i = 0; i < 100; i++) all[name]();
        const before = { callbacks: callbacks.held, descriptors: descriptors() };
        const { heap, resident } = growthOf(ROUNDS, all[name]);
        figure(`${name}: ${heap.toFixed(1)} bytes of the heap a round, ${resident.toFixed(0)} resident`);
        expect(heap).to.be.lessThan(HEAP);
        expect(resident).to.be.lessThan(RESIDENT);
        expect(callbacks.held).to.equal(before.callbacks);
        // Descriptors that other tests left open may be closed meanwhile.
        expect(descriptors()).to.be.at.most(before.descriptors);
      });
  });

describe('names that the registry does not have', () => {
  it('leave nothing behind, however many a script asks for', () => {
    let asked = 0;
    const { heap } = growthOf(45_000, () =>
      registry.extension(`VK_EXT_no_extension_has_such_a_name_${asked++}`),
    );
    figure(`${asked} names: ${heap.toFixed(1)} bytes of the heap a name`);
    expect(heap).to.be.lessThan(HEAP);
  });
});

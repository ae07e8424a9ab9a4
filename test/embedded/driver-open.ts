// Opens an embedded driver and a device on it, and ends all of it by one call.

import {
  createEmbeddedDriver,
  type EmbeddedDriver,
  type EmbeddedDriverOptions,
} from '../../src/embedded/index.ts';
import { procAddrAt } from '../../src/handles/dispatch.ts';
import {
  API_VERSION_1_3,
  type CommandBuffer,
  type Device,
  type Instance,
  loadVulkan,
  mapMemory,
  type PhysicalDevice,
  type Queue,
  type VkBuffer,
  VkBufferUsageFlagBits,
  VkCommandBufferLevel,
  type VkDeviceMemory,
  VkSharingMode,
  type Vulkan,
  VulkanError,
} from '../../src/index.ts';
import type { NativeFunction } from '../../src/native/koffi.ts';
import { functionAt } from '../../src/native/row-types.ts';
import { registry } from '../../src/registry/registry.ts';

interface OpenOptions extends EmbeddedDriverOptions {
  readonly instanceExtensions?: readonly string[];
  readonly deviceExtensions?: readonly string[];
}

export interface Opened {
  readonly driver: EmbeddedDriver;
  readonly vulkan: Vulkan;
  readonly instance: Instance;
  readonly gpus: readonly PhysicalDevice[];
  readonly gpu: PhysicalDevice;
  readonly device: Device;
  readonly queue: Queue;
  /** Destroys the device and the instance, and gives what the driver still counts then. */
  close(): Record<string, number>;
}

export function open(options: OpenOptions = {}): Opened {
  const { physicalDevices } = options;
  const driver = createEmbeddedDriver({ physicalDevices });
  const vulkan = loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr });
  const instance = vulkan.createInstance({
    pApplicationInfo: { apiVersion: API_VERSION_1_3 },
    ppEnabledExtensionNames: options.instanceExtensions ?? [],
  });
  const gpus = instance.enumeratePhysicalDevices();
  const device = openDevice(gpus[0], options.deviceExtensions ?? []);
  const queue = device.getDeviceQueue(0, 0);
  const close = () => {
    device.destroyDevice();
    instance.destroyInstance();
    const counts = driver.counts();
    driver.dispose();
    return counts;
  };
  return { driver, vulkan, instance, gpus, gpu: gpus[0], device, queue, close };
}

export const openDevice = (gpu: PhysicalDevice, extensions: readonly string[]): Device =>
  gpu.createDevice({
    pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
    ppEnabledExtensionNames: extensions,
  });

/** The C function of a command, as a program without this library would call it. */
export function raw({ vulkan, device }: Opened, command: string): NativeFunction {
  const getDeviceProcAddr = vulkan.procAddr(device.physicalDevice.instance.handle)('vkGetDeviceProcAddr');
  return functionAt(procAddrAt(getDeviceProcAddr, device.handle)(command), registry.command(command));
}

/** A buffer of host-visible memory, bound. */
export function hostBuffer(device: Device, size: number): { buffer: VkBuffer; memory: VkDeviceMemory } {
  const buffer = device.createBuffer({
    size,
    usage: VkBufferUsageFlagBits.TRANSFER_SRC | VkBufferUsageFlagBits.TRANSFER_DST,
    sharingMode: VkSharingMode.EXCLUSIVE,
  });
  const { size: allocationSize } = device.getBufferMemoryRequirements(buffer);
  const memory = device.allocateMemory({ allocationSize, memoryTypeIndex: 2 });
  device.bindBufferMemory(buffer, memory, 0);
  return { buffer, memory };
}

/** Records, submits and waits. */
export function submit(device: Device, queue: Queue, record: (commands: CommandBuffer) => void): void {
  const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
  const [commands] = device.allocateCommandBuffers({
    commandPool,
    level: VkCommandBufferLevel.PRIMARY,
    commandBufferCount: 1,
  });
  try {
    commands.beginCommandBuffer({});
    record(commands);
    commands.endCommandBuffer();
    queue.queueSubmit([{ pCommandBuffers: [commands] }]);
    queue.queueWaitIdle();
  } finally {
    device.destroyCommandPool(commandPool);
  }
}

/** The code of the VkResult that a call throws. */
export const codeOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof VulkanError) return error.code;
    throw error;
  }
  return 'VK_SUCCESS';
};

/** Writes the first bytes of a memory. */
export const write = (device: Device, memory: VkDeviceMemory, bytes: number[]) => {
  const mapped = mapMemory(device, memory, bytes.length);
  mapped.write(Uint8Array.from(bytes));
  mapped.unmap();
};

/** Reads the first bytes of a memory. */
export const read = (device: Device, memory: VkDeviceMemory, length: number): number[] => {
  const mapped = mapMemory(device, memory, length);
  const bytes = [...mapped.read()];
  mapped.unmap();
  return bytes;
};

// Opens the system's Vulkan, on lavapipe if it has that: our objects, and the addresses of its commands.
import {
  API_VERSION_1_1,
  type Device,
  type Instance,
  loadVulkan,
  type PhysicalDevice,
} from '../../src/index.ts';
import { openVulkanLibrary } from '../../src/native/library.ts';
import { registry } from '../../src/registry/registry.ts';
import { bare } from './bare.ts';
import type { Driver } from './call.ts';
import { repeat } from './loop.ts';

export interface OpenedLavapipe extends Driver {
  readonly instance: Instance;
  readonly gpu: PhysicalDevice;
  readonly device: Device;
  readonly missing?: undefined;
}

export function openLavapipe(): OpenedLavapipe | { readonly missing: string } {
  try {
    return open();
  } catch (error) {
    return { missing: (error as Error).message.split('\n')[0].replace(/\.? Tried:$/, '') };
  }
}

function open(): OpenedLavapipe {
  const instance = loadVulkan().createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_1 } });
  const gpus = instance.enumeratePhysicalDevices();
  const nameOf = (gpu: PhysicalDevice) => gpu.getPhysicalDeviceProperties().deviceName;
  const gpu = gpus.find(g => nameOf(g).includes('llvmpipe')) ?? gpus[0];
  if (gpu === undefined) throw new Error('Vulkan knows no physical device');
  const device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
  const asker = (address: bigint, handle: bigint) => {
    const ask = bare(address, 'uintptr_t', ['uintptr_t', 'str']);
    return (name: string) => BigInt(ask(handle, name));
  };
  const instanceCommand = asker(openVulkanLibrary().getInstanceProcAddr, instance.handle);
  const deviceCommand = asker(instanceCommand('vkGetDeviceProcAddr'), device.handle);
  const command = (name: string) =>
    registry.command(name).level === 'device' ? deviceCommand(name) : instanceCommand(name);
  return { instance, gpu, device, command, counted: repeat };
}

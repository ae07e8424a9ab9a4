// The types of methods allow what they should allow, and refuse what they should refuse. This file is compiled, never run
// (npm run typecheck).
import {
  type CommandBuffer,
  type Device,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  type Instance,
  type PhysicalDevice,
  type Queue,
  type VkBuffer,
  type VkFence,
  VkFormat,
  type VkImage,
  VkImageType,
  VkImageUsageFlagBits,
  type VkMemoryWin32HandlePropertiesKHR,
  type VkPhysicalDeviceIDProperties,
  type VkResult,
  VkStructureType,
  type VkSurfaceKHR,
} from '../../src/index.ts';

export function query(device: Device, electron: Buffer): VkMemoryWin32HandlePropertiesKHR {
  device.getMemoryWin32HandlePropertiesKHR(HandleType.D3D11_TEXTURE, electron);
  device.getMemoryWin32HandlePropertiesKHR(HandleType.D3D11_TEXTURE, 0x1a4);
  // @ts-expect-error a handle type is one of the enum's values
  device.getMemoryWin32HandlePropertiesKHR(3, 0x1a4n);
  // @ts-expect-error a handle is no string
  device.getMemoryWin32HandlePropertiesKHR(HandleType.D3D11_TEXTURE, '0x1a4');
  // @ts-expect-error both are needed
  device.getMemoryWin32HandlePropertiesKHR(HandleType.D3D11_TEXTURE);
  return device.getMemoryWin32HandlePropertiesKHR(HandleType.D3D12_HEAP, 0x1a4n);
}

export function handles(device: Device, image: VkImage, buffer: VkBuffer): void {
  device.destroyImage(image);
  device.destroyImage(null);
  // @ts-expect-error a buffer is no image
  device.destroyImage(buffer);
  // @ts-expect-error a bigint is no handle
  device.destroyImage(5n);
}

export function adopted(device: Device, instance: Instance): [VkFence, CommandBuffer, VkSurfaceKHR] {
  // @ts-expect-error a buffer is no fence
  device.adopt<VkFence>('VkBuffer', 5n);
  // @ts-expect-error a buffer is no fence
  device.adopt('VkBuffer', 5n) satisfies VkFence;
  // @ts-expect-error a surface is an instance's
  device.adopt('VkSurfaceKHR', 5n);
  // @ts-expect-error a fence is a device's
  instance.adopt('VkFence', 5n);
  // @ts-expect-error a buffer is no fence
  device.release('VkFence', device.adopt('VkBuffer', 5n));
  instance.release('VkDevice', device);
  return [
    device.adopt('VkFence', 5n),
    device.adopt('VkCommandBuffer', 5n),
    instance.adopt('VkSurfaceKHR', 5n),
  ];
}

export function structs(device: Device): VkImage {
  // @ts-expect-error `widht` is a typo
  device.createImage({ extent: { widht: 1 } });
  // @ts-expect-error an image has an extent, levels, layers and a usage: none of them may be zero
  device.createImage({ samples: 1 });
  // @ts-expect-error an image's extent has three sides
  device.createImage({ extent: {}, mipLevels: 1, arrayLayers: 1, samples: 1, usage: 1 });
  // @ts-expect-error a buffer has a size
  device.createBuffer({ usage: 1 });
  // @ts-expect-error a format is one of the enum's values
  device.createImage({ format: 'R8G8B8A8_UNORM' });
  return device.createImage({
    imageType: VkImageType._2D,
    format: VkFormat.R8G8B8A8_UNORM,
    extent: { width: 4, height: 4, depth: 1 },
    mipLevels: 1,
    arrayLayers: 1,
    samples: 1,
    usage: VkImageUsageFlagBits.SAMPLED,
    pNext: [
      { sType: VkStructureType.EXTERNAL_MEMORY_IMAGE_CREATE_INFO, handleTypes: HandleType.D3D11_TEXTURE },
    ],
  });
}

export function chains(device: Device, gpu: PhysicalDevice): VkPhysicalDeviceIDProperties {
  device.allocateMemory({
    allocationSize: 4096,
    memoryTypeIndex: 0,
    pNext: [
      {
        sType: VkStructureType.IMPORT_MEMORY_WIN32_HANDLE_INFO_KHR,
        handleType: HandleType.D3D11_TEXTURE,
        handle: 4n,
      },
      { sType: VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO },
      // @ts-expect-error VkImageCreateInfo does not extend VkMemoryAllocateInfo
      { sType: VkStructureType.IMAGE_CREATE_INFO },
    ],
  });
  // @ts-expect-error a struct that does not extend VkPhysicalDeviceProperties2
  gpu.getPhysicalDeviceProperties2({ pNext: [VkStructureType.MEMORY_ALLOCATE_INFO] });
  const { pNext, properties } = gpu.getPhysicalDeviceProperties2({
    pNext: [VkStructureType.PHYSICAL_DEVICE_ID_PROPERTIES, VkStructureType.PHYSICAL_DEVICE_DRIVER_PROPERTIES],
  });
  properties.deviceName satisfies string;
  pNext[1].driverName satisfies string;
  // @ts-expect-error the first is the ID properties
  pNext[0].driverName;
  return pNext[0];
}

export function results(device: Device, queue: Queue, commands: CommandBuffer, instance: Instance): void {
  device.waitForFences([], true, 1n) satisfies VkResult;
  queue.queueSubmit([{ pCommandBuffers: [commands] }]);
  // @ts-expect-error a queue is no command buffer
  queue.queueSubmit([{ pCommandBuffers: [queue] }]);
  instance.enumeratePhysicalDevices() satisfies PhysicalDevice[];
  // @ts-expect-error commands belong to the object of their first parameter
  device.cmdDraw(3, 1, 0, 0);
  const { size } = device.getBufferMemoryRequirements(0n as VkBuffer);
  size satisfies bigint;
}

/** What extends elements inside an output is asked for with it, and lies there. */
export const layered = (gpu: PhysicalDevice) => {
  const { pNext } = gpu.getPhysicalDeviceProperties2({
    pNext: [
      VkStructureType.PHYSICAL_DEVICE_LAYERED_API_PROPERTIES_LIST_KHR,
      VkStructureType.PHYSICAL_DEVICE_LAYERED_API_VULKAN_PROPERTIES_KHR,
      VkStructureType.PHYSICAL_DEVICE_DRIVER_PROPERTIES,
    ],
  });
  const [list, driver] = pNext;
  driver.driverID satisfies number;
  // @ts-expect-error two of the three are in its own chain
  pNext[2];
  return list.pLayeredApis[0].pNext?.[0].properties.properties.apiVersion;
};

// Thirty mistakes that a program makes, each refused by the compiler, and what must pass; compiled, never run.
import {
  type CommandBuffer,
  type Device,
  explain,
  type VkExternalMemoryHandleTypeFlagBits as HandleType,
  type Instance,
  loadVulkan,
  mapMemory,
  type PhysicalDevice,
  type Queue,
  VkAccessFlagBits,
  VkAccessFlagBits2,
  type VkBuffer,
  VkBufferUsageFlagBits,
  VkColorSpaceKHR,
  VkDescriptorType,
  type VkDeviceMemory,
  type VkFence,
  VkFormat,
  type VkImage,
  VkImageType,
  VkImageUsageFlagBits,
  VkMemoryPropertyFlagBits,
  VkPhysicalDeviceType,
  type VkPipelineLayout,
  VkPipelineStageFlagBits,
  VkPipelineStageFlagBits2,
  VkPresentModeKHR,
  VkSampleCountFlagBits,
  type VkSemaphore,
  VkShaderStageFlagBits,
  VkSharingMode,
  VkStructureType,
  type VkSurfaceKHR,
} from '../../src/index.ts';

export interface World {
  readonly instance: Instance;
  readonly gpu: PhysicalDevice;
  readonly device: Device;
  readonly queue: Queue;
  readonly commands: CommandBuffer;
  readonly buffer: VkBuffer;
  readonly image: VkImage;
  readonly memory: VkDeviceMemory;
  readonly fence: VkFence;
  readonly semaphore: VkSemaphore;
  readonly layout: VkPipelineLayout;
  readonly surface: VkSurfaceKHR;
  /** What native code gave. */
  readonly fromC: number;
}

const swapchain = {
  minImageCount: 2,
  imageColorSpace: VkColorSpaceKHR.SRGB_NONLINEAR,
  imageExtent: { width: 1, height: 1 },
  imageArrayLayers: 1,
  imageUsage: VkImageUsageFlagBits.COLOR_ATTACHMENT,
  imageSharingMode: VkSharingMode.EXCLUSIVE,
  preTransform: 1,
  compositeAlpha: 1,
  presentMode: VkPresentModeKHR.FIFO,
} as const;

export function ofEnums({ device, gpu, commands, layout, surface }: World): void {
  // @ts-expect-error 1: an image's usage for a buffer
  device.createBuffer({ size: 64, usage: VkImageUsageFlagBits.SAMPLED });
  // @ts-expect-error 2: a type for a format
  device.createImage({ samples: 1, format: VkImageType._2D });
  // @ts-expect-error 3: a format for a type
  device.createImage({ samples: 1, imageType: VkFormat.R8_UNORM });
  // @ts-expect-error 4: a value that no format has
  device.createImage({ samples: 1, format: 99999 });
  // @ts-expect-error 5: a name for a value
  device.createImage({ samples: 1, format: 'R8_UNORM' });
  // @ts-expect-error 6: a mistyped enumerator
  device.createImage({ samples: 1, format: VkFormat.R8_UNROM });
  // @ts-expect-error 7: the long name of C
  device.createImage({ samples: 1, format: VkFormat.VK_FORMAT_R8_UNORM });
  commands.cmdPipelineBarrier2({
    // @ts-expect-error 8: an access for a stage, both of 64 bits
    pMemoryBarriers: [{ srcStageMask: VkAccessFlagBits2.SHADER_READ }],
  });
  commands.cmdPipelineBarrier2({
    // @ts-expect-error 9: the stage of 32 bits for that of 64
    pMemoryBarriers: [{ srcStageMask: VkPipelineStageFlagBits.HOST }],
  });
  // @ts-expect-error 10: an access for a stage
  commands.cmdPipelineBarrier(VkAccessFlagBits.HOST_READ, VkPipelineStageFlagBits.HOST, 0, [], [], []);
  // @ts-expect-error 11: a color space for a format
  device.createSwapchainKHR({ ...swapchain, surface, imageFormat: VkColorSpaceKHR.SRGB_NONLINEAR });
  // @ts-expect-error 12: a descriptor type for a bind point
  commands.cmdBindDescriptorSets(VkDescriptorType.SAMPLER, layout, 0, [], []);
  device.createPipelineLayout({
    // @ts-expect-error 13: a pipeline stage for a shader stage
    pPushConstantRanges: [{ stageFlags: VkPipelineStageFlagBits.HOST, offset: 0, size: 4 }],
  });
  const { deviceType } = gpu.getPhysicalDeviceProperties();
  // @ts-expect-error 14: compared with another enum's value
  if (deviceType === VkFormat.R8_UNORM) return;
  // @ts-expect-error 15: explained as another enum's value
  explain('VkFormat', VkImageType._2D);
  // @ts-expect-error 16: explained as a type that does not exist
  explain('VkFormatt', 3);
}

export function ofHandles(world: World): void {
  const { device, buffer, memory, fence, semaphore, queue, instance } = world;
  // @ts-expect-error 17: a buffer for an image
  device.destroyImage(buffer);
  // @ts-expect-error 18: a number that is no handle
  device.destroyBuffer(5n);
  // @ts-expect-error 19: the order of two handles
  device.bindBufferMemory(memory, buffer, 0);
  // @ts-expect-error 20: a semaphore among fences
  device.waitForFences([semaphore], true, 0);
  // @ts-expect-error 21: one fence for an array of them
  device.waitForFences(fence, true, 0);
  // @ts-expect-error 22: a buffer for its memory
  mapMemory(device, buffer, 64);
  // @ts-expect-error 23: a queue's command asked of the device
  device.queueSubmit([]);
  // @ts-expect-error 24: a device's command asked of a queue
  queue.createFence({});
  // @ts-expect-error 25: all GPUs for one
  instance.enumeratePhysicalDevices().createDevice({});
  // @ts-expect-error 26: a handle type that does not exist
  device.adopt('VkBufer', 5n);
}

export function ofStructs(world: World): unknown {
  const { device, gpu, image, commands, layout, buffer, fence } = world;
  // @ts-expect-error 27: a mistyped command
  device.createBufer({ size: 64, usage: 1 });
  // @ts-expect-error 28: a mistyped member
  device.createImage({ samples: 1, formt: VkFormat.R8_UNORM });
  // @ts-expect-error 29: no create info
  device.createBuffer();
  // @ts-expect-error 30: one queue create info for an array of them
  gpu.createDevice({ pQueueCreateInfos: { queueFamilyIndex: 0, pQueuePriorities: [1] } });
  // @ts-expect-error 31: a queue without priorities
  gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0 }] });
  device.createImage({
    samples: 1,
    // @ts-expect-error 32: a struct chained where it does not belong
    pNext: [{ sType: VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO, image }],
  });
  // @ts-expect-error 33: asked for in a chain that cannot give it
  gpu.getPhysicalDeviceProperties2({ pNext: [VkStructureType.BUFFER_CREATE_INFO] });
  // @ts-expect-error 34: an argument left out
  commands.cmdDraw(3, 1, 0);
  // @ts-expect-error 35: numbers where bytes are needed
  commands.cmdPushConstants(layout, VkShaderStageFlagBits.COMPUTE, 0, [1, 2]);
  // @ts-expect-error 36: 1 for true
  device.waitForFences([fence], 1, 0);
  // @ts-expect-error 37: a path for options
  loadVulkan('libvulkan.so.1');
  // @ts-expect-error 38: SPIR-V as text
  device.createShaderModule({ pCode: 'OpCapability Shader' });
  const properties = gpu.getPhysicalDeviceProperties();
  // @ts-expect-error 39: a mistyped member of what comes back
  properties.deviceNam;
  // @ts-expect-error 40: 64 bits are a bigint
  const size: number = device.getBufferMemoryRequirements(buffer).size;
  return size;
}

/** None of it is a mistake. */
export function allowed({ device, gpu, commands, image, fromC }: World): unknown {
  const { TRANSFER_SRC, TRANSFER_DST } = VkBufferUsageFlagBits;
  for (const usage of [TRANSFER_SRC | TRANSFER_DST, fromC, 3, TRANSFER_SRC]) {
    device.createBuffer({ size: 64, usage });
    device.createBuffer({ size: 64n, usage: usage | VkBufferUsageFlagBits.STORAGE_BUFFER });
  }
  device.createBuffer({ size: 64, usage: 3, flags: 0 });
  commands.cmdPipelineBarrier2({
    pMemoryBarriers: [
      {
        srcStageMask: VkPipelineStageFlagBits2.HOST | VkPipelineStageFlagBits2.COPY,
        srcAccessMask: 5n,
        dstAccessMask: VkAccessFlagBits2.HOST_READ,
      },
    ],
  });
  let format = VkFormat.R8_UNORM;
  format = fromC;
  format = VkFormat.R8_SNORM;
  const sizes = { extent: { width: 1, height: 1, depth: 1 }, mipLevels: 1, arrayLayers: 1 };
  device.createImage({ ...sizes, samples: VkSampleCountFlagBits._1, format, usage: 4 });
  device.createImage({ ...sizes, samples: 1, format: fromC, usage: VkImageUsageFlagBits.SAMPLED });
  // Kept in a variable, its sType is still one that tells the struct.
  const dedicated = { sType: VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO, image };
  device.allocateMemory({ allocationSize: 1, memoryTypeIndex: 0, pNext: [dedicated] });
  const names = new Map<VkFormat, string>([[VkFormat.R8_UNORM, explain('VkFormat', VkFormat.R8_UNORM)]]);
  const [{ propertyFlags }] = gpu.getPhysicalDeviceMemoryProperties().memoryTypes;
  const mappable: boolean = (propertyFlags & VkMemoryPropertyFlagBits.HOST_VISIBLE) !== 0;
  explain('VkMemoryPropertyFlags', propertyFlags);
  explain('VkAccessFlags2', VkAccessFlagBits2.HOST_READ | 5n);
  const type: HandleType = fromC;
  const { deviceType } = gpu.getPhysicalDeviceProperties();
  gpu.createDevice({
    pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
    ppEnabledExtensionNames: ['VK_KHR_swapchain', 'VK_OF_A_NEWER_DRIVER', String(type)],
  });
  switch (deviceType) {
    case VkPhysicalDeviceType.CPU:
      return [names, mappable];
    default:
      return VkFormat.R8_UNORM satisfies VkFormat;
  }
}

// The compiler knows the names, handles and results of helpers, and refuses mistakes. Compiled, never run.
import {
  acquireImage,
  allocateFor,
  createScope,
  messengerCreateInfo,
  resolveDevice,
  resolveInstance,
  runOnce,
  showMessages,
  structsFromBytes,
  structToBytes,
  typedArray,
  untilReached,
  untilSignaled,
  upload,
} from '../../src/helpers/index.ts';
import {
  API_VERSION_1_3,
  type Device,
  type Instance,
  mapMemory,
  type PhysicalDevice,
  type Queue,
  type VkBuffer,
  type VkCommandPool,
  type VkDeviceMemory,
  type VkFence,
  type VkImage,
  VkImageLayout,
  VkMemoryPropertyFlagBits,
  type VkSemaphore,
  type VkSwapchainKHR,
  type Vulkan,
} from '../../src/index.ts';

export function wishes(vulkan: Vulkan, gpu: PhysicalDevice, instance: Instance): void {
  // What is resolved may be changed before it is used.
  const { createInfo } = resolveInstance(vulkan, { required: { apiVersion: API_VERSION_1_3 } });
  createInfo.pApplicationInfo.pApplicationName = 'a name';
  createInfo.ppEnabledExtensionNames.push('VK_EXT_debug_utils');
  vulkan.createInstance({ ...createInfo, pNext: [messengerCreateInfo()] });
  const device = resolveDevice(gpu, { required: { features: ['timelineSemaphore'] } }).createInfo;
  device.pQueueCreateInfos.push({ queueFamilyIndex: 1, pQueuePriorities: [1] });
  device.pEnabledFeatures.shaderInt64 = true;
  gpu.createDevice(device);
  // @ts-expect-error no feature has this name
  resolveDevice(gpu, { required: { features: ['timelineSemaphor'] } });
  // @ts-expect-error `requried` is a typo
  resolveDevice(gpu, { requried: {} });
  // @ts-expect-error a version is a number
  resolveDevice(gpu, { required: { apiVersion: '1.3' } });
  showMessages(instance, { to: ({ objects }) => objects[0].name.length });
  // @ts-expect-error severities are flags
  showMessages(instance, { severity: 'error' });
}

export function memory(device: Device, buffer: VkBuffer, image: VkImage, allocated: VkDeviceMemory): void {
  const { HOST_VISIBLE, HOST_COHERENT } = VkMemoryPropertyFlagBits;
  allocateFor(device, { buffer }, { required: HOST_VISIBLE | HOST_COHERENT });
  // @ts-expect-error an image is no buffer
  allocateFor(device, { buffer: image });
  // @ts-expect-error a layout is no property
  allocateFor(device, { image }, { required: VkImageLayout.GENERAL });
  const mapped = mapMemory(device, allocated, 64);
  typedArray(mapped, Float32Array, 0, 4)[0] satisfies number;
  typedArray(mapped, BigUint64Array)[0] satisfies bigint;
}

export function staging(device: Device, queue: Queue, commandPool: VkCommandPool, image: VkImage): void {
  const imageExtent = { width: 1, height: 1, depth: 1 };
  // @ts-expect-error an image has a layout afterwards
  upload({ device, queue, commandPool }, { image, imageExtent }, new Uint8Array(4));
  // @ts-expect-error the queue is missing
  runOnce({ device, commandPool }, commands => commands.cmdSetLineWidth(1));
  using scope = createScope(device);
  scope.createFence({}) satisfies VkFence;
}

export function waits(
  device: Device,
  fence: VkFence,
  semaphore: VkSemaphore,
  swapchain: VkSwapchainKHR,
): void {
  void untilSignaled(device, [fence, fence], { signal: AbortSignal.timeout(5) });
  // @ts-expect-error a semaphore is no fence
  void untilSignaled(device, semaphore);
  // @ts-expect-error a fence is no semaphore
  void untilReached(device, fence, 1);
  // @ts-expect-error a fence is no semaphore
  acquireImage(device, swapchain, fence);
}

export function bytes(): void {
  const [command] = structsFromBytes('VkDrawIndirectCommand', new Uint8Array(16));
  command.vertexCount satisfies number;
  const [instance] = structsFromBytes('VkAccelerationStructureInstanceKHR', new Uint8Array(64));
  instance.accelerationStructureReference satisfies bigint;
  instance.transform.matrix[0][0] satisfies number;
  // @ts-expect-error it has pointers
  structToBytes('VkBufferCreateInfo', {});
  // @ts-expect-error `vertexCont` is a typo
  structToBytes('VkDrawIndirectCommand', { vertexCont: 1 });
}

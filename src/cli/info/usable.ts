// What each memory type can hold, found out with small images and a buffer, since no property says it.
import {
  type Device,
  type PhysicalDevice,
  VkBufferUsageFlagBits,
  VkFormat,
  VkFormatFeatureFlagBits,
  VkImageLayout,
  VkImageTiling,
  VkImageType,
  VkImageUsageFlagBits,
  VkSampleCountFlagBits,
  VkSharingMode,
  VulkanError,
} from '../../index.ts';

/** What one memory type can hold. */
export interface Usable {
  readonly buffers: boolean;
  /** `'color'` and depth or stencil formats. */
  readonly optimalImages: readonly string[];
  readonly linearImages: readonly string[];
}

const COLOR = 'R8G8B8A8_UNORM';
const isDepthOrStencil = (name: string) => /^(X8_)?[DS]\d/.test(name);
const FORMATS = Object.keys(VkFormat).filter(
  (name): name is keyof typeof VkFormat => name === COLOR || isDepthOrStencil(name),
);

/** Undefined if no device can be created, as when it is lost or in exclusive use. */
export function usableFor(gpu: PhysicalDevice): Usable[] | undefined {
  let device: Device;
  try {
    device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
  } catch (error) {
    if (error instanceof VulkanError) return undefined;
    throw error;
  }
  try {
    const optimal = FORMATS.map(name => [name, imageBits(device, name, VkImageTiling.OPTIMAL)] as const);
    const linear = FORMATS.map(name => [name, imageBits(device, name, VkImageTiling.LINEAR)] as const);
    const buffer = bufferBits(device);
    const within = (list: readonly (readonly [string, number])[], type: number) =>
      list.filter(([, bits]) => (bits >>> type) & 1).map(([name]) => (name === COLOR ? 'color' : name));
    return gpu.getPhysicalDeviceMemoryProperties().memoryTypes.map((_, type) => ({
      buffers: ((buffer >>> type) & 1) === 1,
      optimalImages: within(optimal, type),
      linearImages: within(linear, type),
    }));
  } finally {
    device.destroyDevice();
  }
}

/** memoryTypeBits of a small attachment; 0 if the format cannot be one. */
function imageBits(device: Device, name: keyof typeof VkFormat, tiling: VkImageTiling): number {
  const [feature, usage] = isDepthOrStencil(name)
    ? [VkFormatFeatureFlagBits.DEPTH_STENCIL_ATTACHMENT, VkImageUsageFlagBits.DEPTH_STENCIL_ATTACHMENT]
    : [VkFormatFeatureFlagBits.COLOR_ATTACHMENT, VkImageUsageFlagBits.COLOR_ATTACHMENT];
  const format = VkFormat[name];
  const features = device.physicalDevice.getPhysicalDeviceFormatProperties(format);
  const has =
    tiling === VkImageTiling.OPTIMAL ? features.optimalTilingFeatures : features.linearTilingFeatures;
  if ((has & feature) === 0) return 0;
  const image = device.createImage({
    imageType: VkImageType._2D,
    format,
    extent: { width: 8, height: 8, depth: 1 },
    mipLevels: 1,
    arrayLayers: 1,
    samples: VkSampleCountFlagBits._1,
    tiling,
    usage,
    sharingMode: VkSharingMode.EXCLUSIVE,
    initialLayout: VkImageLayout.UNDEFINED,
  });
  const { memoryTypeBits } = device.getImageMemoryRequirements(image);
  device.destroyImage(image);
  return memoryTypeBits;
}

function bufferBits(device: Device): number {
  const usage = VkBufferUsageFlagBits.TRANSFER_SRC | VkBufferUsageFlagBits.TRANSFER_DST;
  const buffer = device.createBuffer({ size: 256, usage, sharingMode: VkSharingMode.EXCLUSIVE });
  const { memoryTypeBits } = device.getBufferMemoryRequirements(buffer);
  device.destroyBuffer(buffer);
  return memoryTypeBits;
}

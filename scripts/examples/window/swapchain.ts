// A swapchain with a depth buffer, of the size that its surface has; made anew when that changes.
import { allocateFor } from '../../../src/helpers/index.ts';
import {
  type Device,
  VkCompositeAlphaFlagBitsKHR,
  type VkDeviceMemory,
  type VkExtent2D,
  VkFormat,
  type VkImage,
  VkImageAspectFlagBits,
  VkImageTiling,
  VkImageType,
  VkImageUsageFlagBits,
  type VkImageView,
  VkImageViewType,
  VkMemoryPropertyFlagBits,
  VkPresentModeKHR,
  VkSampleCountFlagBits,
  type VkSemaphore,
  VkSharingMode,
  type VkSurfaceKHR,
  type VkSwapchainKHR,
} from '../../../src/index.ts';
import type { Size } from './window.ts';

export const DEPTH_FORMAT = VkFormat.D32_SFLOAT;

/** An image to draw into, and what says that it was drawn. */
export interface FrameTarget {
  readonly image: VkImage;
  readonly view: VkImageView;
  readonly drawn: VkSemaphore;
}

export interface Swapchain {
  readonly swapchain: VkSwapchainKHR;
  readonly extent: Required<VkExtent2D>;
  readonly targets: readonly FrameTarget[];
  readonly depthImage: VkImage;
  readonly depthView: VkImageView;
  readonly depthMemory: VkDeviceMemory;
}

/** The surface's format to draw in, eight bits a channel. */
export function chooseFormat(device: Device, surface: VkSurfaceKHR) {
  const formats = device.physicalDevice.getPhysicalDeviceSurfaceFormatsKHR(surface);
  const wanted: VkFormat[] = [VkFormat.B8G8R8A8_UNORM, VkFormat.R8G8B8A8_UNORM];
  return formats.find(({ format }) => wanted.includes(format)) ?? formats[0];
}

/** Undefined while the window has no size. The one before must be idle, and is destroyed in any case. */
export function createSwapchain(
  device: Device,
  surface: VkSurfaceKHR,
  size: Size,
  before?: Swapchain,
): Swapchain | undefined {
  const gpu = device.physicalDevice;
  const able = gpu.getPhysicalDeviceSurfaceCapabilitiesKHR(surface);
  // A surface that follows its swapchain says 0xffffffff; every other knows its size.
  const isFree = able.currentExtent.width === 0xffff_ffff;
  const extent = isFree ? { ...size } : able.currentExtent;
  if (extent.width === 0 || extent.height === 0) {
    if (before !== undefined) destroySwapchain(device, before);
    return undefined;
  }
  const { format, colorSpace } = chooseFormat(device, surface);
  const minImageCount = Math.min(able.minImageCount + 1, able.maxImageCount || Number.POSITIVE_INFINITY);
  const swapchain = device.createSwapchainKHR({
    surface,
    minImageCount,
    imageFormat: format,
    imageColorSpace: colorSpace,
    imageExtent: extent,
    imageArrayLayers: 1,
    imageUsage: VkImageUsageFlagBits.COLOR_ATTACHMENT,
    imageSharingMode: VkSharingMode.EXCLUSIVE,
    preTransform: able.currentTransform,
    compositeAlpha: VkCompositeAlphaFlagBitsKHR.OPAQUE,
    presentMode: VkPresentModeKHR.FIFO,
    clipped: true,
    oldSwapchain: before?.swapchain,
  });
  if (before !== undefined) destroySwapchain(device, before);
  const view = (image: VkImage, format: VkFormat, aspectMask: number) =>
    device.createImageView({
      image,
      viewType: VkImageViewType._2D,
      format,
      subresourceRange: { aspectMask, levelCount: 1, layerCount: 1 },
    });
  const targets = device.getSwapchainImagesKHR(swapchain).map(image => ({
    image,
    view: view(image, format, VkImageAspectFlagBits.COLOR),
    drawn: device.createSemaphore({}),
  }));
  const depthImage = device.createImage({
    imageType: VkImageType._2D,
    format: DEPTH_FORMAT,
    extent: { ...extent, depth: 1 },
    mipLevels: 1,
    arrayLayers: 1,
    samples: VkSampleCountFlagBits._1,
    tiling: VkImageTiling.OPTIMAL,
    usage: VkImageUsageFlagBits.DEPTH_STENCIL_ATTACHMENT,
  });
  const required = VkMemoryPropertyFlagBits.DEVICE_LOCAL;
  const { memory: depthMemory } = allocateFor(device, { image: depthImage }, { required });
  const depthView = view(depthImage, DEPTH_FORMAT, VkImageAspectFlagBits.DEPTH);
  return { swapchain, extent, targets, depthImage, depthView, depthMemory };
}

/** Destroys what no frame uses any more. */
export function destroySwapchain(device: Device, { swapchain, targets, ...depth }: Swapchain): void {
  device.destroyImageView(depth.depthView);
  device.destroyImage(depth.depthImage);
  device.freeMemory(depth.depthMemory);
  for (const { view, drawn } of targets) {
    device.destroyImageView(view);
    device.destroySemaphore(drawn);
  }
  device.destroySwapchainKHR(swapchain);
}

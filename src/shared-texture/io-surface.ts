// Imports an IOSurface of macOS as a VkImage; written from the specification and MoltenVK's sources, and never run on a Mac.
import type { VkFormat } from '../../ffi/rows/enums.ts';
import { VkImageLayout, VkImageTiling, VkStructureType } from '../../ffi/rows/enums.ts';
import type { VkDeviceMemory, VkExtent2D, VkImage } from '../../ffi/types/structs.ts';
import { isEightBytes, isUint8Array, sizeOf } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { requireCommand } from '../external/available.ts';
import { image2D } from '../external/image-2d.ts';
import { checkLimits } from '../external/image-limits.ts';
import { FACT_NAMES, type SharedTextureFacts } from '../external/shared-texture-of.ts';
import { Undo } from '../external/undo.ts';
import { checkClass } from '../handles/object.ts';
import { allocateFor } from '../helpers/allocation.ts';
import { checkCount, checkExtent, checkOptions } from '../native/options.ts';
import { UINT64_MAX, uint64OfBytes } from '../native/uint64.ts';
import type { Device } from '../objects/device.ts';

/** The IOSurface to import, and what it holds. */
export interface ImportIOSurfaceOptions extends Partial<SharedTextureFacts> {
  /** The 8 bytes of the IOSurfaceRef, as in Electron's textureInfo, or its value: an address in this process. */
  readonly ioSurface: Uint8Array | bigint;
  /** The surface's format. */
  readonly format: VkFormat;
  /** The surface's size in pixels. */
  readonly extent: Required<VkExtent2D>;
  /** VkImageUsageFlagBits: how Vulkan will use it. */
  readonly usage: number;
}

/** An image over an IOSurface. */
export interface ImportedIOSurface {
  /** The image. Its first barrier is from the layout PREINITIALIZED, which keeps the surface's pixels. */
  readonly image: VkImage;
  /** The memory that the specification requires it to be bound to; the pixels are in the surface. */
  readonly memory: VkDeviceMemory;
  /** Destroys the image and frees the memory, but not the IOSurface. The device must have finished using them. */
  [Symbol.dispose](): void;
}

const PATH = 'importIOSurface';

/**
 * Imports an IOSurface as a VkImage (VkImportMetalIOSurfaceInfoEXT). The extension, the 8 bytes, format and extent are
 * checked; whether the address is an IOSurface cannot be. It has never run on a Mac.
 * @param device with VK_EXT_metal_objects enabled, which MoltenVK offers
 * @param options the surface, which the image holds a reference to, and what it holds
 * @returns the image with its memory, which the caller disposes of
 * @throws NotAvailableError with what to enable; TypeError, RangeError and ValidUsageError with the option's path;
 * VulkanError. Whatever it throws, nothing is left behind
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkImportMetalIOSurfaceInfoEXT.html
 *
 * @example
 * using texture = importIOSurface(device, {
 *   ioSurface: textureInfo.handle.ioSurface!,
 *   format: VkFormat.B8G8R8A8_UNORM,
 *   extent: { width: 640, height: 480 },
 *   usage: VkImageUsageFlagBits.SAMPLED,
 * });
 */
export const importIOSurface = userCall(function importIOSurface(
  device: Device,
  options: ImportIOSurfaceOptions,
): ImportedIOSurface {
  checkClass('importIOSurface.device', device, 'VkDevice');
  const given = checkOptions(PATH, options, ['ioSurface', 'format', 'extent', 'usage', ...FACT_NAMES]);
  const { format, usage } = given;
  const ioSurface = addressOf(given.ioSurface);
  checkCount(`${PATH}.format`, format);
  const extent = checkExtent(`${PATH}.extent`, given.extent);
  checkCount(`${PATH}.usage`, usage);
  // A struct has no address whose absence would show, so the extension's one command is asked for.
  requireCommand(device, 'vkExportMetalObjectsEXT');
  const { physicalDevice } = device;
  const image = {
    ...image2D(format, extent),
    tiling: VkImageTiling.OPTIMAL,
    usage,
    // An image without external memory keeps its contents only from this layout.
    initialLayout: VkImageLayout.PREINITIALIZED,
    pNext: [{ sType: VkStructureType.IMPORT_METAL_IO_SURFACE_INFO_EXT, ioSurface }],
  } as const;
  const limits = physicalDevice.getPhysicalDeviceImageFormatProperties(
    format,
    image.imageType,
    image.tiling,
    usage,
    0,
  );
  checkLimits(PATH, image, limits);
  const undo = new Undo(device);
  try {
    const made = undo.add('VkImage', device.createImage(image), i => device.destroyImage(i));
    const { memory } = allocateFor(device, { image: made });
    undo.add('VkDeviceMemory', memory, m => device.freeMemory(m));
    return { image: made, memory, [Symbol.dispose]: () => undo.run() };
  } catch (error) {
    undo.run();
    throw error;
  }
});

function addressOf(value: unknown): bigint {
  const path = `${PATH}.ioSurface`;
  const isBytes = isUint8Array(value);
  if (!isBytes && typeof value !== 'bigint')
    throw ours(
      new TypeError(`${path}: expected the 8 bytes of an IOSurfaceRef, or a bigint, got ${describe(value)}`),
    );
  if (isBytes && !isEightBytes(value))
    throw ours(new RangeError(`${path}: expected the 8 bytes of an IOSurfaceRef, got ${sizeOf(value)}`));
  const address = isBytes ? uint64OfBytes(value) : value;
  if (address === 0n) throw ours(new RangeError(`${path}: it is NULL`));
  if (address < 0n || address > UINT64_MAX)
    throw ours(new RangeError(`${path}: expected an address of 64 bits, got ${describe(address)}`));
  return address;
}

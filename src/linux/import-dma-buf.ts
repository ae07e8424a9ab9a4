// Imports a frame that lies in dma-bufs as an image, or as buffers where no image is laid out like it.
import type { VkImage } from '../../ffi/types/structs.ts';
import { ValidUsageError } from '../errors/errors.ts';
import { userCall } from '../errors/user-call.ts';
import { requireExtensions, requireImports } from '../external/available.ts';
import { NotImportableError } from '../external/errors.ts';
import { Undo } from '../external/undo.ts';
import type { Device } from '../objects/device.ts';
import { memoize } from '../registry/memoize.ts';
import { drmNodesOf, hasNode, nodeOf } from './drm-node.ts';
import { PATH, PlaneLayoutError, WrongGpuError } from './errors.ts';
import { checkFrame, type DmaBufFrame, type Frame, linearPlanes } from './frame.ts';
import type { DmaBufMemory } from './import-fd.ts';
import { type DmaBufCopy, importBuffers, importLinearImage } from './import-linear.ts';
import { type BoundImage, checkModified, importModified } from './import-modified.ts';
import { DRM_FORMAT_MOD_LINEAR, hex, MODIFIERS, modifiersOf } from './modifiers.ts';

interface Imported {
  /** What was imported, one entry an import. */
  readonly memories: readonly DmaBufMemory[];
  /** What was odd on the way, one sentence each. */
  readonly warnings: readonly string[];
  /**
   * Destroys the image or buffers and frees the memory, as far as that was not done already; the file descriptors stay
   * the caller's. The device must be done with them.
   */
  [Symbol.dispose](): void;
}

/** A frame that is an image. */
export interface DmaBufImage extends Imported {
  /** It is an image. */
  readonly kind: 'image';
  /** Bound to the frame's memory. */
  readonly image: VkImage;
}

/** A linear frame that no image of this driver is laid out like: it is copied to and from an image of the caller's. */
export interface DmaBufBuffer extends Imported {
  /** It is buffers. */
  readonly kind: 'buffer';
  /** One entry a dma-buf. */
  readonly copies: readonly DmaBufCopy[];
}

const EXTENSIONS = ['VK_KHR_external_memory_fd', 'VK_EXT_external_memory_dma_buf'];

/**
 * Imports a frame that lies in dma-bufs: from V4L2, PipeWire, GStreamer, Wayland, GBM or Electron.
 *
 * With VK_EXT_image_drm_format_modifier enabled it becomes an image of any modifier that the driver has, with the frame's
 * strides and offsets. A linear frame (modifier 0n) becomes an image also without the extension where the driver lays
 * images out so; where it does not, a buffer over the same memory comes back, with the regions to copy. `kind` says which.
 * @param device with VK_KHR_external_memory_fd, VK_EXT_external_memory_dma_buf and, for the barriers of
 * acquireFromForeign and releaseToForeign, VK_EXT_queue_family_foreign enabled
 * @param frame its planes, modifier, format and extent, and VkImageUsageFlagBits of what Vulkan is to do with it
 * @returns an image, or buffers, bound to the frame's memory; the caller disposes of it. The file descriptors stay the
 * caller's, and may be closed right away
 * @throws NotAvailableError (extension missing), InvalidFdError, ModifierError, PlaneLayoutError, WrongGpuError,
 * NotImportableError, NoMemoryTypeError, ImportFailedError, ValidUsageError; whatever it throws, nothing stays behind
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkImageDrmFormatModifierExplicitCreateInfoEXT.html
 *
 * @example
 * using frame = importDmaBuf(device, {
 *   planes: [{ fd, stride: 7680, offset: 0 }],
 *   modifier: DRM_FORMAT_MOD_LINEAR,
 *   format: VkFormat.B8G8R8A8_UNORM,
 *   extent: { width: 1920, height: 1080 },
 *   usage: VkImageUsageFlagBits.TRANSFER_SRC,
 * });
 * if (frame.kind === 'image') console.log(frame.image);
 * else console.log(frame.copies);
 */
export const importDmaBuf = userCall(function importDmaBuf(
  device: Device,
  frame: DmaBufFrame,
): DmaBufImage | DmaBufBuffer {
  requireExtensions(device, EXTENSIONS, PATH);
  requireImports(device, PATH);
  const checked = checkFrame(frame);
  checkGpu(device, checked);
  const undo = new Undo(device);
  try {
    return checked.modifier === DRM_FORMAT_MOD_LINEAR
      ? importLinear(device, checked, undo)
      : ofImage(importOther(device, checked, undo), undo);
  } catch (error) {
    undo.run();
    throw error;
  }
});

const nodesOf = memoize(drmNodesOf, new WeakMap());

function checkGpu({ physicalDevice }: Device, { drmNode }: Frame): void {
  if (drmNode === undefined) return;
  const node = nodeOf(drmNode, `${PATH}.drmNode`);
  const nodes = nodesOf(physicalDevice);
  const isKnown = nodes.primary !== undefined || nodes.render !== undefined;
  if (isKnown && !hasNode(nodes, node))
    throw new WrongGpuError(physicalDevice.getPhysicalDeviceProperties().deviceName, nodes, node);
}

function importOther(device: Device, frame: Frame, undo: Undo): BoundImage {
  requireExtensions(device, [MODIFIERS], `${PATH} of modifier ${hex(frame.modifier)}`);
  const modified = checkModified(device.physicalDevice, frame);
  return importModified(device, frame, modified, undo);
}

/** By its strides if the driver takes them, else as the driver lays linear images out, else as buffers. */
function importLinear(device: Device, frame: Frame, undo: Undo): DmaBufImage | DmaBufBuffer {
  const planes = linearPlanes(frame);
  const image = importListed(device, frame, undo) ?? importLinearImage(device, frame, planes, undo);
  if (image !== undefined) return ofImage(image, undo);
  const { copies, memories } = importBuffers(device, planes, undo);
  return { kind: 'buffer', copies, ...ofMemories(memories, undo) };
}

/** A linear frame where the driver lists linear among the modifiers and takes the layout. */
function importListed(device: Device, frame: Frame, undo: Undo): BoundImage | undefined {
  const isListed =
    device.enabledExtensions.has(MODIFIERS) &&
    modifiersOf(device.physicalDevice, frame.format).some(
      ({ modifier }) => modifier === DRM_FORMAT_MOD_LINEAR,
    );
  if (!isListed) return undefined;
  try {
    const modified = checkModified(device.physicalDevice, frame);
    return importModified(device, frame, modified, undo);
  } catch (error) {
    const isOfLayout =
      error instanceof PlaneLayoutError ||
      error instanceof NotImportableError ||
      error instanceof ValidUsageError;
    if (!isOfLayout) throw error;
    undo.run();
    return undefined;
  }
}

const ofImage = ({ image, memories }: BoundImage, undo: Undo): DmaBufImage => ({
  kind: 'image',
  image,
  ...ofMemories(memories, undo),
});

const ofMemories = (memories: readonly DmaBufMemory[], undo: Undo): Imported => ({
  memories,
  warnings: memories.flatMap(({ warnings }) => warnings),
  [Symbol.dispose]: () => undo.run(),
});

// Imports a frame that lies in dma-bufs as an image, or as buffers if the driver has no image of its layout.
import type { VkImage } from '../../ffi/types/structs.ts';
import { ValidUsageError } from '../errors/errors.ts';
import { userCall } from '../errors/user-call.ts';
import { requireExtensions, requireImportCommands } from '../external/available.ts';
import { NotImportableError } from '../external/errors.ts';
import { Undo } from '../external/undo.ts';
import { checkClass } from '../handles/object.ts';
import type { Device } from '../objects/device.ts';
import { memoize } from '../registry/memoize.ts';
import { checkNode, drmNodesOf, hasNode } from './drm-node.ts';
import { PATH, PlaneLayoutError, WrongGpuError } from './errors.ts';
import { checkFrame, type DmaBufFrame, type Frame, linearPlanes } from './frame.ts';
import type { DmaBufMemory } from './import-fd.ts';
import { type DmaBufCopy, importBuffers, importLinearImage } from './import-linear.ts';
import { type BoundImage, checkModified, importModified } from './import-modified.ts';
import { DRM_FORMAT_MOD_LINEAR, formatModifier, MODIFIERS, modifiersOf } from './modifiers.ts';
import { DMA_BUF_EXTENSIONS } from './query.ts';

interface Imported {
  /** The imported memory, one entry for each import. */
  readonly memories: readonly DmaBufMemory[];
  /** What was unusual about the import, one sentence each. */
  readonly warnings: readonly string[];
  /**
   * Destroys the image or buffers and frees the memory, unless the caller has done so already; the file descriptors stay
   * open. The device must have finished using them.
   */
  [Symbol.dispose](): void;
}

/** A frame as an image. */
export interface DmaBufImage extends Imported {
  /** Tells it from a frame as buffers. */
  readonly kind: 'image';
  /** The image, bound to the frame's memory. */
  readonly image: VkImage;
}

/** A linear frame as buffers, to be copied to or from an image of the caller's: the driver has no image of its layout. */
export interface DmaBufBuffer extends Imported {
  /** Tells it from a frame as an image. */
  readonly kind: 'buffer';
  /** Buffer and regions, one entry for each dma-buf. */
  readonly copies: readonly DmaBufCopy[];
}

/**
 * Imports a frame that lies in dma-bufs: from V4L2, PipeWire, GStreamer, Wayland, GBM or Electron.
 *
 * With VK_EXT_image_drm_format_modifier enabled it becomes an image with the frame's modifier, strides and offsets. A
 * linear frame (modifier 0n) also becomes an image without the extension, if the driver lays images out like it;
 * otherwise it becomes buffers over the same memory, with the regions to copy. `kind` tells which.
 * @param device with VK_KHR_external_memory_fd, VK_EXT_external_memory_dma_buf and, for the barriers of
 * acquireFromForeign and releaseToForeign, VK_EXT_queue_family_foreign enabled
 * @param frame its planes, modifier, format and extent, and how Vulkan will use it (VkImageUsageFlagBits)
 * @returns an image or buffers, bound to the frame's memory; the caller disposes of it, and may close the file
 * descriptors right away
 * @throws NotAvailableError (extension missing), InvalidFdError, ModifierError, PlaneLayoutError, WrongGpuError,
 * NotImportableError, NoMemoryTypeError, ImportFailedError, ValidUsageError; whatever it throws, nothing is left behind
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
  checkClass('importDmaBuf.device', device, 'VkDevice');
  requireExtensions(device, DMA_BUF_EXTENSIONS, PATH);
  requireImportCommands(device, PATH);
  const checked = checkFrame(frame);
  checkGpu(device, checked);
  const undo = new Undo(device);
  try {
    return checked.modifier === DRM_FORMAT_MOD_LINEAR
      ? importLinear(device, checked, undo)
      : toImage(importTiled(device, checked, undo), undo);
  } catch (error) {
    undo.run();
    throw error;
  }
});

const nodesOf = memoize(drmNodesOf, new WeakMap());

function checkGpu({ physicalDevice }: Device, { drmNode }: Frame): void {
  if (drmNode === undefined) return;
  const node = checkNode(`${PATH}.drmNode`, drmNode);
  const nodes = nodesOf(physicalDevice);
  const isKnown = nodes.primary !== undefined || nodes.render !== undefined;
  if (isKnown && !hasNode(nodes, node))
    throw new WrongGpuError(physicalDevice.getPhysicalDeviceProperties().deviceName, nodes, node);
}

function importTiled(device: Device, frame: Frame, undo: Undo): BoundImage {
  requireExtensions(device, [MODIFIERS], `${PATH} of modifier ${formatModifier(frame.modifier)}`);
  const modified = checkModified(device.physicalDevice, frame);
  return importModified(device, frame, modified, undo);
}

/** With its own strides if the driver takes them, else as an image of linear tiling, else as buffers. */
function importLinear(device: Device, frame: Frame, undo: Undo): DmaBufImage | DmaBufBuffer {
  const planes = linearPlanes(frame);
  const image = importAsModifier(device, frame, undo) ?? importLinearImage(device, frame, planes, undo);
  if (image !== undefined) return toImage(image, undo);
  const { copies, memories } = importBuffers(device, planes, undo);
  return { kind: 'buffer', copies, ...toImported(memories, undo) };
}

/** A linear frame, if the driver lists linear among its modifiers and takes the layout. */
function importAsModifier(device: Device, frame: Frame, undo: Undo): BoundImage | undefined {
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
    const isLayoutRefused =
      error instanceof PlaneLayoutError ||
      error instanceof NotImportableError ||
      error instanceof ValidUsageError;
    if (!isLayoutRefused) throw error;
    undo.run();
    return undefined;
  }
}

const toImage = ({ image, memories }: BoundImage, undo: Undo): DmaBufImage => ({
  kind: 'image',
  image,
  ...toImported(memories, undo),
});

const toImported = (memories: readonly DmaBufMemory[], undo: Undo): Imported => ({
  memories,
  warnings: memories.flatMap(({ warnings }) => warnings),
  [Symbol.dispose]: () => undo.run(),
});

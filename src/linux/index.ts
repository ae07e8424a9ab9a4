// koffi-vulkan/linux: frames in dma-bufs as Vulkan images. No library is loaded before a call needs it.
//
//   import { DRM_FORMAT_MOD_LINEAR, importDmaBuf } from 'koffi-vulkan/linux';
//
//   using frame = importDmaBuf(device, {
//     planes: [{ fd, stride: 7680, offset: 0 }],
//     modifier: DRM_FORMAT_MOD_LINEAR,
//     format: VkFormat.B8G8R8A8_UNORM,
//     extent: { width: 1920, height: 1080 },
//     usage: VkImageUsageFlagBits.TRANSFER_SRC,
//   });

export type { ExternalImageUse, ExternalUse } from '../external/barriers.ts';
export {
  ImportFailedError,
  type MemoryTypeMasks,
  NoMemoryTypeError,
  NotImportableError,
} from '../external/errors.ts';
export {
  acquireBufferFromForeign,
  acquireFromForeign,
  releaseBufferToForeign,
  releaseToForeign,
} from './barriers.ts';
export { canImport, type DmaBufKind, type DmaBufSupport } from './can-import.ts';
export { type DrmNode, type DrmNodes, drmNodesOf, findPhysicalDeviceByDrmNode } from './drm-node.ts';
export { InvalidFdError, ModifierError, PlaneLayoutError, WrongGpuError } from './errors.ts';
export type { DmaBufFrame, DmaBufPlane } from './frame.ts';
export { importImplicitSync } from './implicit-sync.ts';
export { type DmaBufBuffer, type DmaBufImage, importDmaBuf } from './import-dma-buf.ts';
export type { DmaBufMemory } from './import-fd.ts';
export type { DmaBufCopy } from './import-linear.ts';
export {
  DRM_FORMAT_MOD_INVALID,
  DRM_FORMAT_MOD_LINEAR,
  type FormatModifier,
  modifiersOf,
} from './modifiers.ts';
export { type FdMemoryTypes, queryMemoryTypes } from './query.ts';

// koffi-vulkan/win32: textures, heaps and fences that Windows APIs share. No library is loaded before a call needs it.
//
//   import { importTextureWin32 } from 'koffi-vulkan/win32';
//
//   using texture = importTextureWin32(device, {
//     handle: ntHandle,
//     handleType: VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE,
//     format: VkFormat.B8G8R8A8_UNORM,
//     extent: { width: 1280, height: 720 },
//     usage: VkImageUsageFlagBits.TRANSFER_SRC,
//   });

export { WindowsOnlyError } from '../errors/errors.ts';
export type { ExternalImageUse, ExternalUse } from '../external/barriers.ts';
export {
  ImportFailedError,
  type MemoryTypeMasks,
  NoMemoryTypeError,
  NotImportableError,
} from '../external/errors.ts';
export type { ImportSupport, ResourceCreateInfo } from '../external/import-support.ts';
export {
  type SharedTexture,
  type SharedTextureFacts,
  sharedTextureOf,
} from '../external/shared-texture-of.ts';
export type { TextureInfo } from '../external/texture-info.ts';
export {
  acquireBufferFromExternal,
  acquireFromExternal,
  releaseBufferToExternal,
  releaseToExternal,
} from './barriers.ts';
export { canImport, importableHandleTypes } from './can-import.ts';
export { importD3DFence } from './d3d-fence.ts';
export { InvalidHandleError, WrongAdapterError } from './errors.ts';
export { type Handle, type HandleSource, handleOf } from './handle.ts';
export { importMemoryWin32 } from './import-memory.ts';
export type { HandleOrName, ImportMemoryOptions, ImportOptions } from './import-options.ts';
export { type ImportedTexture, type ImportTextureOptions, importTextureWin32 } from './import-texture.ts';
export { ImportedMemory } from './imported-memory.ts';
export {
  type KeyedMutexAcquire,
  type KeyedMutexes,
  type KeyedMutexUse,
  keyedMutexInfo,
  submitWithKeyedMutex,
} from './keyed-mutex.ts';
export { findPhysicalDeviceByLuid, formatLuid, type Luid, luidOf } from './luid.ts';
export { type HandleMemoryTypes, queryMemoryTypes } from './query.ts';
export {
  closeHandle,
  type DuplicateOptions,
  duplicateHandle,
  getHandleInformation,
  type HandleInformation,
} from './system.ts';
export { WindowsError } from './windows-error.ts';
export { wineVersion } from './wine.ts';

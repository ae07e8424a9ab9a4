// Imports a two-dimensional D3D texture as a VkImage.
import type { VkFormat } from '../../ffi/rows/enums.ts';
import { VkImageTiling, VkStructureType } from '../../ffi/rows/enums.ts';
import type { VkExtent2D, VkImage } from '../../ffi/types/structs.ts';
import { userCall } from '../errors/user-call.ts';
import { image2D } from '../external/image-2d.ts';
import { FACT_NAMES, type SharedTextureFacts } from '../external/shared-texture-of.ts';
import { checkClass } from '../handles/object.ts';
import { checkOptions } from '../native/options.ts';
import type { Device } from '../objects/device.ts';
import { importMemory } from './import-memory.ts';
import { IMPORT_OPTIONS, type ImportOptions } from './import-options.ts';
import type { ImportedMemory } from './imported-memory.ts';

/** The memory to import, and the texture that it holds. */
export type ImportTextureOptions = ImportOptions &
  Partial<SharedTextureFacts> & {
    /** The texture's format. */
    readonly format: VkFormat;
    /** The texture's size in pixels. */
    readonly extent: Required<VkExtent2D>;
    /** VkImageUsageFlagBits: how Vulkan uses it. */
    readonly usage: number;
    /** The texture's number of mip levels, by default 1. */
    readonly mipLevels?: number;
    /** The texture's array size, by default 1. */
    readonly arrayLayers?: number;
  };

const PATHS = { options: 'importTextureWin32', image: 'importTextureWin32' };
const EXTENT = ['width', 'height'] as const;
const OPTIONS = [
  ...IMPORT_OPTIONS,
  ...(['format', 'extent', 'usage', 'mipLevels', 'arrayLayers'] as const),
  ...FACT_NAMES,
];

/** An imported texture. */
export type ImportedTexture = ImportedMemory & { readonly image: VkImage };

/**
 * Imports a D3D11 or D3D12 texture as a VkImage: importMemoryWin32 with the image that fits such a texture.
 * Put the barrier of acquireFromExternal before each use of the image, and that of releaseToExternal after it.
 * @param device with VK_KHR_external_memory_win32 enabled
 * @param options the handle, its type, and the texture; sharedTextureOf returns them for Electron's textureInfo
 * @returns the image with its memory, which the caller disposes of
 * @throws what importMemoryWin32 throws
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkExternalMemoryImageCreateInfo.html
 *
 * @example
 * using texture = importTextureWin32(device, {
 *   handleType: VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE,
 *   handle: ntHandle,
 *   format: VkFormat.R8G8B8A8_UNORM,
 *   extent: { width: 256, height: 256 },
 *   usage: VkImageUsageFlagBits.SAMPLED,
 * });
 */
export const importTextureWin32 = userCall(function importTextureWin32(
  device: Device,
  options: ImportTextureOptions,
): ImportedTexture {
  checkClass('importTextureWin32.device', device, 'VkDevice');
  const given = checkOptions(PATHS.options, options, OPTIONS);
  const { format, usage, mipLevels = 1, arrayLayers = 1, handleType: handleTypes } = given;
  const extent = checkOptions(`${PATHS.image}.extent`, given.extent, EXTENT);
  const image = {
    ...image2D(format, extent),
    mipLevels,
    arrayLayers,
    tiling: VkImageTiling.OPTIMAL,
    usage,
    pNext: [{ sType: VkStructureType.EXTERNAL_MEMORY_IMAGE_CREATE_INFO, handleTypes }],
  } as const;
  return importMemory(device, given, { image }, PATHS) as ImportedTexture;
});

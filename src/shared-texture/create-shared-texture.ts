// Creates a texture that Vulkan renders into and Electron shows: by Direct3D 11 on Windows, as a dma-buf on Linux.
import { QUEUE_FAMILY_EXTERNAL } from '../../ffi/rows/constants.ts';
import { VkImageLayout } from '../../ffi/rows/enums.ts';
import type { VkImage } from '../../ffi/types/structs.ts';
import { createD3D11Device } from '../d3d/d3d11.ts';
import { NotAvailableError } from '../errors/errors.ts';
import { userCall } from '../errors/user-call.ts';
import { Undo } from '../external/undo.ts';
import { checkClass } from '../handles/object.ts';
import { checkCount, checkExtent, checkOptions } from '../native/options.ts';
import type { Device } from '../objects/device.ts';
import { importTextureWin32 } from '../win32/import-texture.ts';
import { luidOf } from '../win32/luid.ts';
import { createDmaBufTexture, type SharedTextureOptions } from './dma-buf-texture.ts';
import { commandsFor, foreignFamily, type SharedCommands } from './shared-image.ts';
import { pixelFormatOf, type SharedHandle, type SharedPlanes } from './texture-info-of.ts';

/** A texture to render into. */
export interface CreatedSharedTexture extends SharedCommands {
  /** The image, bound to the texture's memory. */
  readonly image: VkImage;
  /** The texture as options of importTextureWin32 or importDmaBuf; textureInfoOf turns it into Electron's textureInfo. */
  readonly shared: SharedHandle | SharedPlanes;
  /** Destroys the image, frees the memory and closes the handle; duplicates of the handle stay valid. */
  [Symbol.dispose](): void;
}

const PATH = 'createSharedTexture';

/**
 * Creates a texture that Vulkan renders into and Electron, or another process, shows. On Windows it is a Direct3D 11
 * texture, created on a D3D device of its own on the same adapter; on Linux it is memory that Vulkan exports as a dma-buf,
 * linear, or with a modifier that the driver chooses if VK_EXT_image_drm_format_modifier is enabled.
 * @param device with the extensions of sharedTextureWishes
 * @param options format, extent, usage
 * @returns the image, whose contents are undefined after its first acquire; the caller disposes of it, for Electron in
 * `allReferencesReleased`
 * @throws RangeError for a format that Electron does not take, NotAvailableError with what to enable, NotExportableError,
 * ComError, and what importTextureWin32 throws; whatever it throws, nothing is left behind
 * @see https://www.electronjs.org/docs/latest/api/shared-texture
 *
 * @example
 * using texture = createSharedTexture(device, {
 *   format: VkFormat.B8G8R8A8_UNORM,
 *   extent: { width: 640, height: 480 },
 *   usage: VkImageUsageFlagBits.COLOR_ATTACHMENT,
 * });
 */
export const createSharedTexture = userCall(function createSharedTexture(
  device: Device,
  options: SharedTextureOptions,
): CreatedSharedTexture {
  checkClass('createSharedTexture.device', device, 'VkDevice');
  const { format, extent: size, usage } = checkOptions(PATH, options, ['format', 'extent', 'usage']);
  const given = { format, extent: checkExtent(`${PATH}.extent`, size), usage };
  checkCount(`${PATH}.usage`, usage);
  pixelFormatOf(PATH, format);
  switch (process.platform) {
    case 'win32': {
      const texture = createOfDirect3D(device, given);
      return {
        ...texture,
        ...commandsFor({ kind: 'image', ...texture }, given, { family: QUEUE_FAMILY_EXTERNAL }),
      };
    }
    case 'linux': {
      const texture = createDmaBufTexture(device, given, PATH);
      const outside = { family: foreignFamily(device), firstLayout: VkImageLayout.UNDEFINED };
      return { ...texture, ...commandsFor({ kind: 'image', ...texture }, given, outside) };
    }
    default:
      throw new NotAvailableError(
        PATH,
        `it creates textures on Windows and Linux, and this is ${process.platform}`,
      );
  }
});

function createOfDirect3D(device: Device, { format, extent, usage }: SharedTextureOptions) {
  const adapterLuid = luidOf(device.physicalDevice);
  const undo = new Undo(device);
  const keep = <T extends Disposable>(made: T): T => {
    undo.push(() => made[Symbol.dispose]());
    return made;
  };
  try {
    const d3d = keep(createD3D11Device(adapterLuid === undefined ? {} : { adapterLuid }));
    const { shared } = keep(d3d.createSharedTexture({ format, extent }));
    const { image } = keep(importTextureWin32(device, { ...shared, usage }));
    return { image, shared, [Symbol.dispose]: () => undo.run() };
  } catch (error) {
    undo.run();
    throw error;
  }
}

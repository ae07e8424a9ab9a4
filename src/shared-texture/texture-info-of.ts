// A texture of ours in Electron's words: what its sharedTexture.importSharedTexture wants to be told.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import type { VkFormat } from '../../ffi/rows/enums.ts';
import type { VkExtent2D } from '../../ffi/types/structs.ts';
import { explain } from '../errors/explain.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { FORMATS } from '../external/shared-texture-of.ts';
import type { NativePixmapPlane } from '../external/texture-info.ts';
import { checkFd } from '../linux/fd.ts';
import { describe } from '../native/argument-error.ts';
import { checkCount, checkExtent, checkOptions, uint64Of } from '../native/options.ts';
import { checkHandle } from '../win32/check-handle.ts';
import type { HandleSource } from '../win32/handle.ts';

/** A texture of Direct3D 11 with an NT handle, as `D3D11Texture.shared` says it. */
export interface SharedHandle {
  /** The HANDLE; it stays the texture's. */
  readonly handle: HandleSource;
  /** D3D11_TEXTURE. */
  readonly handleType: HandleType;
  /** The pixel format. */
  readonly format: VkFormat;
  /** Pixels. */
  readonly extent: Required<VkExtent2D>;
}

/** Planes in a dma-buf, in the words of importDmaBuf. */
export interface SharedPlanes {
  /** Where each plane is; the file descriptors stay the texture's. */
  readonly planes: readonly NativePixmapPlane[];
  /** The DRM format modifier. */
  readonly modifier: bigint;
  /** The pixel format. */
  readonly format: VkFormat;
  /** Pixels. */
  readonly extent: Required<VkExtent2D>;
}

/** Buffer where Node's types are there, else the Uint8Array that it is. */
type Bytes = typeof globalThis extends { Buffer: { alloc(size: number): infer Made } } ? Made : Uint8Array;

/** Electron's SharedTextureImportTextureInfo, as much of it as a texture says by itself. */
export interface ImportTextureInfo {
  /** The pixel format. */
  pixelFormat: 'bgra' | 'rgba' | 'rgbaf16' | 'nv12';
  /** Pixels of the whole texture. */
  codedSize: { width: number; height: number };
  /** What stands for the texture. */
  handle:
    | {
        /** The 8 bytes of the HANDLE. */
        ntHandle: Bytes;
      }
    | {
        /** Planes, and the modifier in decimal digits. */
        nativePixmap: {
          planes: NativePixmapPlane[];
          modifier: string;
          supportsZeroCopyWebGpuImport: boolean;
        };
      };
}

const PATH = 'textureInfoOf.texture.shared';

/**
 * Says what a texture is that Electron is to show, in the words of its `sharedTexture.importSharedTexture`.
 * @param texture of createSharedTexture, or one of Direct3D 11 (createSharedTexture of koffi-vulkan/d3d) with an NT handle
 * @returns what goes in as `textureInfo`; `colorSpace`, `visibleRect` and `timestamp` may be added. Electron duplicates the
 * handle during that call; the texture must live until its `allReferencesReleased`
 * @throws RangeError for a format or a kind of handle that Electron does not take; InvalidHandleError or InvalidFdError for
 * one that is not open, as after the texture's end
 * @see https://www.electronjs.org/docs/latest/api/structures/shared-texture-import-texture-info
 *
 * @example
 * const format = VkFormat.B8G8R8A8_UNORM;
 * const made = createSharedTexture(device, { format, extent: { width: 640, height: 480 }, usage });
 * console.log(textureInfoOf(made)); // textureInfo of sharedTexture.importSharedTexture
 */
export const textureInfoOf = userCall(function textureInfoOf(texture: {
  readonly shared: SharedHandle | SharedPlanes;
}): ImportTextureInfo {
  const { shared } = texture ?? {};
  if (typeof shared !== 'object' || shared === null)
    throw ours(
      new TypeError(
        `textureInfoOf.texture: expected a texture of createSharedTexture or of Direct3D 11, got ${describe(texture)}`,
      ),
    );
  const { format, extent } = shared;
  checkExtent(`${PATH}.extent`, extent);
  const { width, height } = extent;
  return {
    pixelFormat: pixelFormatOf(format, PATH),
    codedSize: { width, height },
    handle: handleFor(shared),
  };
});

/** Throws RangeError for a format that Electron has no name for. */
export function pixelFormatOf(format: VkFormat, path: string): ImportTextureInfo['pixelFormat'] {
  const found = Object.entries(FORMATS).find(([, known]) => known === format);
  if (found === undefined) {
    const names = Object.values(FORMATS).map(known => explain('VkFormat', known));
    throw ours(
      new RangeError(
        `${path}.format: expected one of ${names.join(', ')}, got ${Number.isInteger(format) ? explain('VkFormat', format) : describe(format)}`,
      ),
    );
  }
  return found[0] as ImportTextureInfo['pixelFormat'];
}

function planeOf(plane: NativePixmapPlane, path: string): NativePixmapPlane {
  checkOptions(path, plane, ['fd', 'stride', 'offset', 'size']);
  const { fd, stride, offset, size } = plane;
  checkFd(`${path}.fd`, fd);
  checkCount(`${path}.stride`, stride);
  return {
    fd,
    stride,
    offset: Number(uint64Of(`${path}.offset`, offset, 0n)),
    size: Number(uint64Of(`${path}.size`, size, 1n)),
  };
}

function handleFor(shared: SharedHandle | SharedPlanes): ImportTextureInfo['handle'] {
  if ('planes' in shared) {
    if (!Array.isArray(shared.planes) || shared.planes.length === 0)
      throw ours(
        new TypeError(
          `${PATH}.planes: expected an array of at least one plane, got ${describe(shared.planes)}`,
        ),
      );
    const planes = Array.from(shared.planes, (plane, i) => planeOf(plane, `${PATH}.planes[${i}]`));
    const modifier = String(uint64Of(`${PATH}.modifier`, shared.modifier, 0n));
    // Chromium asks its own allocator that, and copies where it is false.
    return { nativePixmap: { planes, modifier, supportsZeroCopyWebGpuImport: false } };
  }
  if (shared.handleType !== HandleType.D3D11_TEXTURE)
    throw ours(
      new RangeError(
        `${PATH}.handleType: expected D3D11_TEXTURE, whose NT handles Electron takes, got ${explain('VkExternalMemoryHandleTypeFlagBits', shared.handleType)}`,
      ),
    );
  const ntHandle = Buffer.alloc(8);
  ntHandle.writeBigUInt64LE(checkHandle(shared.handle, 'NT', () => 'D3D11_TEXTURE').value);
  return { ntHandle };
}

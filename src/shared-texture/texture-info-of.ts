// Translates a texture into Electron's textureInfo, as its sharedTexture.importSharedTexture takes it.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import type { VkFormat } from '../../ffi/rows/enums.ts';
import type { VkExtent2D } from '../../ffi/types/structs.ts';
import { isArray, isRecord } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { explain, nameOrDescribe } from '../errors/explain.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { PIXEL_FORMATS } from '../external/shared-texture-of.ts';
import type { NativePixmapPlane } from '../external/texture-info.ts';
import { checkFd } from '../linux/fd.ts';
import { checkCount, checkExtent, checkOptions, copyAt, readMembers, uint64Of } from '../native/options.ts';
import { checkWin32Handle } from '../win32/check-handle.ts';
import type { HandleSource } from '../win32/handle.ts';

/** A Direct3D 11 texture with an NT handle, as in `D3D11Texture.shared`. */
export interface SharedHandle {
  /** The HANDLE, which belongs to the texture. */
  readonly handle: HandleSource;
  /** D3D11_TEXTURE. */
  readonly handleType: HandleType;
  /** The pixel format. */
  readonly format: VkFormat;
  /** Size in pixels. */
  readonly extent: Required<VkExtent2D>;
}

/** Planes in a dma-buf, as options of importDmaBuf. */
export interface SharedPlanes {
  /** Where each plane is; the file descriptors belong to the texture. */
  readonly planes: readonly NativePixmapPlane[];
  /** The DRM format modifier. */
  readonly modifier: bigint;
  /** The pixel format. */
  readonly format: VkFormat;
  /** Size in pixels. */
  readonly extent: Required<VkExtent2D>;
}

/** Buffer in a program with Node's types, else Uint8Array. */
type NodeBuffer = typeof globalThis extends { Buffer: { alloc(size: number): infer Made } }
  ? Made
  : Uint8Array;

/** Electron's SharedTextureImportTextureInfo, as far as a texture determines it. */
export interface ImportTextureInfo {
  /** The pixel format. */
  pixelFormat: 'bgra' | 'rgba' | 'rgbaf16' | 'nv12';
  /** Size of the whole texture in pixels. */
  codedSize: { width: number; height: number };
  /** The texture's handle. */
  handle:
    | {
        /** The 8 bytes of the HANDLE. */
        ntHandle: NodeBuffer;
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
 * Translates a texture that Electron is to show into the textureInfo of its `sharedTexture.importSharedTexture`.
 * @param texture from createSharedTexture, or a Direct3D 11 texture with an NT handle (createSharedTexture of
 * koffi-vulkan/d3d)
 * @returns the `textureInfo`, to which `colorSpace`, `visibleRect` and `timestamp` may be added. Electron duplicates the
 * handle during its call; the texture must live until `allReferencesReleased`
 * @throws RangeError for a format or a type of handle that Electron does not take; InvalidHandleError or InvalidFdError for
 * one that is not open, as after the texture was disposed of
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
  const { shared: given } = isRecord(texture)
    ? readMembers('textureInfoOf.texture', texture as { shared: SharedHandle | SharedPlanes }, ['shared'])
    : {};
  if (given === undefined || !isRecord(given))
    throw ours(
      new TypeError(
        `textureInfoOf.texture: expected a texture of createSharedTexture or of Direct3D 11, got ${describe(texture)}`,
      ),
    );
  const shared = copyAt(PATH, given);
  const { width, height } = checkExtent(`${PATH}.extent`, shared.extent);
  return {
    pixelFormat: pixelFormatOf(PATH, shared.format),
    codedSize: { width, height },
    handle: handleFor(shared),
  };
});

/** Throws RangeError for a format that Electron has no name for. */
export function pixelFormatOf(path: string, format: VkFormat): ImportTextureInfo['pixelFormat'] {
  const found = Object.entries(PIXEL_FORMATS).find(([, known]) => known === format);
  if (found === undefined) {
    const names = Object.values(PIXEL_FORMATS).map(known => explain('VkFormat', known));
    throw ours(
      new RangeError(
        `${path}.format: expected one of ${names.join(', ')}, got ${nameOrDescribe('VkFormat', format)}`,
      ),
    );
  }
  return found[0] as ImportTextureInfo['pixelFormat'];
}

function checkPlane(path: string, plane: NativePixmapPlane): NativePixmapPlane {
  const { fd, stride, offset, size } = checkOptions(path, plane, ['fd', 'stride', 'offset', 'size']);
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
    const given = isArray(shared.planes) ? copyAt(`${PATH}.planes`, shared.planes) : shared.planes;
    if (!isArray(given) || given.length === 0)
      throw ours(
        new TypeError(`${PATH}.planes: expected an array of at least one plane, got ${describe(given)}`),
      );
    const planes = given.map((plane, i) => checkPlane(`${PATH}.planes[${i}]`, plane));
    const modifier = String(uint64Of(`${PATH}.modifier`, shared.modifier, 0n));
    // Only Chromium's own allocator knows this; where it is false Chromium copies.
    return { nativePixmap: { planes, modifier, supportsZeroCopyWebGpuImport: false } };
  }
  if (shared.handleType !== HandleType.D3D11_TEXTURE)
    throw ours(
      new RangeError(
        `${PATH}.handleType: expected D3D11_TEXTURE, whose NT handles Electron takes, got ${nameOrDescribe('VkExternalMemoryHandleTypeFlagBits', shared.handleType)}`,
      ),
    );
  const ntHandle = Buffer.alloc(8);
  ntHandle.writeBigUInt64LE(
    checkWin32Handle(`${PATH}.handle`, shared.handle, 'NT', () => 'D3D11_TEXTURE').value,
  );
  return { ntHandle };
}

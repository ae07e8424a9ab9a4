// Translates Electron's textureInfo into Vulkan's terms: format, extent, colour, and the handle of each system.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import {
  VkSamplerYcbcrModelConversion as Model,
  VkSamplerYcbcrRange as Range,
  VkFormat,
} from '../../ffi/rows/enums.ts';
import type { VkExtent2D, VkRect2D } from '../../ffi/types/structs.ts';
import { isArray, isEightBytes, isRecord, isUint8Array, sizeOf } from '../errors/bytes.ts';
import { describe, memberName } from '../errors/describe.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { copyAt } from '../native/options.ts';
import { UINT64_MAX, uint64OfBytes } from '../native/uint64.ts';
import type { ColorSpace, ElectronTextureInfo, NativePixmapPlane } from './texture-info.ts';

/** How YCbCr is converted to RGB; spread it into VkSamplerYcbcrConversionCreateInfo. */
export interface Ycbcr {
  /** The matrix. */
  readonly ycbcrModel: Model;
  /** Full or narrow range. */
  readonly ycbcrRange: Range;
}

/** What sharedTextureOf returns beyond the options of an import; each import accepts and ignores it. */
export interface SharedTextureFacts {
  /** The part of the texture that is the picture. */
  readonly visible: VkRect2D;
  /** The colour space, in Electron's terms; undefined where Electron does not give one. */
  readonly colorSpace: ColorSpace | undefined;
  /** For an nv12 texture whose colour space is known: how it is converted to RGB. */
  readonly ycbcr: Ycbcr | undefined;
  /** Whether it has a keyed mutex, which each submit that uses the texture must then acquire and release. */
  readonly keyedMutex: boolean;
  /** The operating system that it comes from, as in process.platform. */
  readonly system: 'win32' | 'linux' | 'darwin';
}

/** Names of the members of SharedTextureFacts. */
export const FACT_NAMES = ['visible', 'colorSpace', 'ycbcr', 'keyedMutex', 'system'] as const;

/** What every shared texture has. */
interface Shared extends SharedTextureFacts {
  /** Its pixel format. */
  readonly format: VkFormat;
  /** Size of the whole texture in pixels. */
  readonly extent: Required<VkExtent2D>;
}

/** A Direct3D 11 texture, as options of importTextureWin32. */
export interface SharedTextureWin32 extends Shared {
  /** Windows, as in process.platform. */
  readonly system: 'win32';
  /** The textureInfo itself: it holds the HANDLE, which belongs to Electron. */
  readonly handle: ElectronTextureInfo;
  /** The type of that handle. */
  readonly handleType: typeof HandleType.D3D11_TEXTURE;
}

/** Planes in dma-bufs, as options of importDmaBuf. */
export interface SharedTextureLinux extends Shared {
  /** Linux, as in process.platform. */
  readonly system: 'linux';
  /** Where each plane is; the file descriptors belong to Electron. */
  readonly planes: readonly NativePixmapPlane[];
  /** The DRM format modifier. */
  readonly modifier: bigint;
}

/** An IOSurface, as options of importIOSurface. */
export interface SharedTextureMacOS extends Shared {
  /** macOS, as in process.platform. */
  readonly system: 'darwin';
  /** The 8 bytes of the IOSurfaceRef. */
  readonly ioSurface: Uint8Array;
}

/** A shared texture in Vulkan's terms; its `system` tells the three apart. */
export type SharedTexture = SharedTextureWin32 | SharedTextureLinux | SharedTextureMacOS;

/** Vulkan's formats by Electron's names. */
export const PIXEL_FORMATS: Readonly<Record<string, VkFormat>> = {
  bgra: VkFormat.B8G8R8A8_UNORM,
  rgba: VkFormat.R8G8B8A8_UNORM,
  rgbaf16: VkFormat.R16G16B16A16_SFLOAT,
  nv12: VkFormat.G8_B8R8_2PLANE_420_UNORM,
};

const MODELS: ReadonlyMap<string, Model> = new Map([
  ['bt709', Model.YCBCR_709],
  ['bt470bg', Model.YCBCR_601],
  ['smpte170m', Model.YCBCR_601],
  ['bt2020-ncl', Model.YCBCR_2020],
]);
const RANGES: ReadonlyMap<string, Range> = new Map([
  ['limited', Range.ITU_NARROW],
  ['full', Range.ITU_FULL],
]);

const HANDLES = {
  ntHandle: 'ntHandle (Windows)',
  nativePixmap: 'nativePixmap (Linux)',
  ioSurface: 'ioSurface (macOS)',
} as const;
type HandleName = keyof typeof HANDLES;

const ONE_OF_THEM = `one of ${Object.values(HANDLES).join(', ')}`;

/**
 * Translates a texture that Electron shares, on Windows, Linux or macOS, into Vulkan's terms.
 * @param textureInfo of the `paint` event's texture: valid until its `release()`; the handle belongs to Electron
 * @returns format, extent, colour, and the handle as importTextureWin32, importDmaBuf or importIOSurface takes it: spread
 * it into the options of that function
 * @throws TypeError or RangeError with the path of what Electron never gives
 * @see https://www.electronjs.org/docs/latest/api/structures/offscreen-shared-texture
 *
 * @example
 * const shared = sharedTextureOf(textureInfo);
 * console.log(explain('VkFormat', shared.format), shared.extent, shared.system);
 * if (shared.system === 'linux') console.log(shared.modifier, shared.planes.length);
 */
export const sharedTextureOf = userCall(function sharedTextureOf(
  textureInfo: ElectronTextureInfo,
): SharedTexture {
  const info = objectAt(textureInfo, 'textureInfo');
  const { pixelFormat } = info;
  if (typeof pixelFormat !== 'string' || !Object.hasOwn(PIXEL_FORMATS, pixelFormat))
    throw wrong('pixelFormat', `one of ${Object.keys(PIXEL_FORMATS).join(', ')}`, pixelFormat);
  const size = objectAt(info.codedSize, 'textureInfo.codedSize');
  const extent = {
    width: integerAt(size.width, 'codedSize.width', 1, UINT32_MAX),
    height: integerAt(size.height, 'codedSize.height', 1, UINT32_MAX),
  };
  const colorSpace =
    info.colorSpace === undefined
      ? undefined
      : (objectAt(info.colorSpace, 'textureInfo.colorSpace') as unknown as ColorSpace);
  const facts: Omit<Shared, 'system'> = {
    format: PIXEL_FORMATS[pixelFormat],
    extent,
    visible: visibleOf(info.visibleRect, extent),
    colorSpace,
    keyedMutex: false,
    ycbcr: pixelFormat === 'nv12' && colorSpace !== undefined ? ycbcrOf(colorSpace) : undefined,
  };
  const { name, path, handle } = findHandle(info);
  if (name === 'nativePixmap') return { system: 'linux', ...facts, ...pixmapOf(handle, path) };
  const bytes = bytesOf(handle, path);
  if (name === 'ioSurface') return { system: 'darwin', ...facts, ioSurface: bytes };
  // Chromium creates textures of this format with a keyed mutex, and all others without.
  const keyedMutex = pixelFormat === 'nv12';
  return { system: 'win32', ...facts, keyedMutex, handle: textureInfo, handleType: HandleType.D3D11_TEXTURE };
});

/** The handle, which of the three it is, and its path. */
function findHandle(info: Record<string, unknown>): { name: HandleName; path: string; handle: unknown } {
  const { handle, sharedTextureHandle } = info;
  if (handle === undefined && sharedTextureHandle !== undefined)
    return {
      name: process.platform === 'darwin' ? 'ioSurface' : 'ntHandle',
      path: 'sharedTextureHandle',
      handle: sharedTextureHandle,
    };
  const members = objectAt(handle, 'textureInfo.handle');
  const given = Object.keys(members).filter(name => members[name] !== undefined);
  const names = given.filter(name => Object.hasOwn(HANDLES, name)) as HandleName[];
  if (names.length !== 1)
    throw ours(
      new TypeError(
        `textureInfo.handle: expected ${ONE_OF_THEM}, got ${(names.length > 1 ? names : given.map(memberName)).join(' and ') || 'none'}`,
      ),
    );
  return { name: names[0], path: `handle.${names[0]}`, handle: members[names[0]] };
}

function pixmapOf(value: unknown, path: string): Pick<SharedTextureLinux, 'planes' | 'modifier'> {
  const { planes: given, modifier } = objectAt(value, `textureInfo.${path}`);
  const planes = isArray(given) ? copyAt(`textureInfo.${path}.planes`, given) : given;
  if (!isArray(planes) || planes.length === 0)
    throw wrong(`${path}.planes`, 'an array of at least one plane', planes);
  if (typeof modifier !== 'string' || !/^\d{1,20}$/.test(modifier) || BigInt(modifier) > UINT64_MAX)
    throw wrong(`${path}.modifier`, 'a DRM format modifier in decimal digits, of 64 bits', modifier);
  return {
    planes: planes.map((plane, i) => {
      const at = `${path}.planes[${i}]`;
      const { fd, stride, offset, size } = objectAt(plane, `textureInfo.${at}`);
      return {
        fd: integerAt(fd, `${at}.fd`, 0, INT32_MAX, 'a file descriptor'),
        stride: integerAt(stride, `${at}.stride`, 1, UINT32_MAX),
        offset: integerAt(offset, `${at}.offset`, 0, Number.MAX_SAFE_INTEGER),
        size: integerAt(size, `${at}.size`, 1, Number.MAX_SAFE_INTEGER),
      };
    }),
    modifier: BigInt(modifier),
  };
}

function bytesOf(value: unknown, path: string): Uint8Array {
  if (!isUint8Array(value)) throw wrong(path, 'a Buffer of 8 bytes', value);
  if (!isEightBytes(value))
    throw ours(new RangeError(`textureInfo.${path}: expected 8 bytes, got ${sizeOf(value)}`));
  if (uint64OfBytes(value) === 0n) throw ours(new RangeError(`textureInfo.${path}: it is NULL`));
  return value;
}

function visibleOf(value: unknown, extent: Required<VkExtent2D>): VkRect2D {
  if (value === undefined) return { offset: { x: 0, y: 0 }, extent };
  const rect = objectAt(value, 'textureInfo.visibleRect');
  const side = (start: 'x' | 'y', length: 'width' | 'height'): readonly [number, number] => {
    const first = integerAt(rect[start], `visibleRect.${start}`, 0, extent[length]);
    return [first, integerAt(rect[length], `visibleRect.${length}`, 0, extent[length] - first)];
  };
  const [[x, width], [y, height]] = [side('x', 'width'), side('y', 'height')];
  return { offset: { x, y }, extent: { width, height } };
}

function ycbcrOf({ matrix, range }: ColorSpace): Ycbcr | undefined {
  const ycbcrModel = MODELS.get(matrix);
  const ycbcrRange = RANGES.get(range);
  return ycbcrModel === undefined || ycbcrRange === undefined ? undefined : { ycbcrModel, ycbcrRange };
}

const INT32_MAX = 2 ** 31 - 1;
const UINT32_MAX = 2 ** 32 - 1;

const wrong = (path: string, expected: string, got: unknown) =>
  ours(new TypeError(`textureInfo.${path}: expected ${expected}, got ${describe(got)}`));

/** @param path in full, `textureInfo` included. @returns a copy */
function objectAt(value: unknown, path: string): Record<string, unknown> {
  if (!isRecord(value)) throw ours(new TypeError(`${path}: expected an object, got ${describe(value)}`));
  return copyAt(path, value);
}

function integerAt(
  value: unknown,
  path: string,
  least: number,
  most: number,
  what: string = 'an integer',
): number {
  if (!Number.isInteger(value)) throw wrong(path, what, value);
  if ((value as number) < least || (value as number) > most)
    throw ours(new RangeError(`textureInfo.${path}: expected ${least} to ${most}, got ${value}`));
  return value as number;
}

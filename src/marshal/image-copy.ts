// How many bytes of host memory a copy of an image region needs (the specification's "Buffer and Image Addressing").
import { VkImageAspectFlagBits as Aspect } from '../../ffi/rows/bitmasks.ts';
import { REMAINING_ARRAY_LAYERS } from '../../ffi/rows/constants.ts';
import type { FormatRow } from '../registry/format-row.ts';
import { planeAspects } from '../registry/plane-aspects.ts';
import { formatRow } from '../registry/registry.ts';

/** VkMemoryToImageCopy or VkImageToMemoryCopy, decoded. */
export interface HostCopy {
  readonly pHostPointer: bigint | null;
  readonly memoryRowLength: number;
  readonly memoryImageHeight: number;
  readonly imageSubresource: {
    readonly aspectMask: number;
    readonly baseArrayLayer: number;
    readonly layerCount: number;
  };
  readonly imageExtent: { readonly width: number; readonly height: number; readonly depth: number };
}

/** Bytes of a block of texels in a copy of an aspect: depth takes two or four, stencil one. */
function blockOf(
  format: number,
  aspectMask: number,
): { size: number; extent: FormatRow['blockExtent'] } | undefined {
  const row = formatRow(format);
  if (row === undefined) return undefined;
  const plane = planeAspects().indexOf(aspectMask);
  if (plane >= 0 && plane < row.planes.length) return blockOf(row.planes[plane], Aspect.COLOR);
  if (aspectMask === Aspect.STENCIL) return { size: 1, extent: row.blockExtent };
  if (aspectMask === Aspect.DEPTH) return { size: row.depthBits > 16 ? 4 : 2, extent: row.blockExtent };
  return { size: row.blockSize, extent: row.blockExtent };
}

/** The aspects whose layout changes together with this one: depth and stencil together, and all planes of an image. */
export function aspectsWith(aspectMask: number, format = 0): number {
  if (planeAspects().some(plane => (aspectMask & plane) !== 0)) return Aspect.COLOR;
  const { depthBits = 0, stencilBits = 0 } = formatRow(format) ?? {};
  return depthBits > 0 && stencilBits > 0 ? Aspect.DEPTH | Aspect.STENCIL : aspectMask;
}

/** Undefined for a format that the registry does not describe. */
export function bytesOfCopy(format: number, arrayLayers: number, copy: HostCopy): number | undefined {
  const { aspectMask, baseArrayLayer, layerCount } = copy.imageSubresource;
  const block = blockOf(format, aspectMask);
  if (block === undefined) return undefined;
  const { width, height, depth } = copy.imageExtent;
  const [w, h, d] = block.extent;
  const layers = layerCount === REMAINING_ARRAY_LAYERS ? arrayLayers - baseArrayLayer : layerCount;
  const [columns, rows, slices] = [width / w, height / h, depth / d].map(Math.ceil);
  if (columns * rows * slices * layers === 0) return 0;
  const rowBlocks = Math.ceil((copy.memoryRowLength || width) / w);
  const sliceRows = Math.ceil((copy.memoryImageHeight || height) / h);
  const last = ((slices * layers - 1) * sliceRows + rows - 1) * rowBlocks + columns;
  return last * block.size;
}

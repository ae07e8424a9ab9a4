// Copies between resources: ranges are checked when a copy is recorded, bytes are copied when it is submitted.
import { REMAINING_ARRAY_LAYERS, WHOLE_SIZE } from '../../../ffi/rows/constants.ts';
import type { VkBufferCopy, VkBufferImageCopy, VkImageCopy } from '../../../ffi/types/structs.ts';
import { addressOf, copy } from '../../native/koffi.ts';
import type { ImageState, ResourceState } from '../objects.ts';
import type { Received } from '../received.ts';
import { invalid } from '../refusal.ts';
import { planeOf, subresource } from './image-layout.ts';
import { addressIn } from './resource.ts';

export type BufferRegion = Omit<Received<VkBufferCopy>, 'pNext'>;
export type BufferImageRegion = Omit<Received<VkBufferImageCopy>, 'pNext'>;
export type ImagesRegion = Omit<Received<VkImageCopy>, 'pNext'>;

export function copyBuffer(
  from: ResourceState,
  to: ResourceState,
  regions: readonly BufferRegion[],
): () => void {
  const ranges = regions.map(({ srcOffset, dstOffset, size }) => ({
    source: Number(srcOffset),
    destination: Number(dstOffset),
    size: Number(size),
  }));
  const places = () =>
    ranges.map(({ source, destination, size }) => ({
      to: addressIn(to, destination, size),
      from: addressIn(from, source, size),
      size,
    }));
  places();
  return () => {
    for (const place of places()) copy(place.to, place.from, place.size);
  };
}

export function fillBuffer(to: ResourceState, dstOffset: bigint, size: bigint, data: number): () => void {
  const offset = Number(dstOffset);
  const length = size === WHOLE_SIZE ? (to.size - offset) & ~3 : Number(size);
  if (offset % 4 !== 0 || length % 4 !== 0) throw invalid('offset and size must be multiples of 4');
  addressIn(to, offset, length);
  return () => {
    const words = new Uint32Array(length / 4).fill(data);
    copy(addressIn(to, offset, length), addressOf(words), length);
  };
}

export function updateBuffer(to: ResourceState, dstOffset: bigint, bytes: Uint8Array): () => void {
  const offset = Number(dstOffset);
  if (bytes.length === 0 || bytes.length > 65536 || bytes.length % 4 !== 0 || offset % 4 !== 0)
    throw invalid('offset and size must be multiples of 4, and the size from 4 to 65536 bytes');
  addressIn(to, offset, bytes.length);
  return () => copy(addressIn(to, offset, bytes.length), addressOf(bytes), bytes.length);
}

/** Copies row by row, `in` from the buffer into the image, `out` the other way. */
export function copyImage(
  image: ImageState,
  buffer: ResourceState,
  regions: readonly BufferImageRegion[],
  direction: 'in' | 'out',
): () => void {
  const rows = regions.flatMap(region => rowsOf(image, region));
  const places = () =>
    rows.map(row => ({
      image: addressIn(row.part, row.imageOffset, row.size),
      buffer: addressIn(buffer, row.bufferOffset, row.size),
      size: row.size,
    }));
  places();
  return () => {
    for (const place of places())
      if (direction === 'in') copy(place.image, place.buffer, place.size);
      else copy(place.buffer, place.image, place.size);
  };
}

/** Copies row by row between images with texels of the same size. */
export function copyImages(from: ImageState, to: ImageState, regions: readonly ImagesRegion[]): () => void {
  const rows = regions.flatMap(({ srcSubresource, srcOffset, dstSubresource, dstOffset, extent }) => {
    const written = rowsIn(to, dstSubresource, dstOffset, extent);
    const read = rowsIn(from, srcSubresource, srcOffset, extent);
    if (read.texel !== written.texel) throw invalid('the formats have texels of different sizes');
    if (read.offsets.length !== written.offsets.length)
      throw invalid('layerCount is not the same on both sides');
    return read.offsets.map((source, i) => ({
      from: read.part,
      source,
      to: written.part,
      destination: written.offsets[i],
      size: extent.width * read.texel,
    }));
  });
  const places = () =>
    rows.map(row => ({
      to: addressIn(row.to, row.destination, row.size),
      from: addressIn(row.from, row.source, row.size),
      size: row.size,
    }));
  places();
  return () => {
    for (const place of places()) copy(place.to, place.from, place.size);
  };
}

interface Row {
  /** The image, or its plane if that has memory of its own. */
  readonly part: ResourceState;
  readonly imageOffset: number;
  readonly bufferOffset: number;
  readonly size: number;
}

function rowsOf(image: ImageState, region: BufferImageRegion): Row[] {
  const { imageExtent: extent } = region;
  const { part, texel, offsets } = rowsIn(image, region.imageSubresource, region.imageOffset, extent);
  const rowLength = (region.bufferRowLength || extent.width) * texel;
  const sliceLength = rowLength * (region.bufferImageHeight || extent.height);
  const start = Number(region.bufferOffset);
  return offsets.map((imageOffset, row) => ({
    part,
    imageOffset,
    bufferOffset: start + Math.floor(row / extent.height) * sliceLength + (row % extent.height) * rowLength,
    size: extent.width * texel,
  }));
}

interface ImageRows {
  readonly part: ResourceState;
  /** Bytes of a texel. */
  readonly texel: number;
  /** Offset of each row of a region, by layer, slice and row. */
  readonly offsets: readonly number[];
}

function rowsIn(
  image: ImageState,
  { aspectMask, mipLevel, baseArrayLayer, layerCount }: BufferImageRegion['imageSubresource'],
  start: BufferImageRegion['imageOffset'],
  extent: BufferImageRegion['imageExtent'],
): ImageRows {
  const plane = planeOf(image, aspectMask);
  const { texel } = image.planes[plane];
  const offsets: number[] = [];
  const layers = layerCount === REMAINING_ARRAY_LAYERS ? image.info.arrayLayers - baseArrayLayer : layerCount;
  for (let layer = 0; layer < layers; layer++) {
    const level = subresource(image, mipLevel, baseArrayLayer + layer, plane);
    if (
      Math.min(start.x, start.y, start.z) < 0 ||
      start.x + extent.width > level.width ||
      start.y + extent.height > level.height ||
      start.z + extent.depth > level.depth
    )
      throw invalid(
        `the region is not within the image of ${level.width} x ${level.height} x ${level.depth}`,
      );
    for (let z = 0; z < extent.depth; z++)
      for (let y = 0; y < extent.height; y++)
        offsets.push(
          level.offset + (start.z + z) * level.depthPitch + (start.y + y) * level.rowPitch + start.x * texel,
        );
  }
  return { part: image.parts?.[plane] ?? image, texel, offsets };
}

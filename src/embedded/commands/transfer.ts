// Copies between resources: ranges are checked when recorded, bytes move when submitted.
import type { VkBufferCopy, VkBufferImageCopy, VkImageCopy } from '../../../ffi/types/structs.ts';
import { addressOf, copy } from '../../native/koffi.ts';
import type { ImageResource, Resource } from '../objects.ts';
import type { Received } from '../received.ts';
import { invalid } from '../refusal.ts';
import { addressIn, subresource } from './resource.ts';

export type BufferRegion = Omit<Received<VkBufferCopy>, 'pNext'>;
export type ImageRegion = Omit<Received<VkBufferImageCopy>, 'pNext'>;
export type ImagesRegion = Omit<Received<VkImageCopy>, 'pNext'>;

const WHOLE_SIZE = 2n ** 64n - 1n;

export function copyBuffer(from: Resource, to: Resource, regions: readonly BufferRegion[]): () => void {
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

export function fillBuffer(to: Resource, dstOffset: bigint, size: bigint, data: number): () => void {
  const offset = Number(dstOffset);
  const length = size === WHOLE_SIZE ? (to.size - offset) & ~3 : Number(size);
  if (offset % 4 !== 0 || length % 4 !== 0) throw invalid('offset and size are no multiples of 4');
  addressIn(to, offset, length);
  return () => {
    const words = new Uint32Array(length / 4).fill(data);
    copy(addressIn(to, offset, length), addressOf(words), length);
  };
}

export function updateBuffer(to: Resource, dstOffset: bigint, bytes: Uint8Array): () => void {
  const offset = Number(dstOffset);
  if (bytes.length === 0 || bytes.length > 65536 || bytes.length % 4 !== 0 || offset % 4 !== 0)
    throw invalid('from 4 to 65536 bytes may be given, in multiples of 4');
  addressIn(to, offset, bytes.length);
  return () => copy(addressIn(to, offset, bytes.length), addressOf(bytes), bytes.length);
}

/** Row by row; `in` copies the buffer into the image. */
export function copyImage(
  image: ImageResource,
  buffer: Resource,
  regions: readonly ImageRegion[],
  direction: 'in' | 'out',
): () => void {
  const rows = regions.flatMap(region => rowsOf(image, region));
  const places = () =>
    rows.map(row => ({
      image: addressIn(image, row.imageOffset, row.size),
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

/** Texel by texel of the same size, row by row. */
export function copyImages(
  from: ImageResource,
  to: ImageResource,
  regions: readonly ImagesRegion[],
): () => void {
  if (from.texel !== to.texel) throw invalid('the formats have texels of different sizes');
  const rows = regions.flatMap(({ srcSubresource, srcOffset, dstSubresource, dstOffset, extent }) => {
    const written = rowsIn(to, dstSubresource, dstOffset, extent);
    const read = rowsIn(from, srcSubresource, srcOffset, extent);
    if (read.length !== written.length) throw invalid('layerCount is not the same on both sides');
    return read.map((source, i) => ({ source, destination: written[i], size: extent.width * from.texel }));
  });
  const places = () =>
    rows.map(({ source, destination, size }) => ({
      to: addressIn(to, destination, size),
      from: addressIn(from, source, size),
      size,
    }));
  places();
  return () => {
    for (const place of places()) copy(place.to, place.from, place.size);
  };
}

interface Row {
  readonly imageOffset: number;
  readonly bufferOffset: number;
  readonly size: number;
}

function rowsOf(image: ImageResource, region: ImageRegion): Row[] {
  const { imageExtent: extent } = region;
  const { texel } = image;
  const rowLength = (region.bufferRowLength || extent.width) * texel;
  const sliceLength = rowLength * (region.bufferImageHeight || extent.height);
  const start = Number(region.bufferOffset);
  return rowsIn(image, region.imageSubresource, region.imageOffset, extent).map((imageOffset, row) => ({
    imageOffset,
    bufferOffset: start + Math.floor(row / extent.height) * sliceLength + (row % extent.height) * rowLength,
    size: extent.width * texel,
  }));
}

/** Where each row of a region begins: layer after layer, slice after slice. */
function rowsIn(
  image: ImageResource,
  part: ImageRegion['imageSubresource'],
  start: ImageRegion['imageOffset'],
  extent: ImageRegion['imageExtent'],
): number[] {
  const rows: number[] = [];
  const layers =
    part.layerCount === 0xffff_ffff ? image.info.arrayLayers - part.baseArrayLayer : part.layerCount;
  for (let layer = 0; layer < layers; layer++) {
    const level = subresource(image, part.mipLevel, part.baseArrayLayer + layer);
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
        rows.push(
          level.offset +
            (start.z + z) * level.depthPitch +
            (start.y + y) * level.rowPitch +
            start.x * image.texel,
        );
  }
  return rows;
}

// Imports a linear frame as an image of linear tiling, if the driver lays one out like the frame, else as buffers.
import { VkBufferUsageFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkImageTiling, VkStructureType } from '../../ffi/rows/enums.ts';
import type { VkBuffer, VkBufferImageCopy, VkImage, VkImageCreateInfo } from '../../ffi/types/structs.ts';
import { NotImportableError } from '../external/errors.ts';
import { image2D } from '../external/image-2d.ts';
import { askSupportOnce, type ImportSupport, supportOf } from '../external/import-support.ts';
import type { Undo } from '../external/undo.ts';
import { coreOrAlias } from '../handles/core-or-alias.ts';
import type { Device } from '../objects/device.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { halvedChroma } from '../registry/format-row.ts';
import { formatRow } from '../registry/registry.ts';
import { PATH, PlaneLayoutError } from './errors.ts';
import type { Frame, LinearPlane } from './frame.ts';
import { type DmaBufMemory, importFd } from './import-fd.ts';
import type { BoundImage } from './import-modified.ts';
import { DMA_BUF } from './query.ts';

const external = { sType: VkStructureType.EXTERNAL_MEMORY_IMAGE_CREATE_INFO, handleTypes: DMA_BUF } as const;

/** Create info of a frame's image with linear tiling. */
export const linearImage = ({ format, extent, usage }: Pick<Frame, 'format' | 'extent' | 'usage'>) =>
  ({
    ...image2D(format, extent),
    tiling: VkImageTiling.LINEAR,
    usage,
    pNext: [external],
  }) as const satisfies VkImageCreateInfo;

/** Imports the frame as an image of linear tiling; returns undefined if the driver has none of its layout. */
export function importLinearImage(
  device: Device,
  frame: Frame,
  planes: readonly LinearPlane[],
  undo: Undo,
): BoundImage | undefined {
  const [{ memory: source }] = planes;
  const info = linearImage(frame);
  if (planes.some(({ memory }) => memory.identity !== source.identity)) return undefined;
  if (!isPossible(device.physicalDevice, info)) return undefined;
  const image = device.createImage(info);
  undo.add('VkImage', image, i => device.destroyImage(i));
  const { memoryRequirements, pNext } = device[coreOrAlias(device, 'getImageMemoryRequirements2')](
    { image },
    { pNext: [VkStructureType.MEMORY_DEDICATED_REQUIREMENTS] },
  );
  const start = startOf(device, image, planes);
  const { dedicatedOnly } = supportOf(askSupportOnce(device.physicalDevice, { image: info }, DMA_BUF));
  const { requiresDedicatedAllocation, prefersDedicatedAllocation } = pNext[0];
  const mustBeDedicated = dedicatedOnly || requiresDedicatedAllocation;
  const fits =
    start !== undefined &&
    start % memoryRequirements.alignment === 0n &&
    (source.size === 0n || start + memoryRequirements.size <= source.size) &&
    !(mustBeDedicated && start > 0n);
  if (!fits) {
    undo.run();
    return undefined;
  }
  const dedicated = mustBeDedicated || (prefersDedicatedAllocation && start === 0n);
  const imported = importFd(
    device,
    source,
    memoryRequirements,
    start + memoryRequirements.size,
    dedicated ? { image } : undefined,
    undo,
  );
  device.bindImageMemory(image, imported.memory, start);
  return { image, memories: [imported] };
}

/** Whether the driver can import dma-bufs as such images, in this size. */
export function isPossible(gpu: PhysicalDevice, info: ReturnType<typeof linearImage>): boolean {
  const { width, height } = info.extent;
  const halved = halvedChroma(formatRow(info.format)!);
  // The specification requires even sizes where chroma is subsampled.
  if ((halved.width && width % 2 !== 0) || (halved.height && height % 2 !== 0)) return false;
  const driver = askSupportOnce(gpu, { image: info }, DMA_BUF);
  const { maxExtent } = driver.limits ?? { maxExtent: { width: 0, height: 0 } };
  return supportOf(driver).importable && width <= maxExtent.width && height <= maxExtent.height;
}

/** Offset in the memory at which the image's layout is the frame's; undefined if there is none. */
function startOf(device: Device, image: VkImage, planes: readonly LinearPlane[]): bigint | undefined {
  let start: bigint | undefined;
  for (const { aspectMask, offset, stride, size } of planes) {
    const layout = device.getImageSubresourceLayout(image, { aspectMask });
    const startOfPlane = offset - layout.offset;
    const fits = size === undefined || layout.size <= size;
    const isSame = start === undefined || startOfPlane === start;
    if (layout.rowPitch !== stride || startOfPlane < 0n || !fits || !isSame) return undefined;
    start = startOfPlane;
  }
  return start;
}

/** A buffer over the memory of a frame, and the regions that are the frame's planes. */
export interface DmaBufCopy {
  /** From the dma-buf's first byte to the frame's last one; usage TRANSFER_SRC and TRANSFER_DST. */
  readonly buffer: VkBuffer;
  /** The frame's planes, for cmdCopyBufferToImage and cmdCopyImageToBuffer. */
  readonly regions: readonly VkBufferImageCopy[];
}

const BUFFER_USAGE = VkBufferUsageFlagBits.TRANSFER_SRC | VkBufferUsageFlagBits.TRANSFER_DST;

/** Imports the frame as buffers, one for each dma-buf. */
export function importBuffers(
  device: Device,
  planes: readonly LinearPlane[],
  undo: Undo,
): { copies: DmaBufCopy[]; memories: DmaBufMemory[] } {
  const { dedicatedOnly } = requireBuffers(device.physicalDevice);
  for (const [i, plane] of planes.entries()) checkCopy(plane, i);
  const identities = [...new Set(planes.map(({ memory }) => memory.identity))];
  const made = identities.map(identity => {
    const planesInIt = planes.filter(({ memory }) => memory.identity === identity);
    const size = planesInIt.reduce((last, { end }) => (end > last ? end : last), 0n);
    const buffer = device.createBuffer({
      size,
      usage: BUFFER_USAGE,
      pNext: [{ sType: VkStructureType.EXTERNAL_MEMORY_BUFFER_CREATE_INFO, handleTypes: DMA_BUF }],
    });
    undo.add('VkBuffer', buffer, b => device.destroyBuffer(b));
    const { memoryRequirements, pNext } = device[coreOrAlias(device, 'getBufferMemoryRequirements2')](
      { buffer },
      { pNext: [VkStructureType.MEMORY_DEDICATED_REQUIREMENTS] },
    );
    const dedicated = dedicatedOnly || pNext[0].requiresDedicatedAllocation;
    const memory = importFd(
      device,
      planesInIt[0].memory,
      memoryRequirements,
      memoryRequirements.size,
      dedicated ? { buffer } : undefined,
      undo,
    );
    device.bindBufferMemory(buffer, memory.memory, 0n);
    return { copy: { buffer, regions: planesInIt.map(regionOf) }, memory };
  });
  return { copies: made.map(({ copy }) => copy), memories: made.map(({ memory }) => memory) };
}

/** What the driver can do with dma-bufs as buffers for copies. */
export const bufferSupport = (gpu: PhysicalDevice): ImportSupport =>
  supportOf(askSupportOnce(gpu, { buffer: { size: 1n, usage: BUFFER_USAGE } }, DMA_BUF));

/** Throws NotImportableError if the driver cannot import dma-bufs as buffers either. */
function requireBuffers(gpu: PhysicalDevice) {
  const support = bufferSupport(gpu);
  if (support.importable) return support;
  throw new NotImportableError(
    `${PATH}: ${gpu.getPhysicalDeviceProperties().deviceName} cannot import a dma-buf as an image of linear tiling with this frame's layout, nor as a buffer`,
    DMA_BUF,
    [],
  );
}

/** VUID-vkCmdCopyBufferToImage-bufferRowLength-09108: bytes of a row in a copy. */
const MAX_COPY_STRIDE = 2n ** 31n - 1n;

function checkCopy({ stride, offset, blockSize }: LinearPlane, plane: number): void {
  for (const [what, bytes] of [
    ['stride', stride],
    ['offset', offset],
  ] as const)
    if (bytes % blockSize !== 0n)
      throw new PlaneLayoutError(
        `${what}: the driver has no image of this layout, and a copy needs a multiple of ${blockSize} bytes, a pixel's, got ${bytes}`,
        plane,
      );
  if (stride > MAX_COPY_STRIDE)
    throw new PlaneLayoutError(
      `stride: the driver has no image of this layout, and a copy needs at most ${MAX_COPY_STRIDE} bytes, got ${stride}`,
      plane,
    );
}

const regionOf = (plane: LinearPlane): VkBufferImageCopy => ({
  bufferOffset: plane.offset,
  bufferRowLength: Number(plane.stride / plane.blockSize) * plane.blockWidth,
  imageSubresource: { aspectMask: plane.aspectMask, layerCount: 1 },
  imageExtent: { width: plane.width, height: plane.height, depth: 1 },
});

// A linear frame as an image of linear tiling where the driver lays such an image out as the frame is, else as buffers.
import { VkBufferUsageFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkImageTiling, VkImageType, VkStructureType } from '../../ffi/rows/enums.ts';
import type { VkBuffer, VkBufferImageCopy, VkImage, VkImageCreateInfo } from '../../ffi/types/structs.ts';
import { core11 } from '../external/available.ts';
import { NotImportableError } from '../external/errors.ts';
import { askOnce, type ImportSupport, supportOf } from '../external/import-support.ts';
import type { Undo } from '../external/undo.ts';
import type { Device } from '../objects/device.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { halvedChroma } from '../registry/format-row.ts';
import { formatRow } from '../registry/registry.ts';
import { PlaneLayoutError } from './errors.ts';
import type { Frame, LinearPlane } from './frame.ts';
import { type DmaBufMemory, importFd } from './import-fd.ts';
import type { BoundImage } from './import-modified.ts';
import { DMA_BUF } from './query.ts';

const external = { sType: VkStructureType.EXTERNAL_MEMORY_IMAGE_CREATE_INFO, handleTypes: DMA_BUF } as const;

/** The image of linear tiling that a frame may be. */
export const linearImage = ({ format, extent, usage }: Pick<Frame, 'format' | 'extent' | 'usage'>) =>
  ({
    imageType: VkImageType._2D,
    format,
    extent: { ...extent, depth: 1 },
    mipLevels: 1,
    arrayLayers: 1,
    samples: 1,
    tiling: VkImageTiling.LINEAR,
    usage,
    pNext: [external],
  }) as const satisfies VkImageCreateInfo;

/** The image, or undefined where the driver has none that is laid out like the frame. */
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
  const { memoryRequirements, pNext } = device[core11(device, 'getImageMemoryRequirements2')](
    { image },
    { pNext: [VkStructureType.MEMORY_DEDICATED_REQUIREMENTS] },
  );
  const start = startOf(device, image, planes);
  const { dedicatedOnly } = supportOf(askOnce(device.physicalDevice, { image: info }, DMA_BUF));
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

/** Whether the driver has such images for dma-bufs at all, in this size. */
export function isPossible(gpu: PhysicalDevice, info: ReturnType<typeof linearImage>): boolean {
  const { width, height } = info.extent;
  const halved = halvedChroma(formatRow(info.format)!);
  // The specification wants whole pixels of the colours that are halved.
  if ((halved.width && width % 2 !== 0) || (halved.height && height % 2 !== 0)) return false;
  const driver = askOnce(gpu, { image: info }, DMA_BUF);
  const { maxExtent } = driver.limits ?? { maxExtent: { width: 0, height: 0 } };
  return supportOf(driver).importable && width <= maxExtent.width && height <= maxExtent.height;
}

/** Where in the memory the image begins if it lies as the frame does; undefined where it does not. */
function startOf(device: Device, image: VkImage, planes: readonly LinearPlane[]): bigint | undefined {
  let start: bigint | undefined;
  for (const { aspectMask, offset, stride, size } of planes) {
    const layout = device.getImageSubresourceLayout(image, { aspectMask });
    const own = offset - layout.offset;
    const fits = size === undefined || layout.size <= size;
    if (layout.rowPitch !== stride || own < 0n || !fits || (start !== undefined && own !== start))
      return undefined;
    start = own;
  }
  return start;
}

/** A buffer over the memory of a frame, and the regions of it that are the frame's planes. */
export interface DmaBufCopy {
  /** From the first byte of the dma-buf to the last one of the frame; usage TRANSFER_SRC and TRANSFER_DST. */
  readonly buffer: VkBuffer;
  /** For cmdCopyBufferToImage, and cmdCopyImageToBuffer the other way. */
  readonly regions: readonly VkBufferImageCopy[];
}

const BUFFER_USAGE = VkBufferUsageFlagBits.TRANSFER_SRC | VkBufferUsageFlagBits.TRANSFER_DST;

/** One buffer a dma-buf. */
export function importBuffers(
  device: Device,
  planes: readonly LinearPlane[],
  undo: Undo,
): { copies: DmaBufCopy[]; memories: DmaBufMemory[] } {
  const { dedicatedOnly } = requireBuffers(device.physicalDevice);
  for (const [i, plane] of planes.entries()) checkCopy(plane, i);
  const identities = [...new Set(planes.map(({ memory }) => memory.identity))];
  const made = identities.map(identity => {
    const own = planes.filter(({ memory }) => memory.identity === identity);
    const size = own.reduce((most, { end }) => (end > most ? end : most), 0n);
    const buffer = device.createBuffer({
      size,
      usage: BUFFER_USAGE,
      pNext: [{ sType: VkStructureType.EXTERNAL_MEMORY_BUFFER_CREATE_INFO, handleTypes: DMA_BUF }],
    });
    undo.add('VkBuffer', buffer, b => device.destroyBuffer(b));
    const { memoryRequirements, pNext } = device[core11(device, 'getBufferMemoryRequirements2')](
      { buffer },
      { pNext: [VkStructureType.MEMORY_DEDICATED_REQUIREMENTS] },
    );
    const dedicated = dedicatedOnly || pNext[0].requiresDedicatedAllocation;
    const memory = importFd(
      device,
      own[0].memory,
      memoryRequirements,
      memoryRequirements.size,
      dedicated ? { buffer } : undefined,
      undo,
    );
    device.bindBufferMemory(buffer, memory.memory, 0n);
    return { copy: { buffer, regions: own.map(regionOf) }, memory };
  });
  return { copies: made.map(({ copy }) => copy), memories: made.map(({ memory }) => memory) };
}

/** What the driver can do with dma-bufs as buffers to copy from and to. */
export const bufferSupport = (gpu: PhysicalDevice): ImportSupport =>
  supportOf(askOnce(gpu, { buffer: { size: 1n, usage: BUFFER_USAGE } }, DMA_BUF));

/** Throws NotImportableError where the driver takes no dma-buf as a buffer either. */
function requireBuffers(gpu: PhysicalDevice) {
  const support = bufferSupport(gpu);
  if (support.importable) return support;
  throw new NotImportableError(
    `${gpu.getPhysicalDeviceProperties().deviceName} cannot import a dma-buf as an image of linear tiling that is laid out like this frame, nor as a buffer`,
    DMA_BUF,
    [],
  );
}

/** VUID-vkCmdCopyBufferToImage-bufferRowLength-09108: bytes of a row that a copy can name. */
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

// Checks a frame in dma-bufs as its producer describes it, and computes where the rows of each plane lie.
import { VkImageAspectFlagBits as Aspect } from '../../ffi/rows/bitmasks.ts';
import type { VkFormat } from '../../ffi/rows/enums.ts';
import type { VkExtent2D } from '../../ffi/types/structs.ts';
import { isArray } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { explain, nameOrDescribe } from '../errors/explain.ts';
import { ours } from '../errors/user-call.ts';
import { FACT_NAMES, type SharedTextureFacts } from '../external/shared-texture-of.ts';
import { checkCount, checkExtent, checkOptions, copyAt, uint64Of } from '../native/options.ts';
import { type FormatRow, halvedChroma } from '../registry/format-row.ts';
import { planeAspects } from '../registry/plane-aspects.ts';
import { formatRow } from '../registry/registry.ts';
import type { DrmNode } from './drm-node.ts';
import { ModifierError, PATH, PlaneLayoutError } from './errors.ts';
import { checkFd, type FdMemory } from './fd.ts';
import { DRM_FORMAT_MOD_INVALID } from './modifiers.ts';

/** One plane of a frame, as GBM, V4L2, PipeWire, Wayland and Electron describe it. */
export interface DmaBufPlane {
  /** File descriptor of the dma-buf that it lies in, which the caller closes. All planes may lie in the same dma-buf. */
  readonly fd: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** Where in the dma-buf it begins, in bytes. */
  readonly offset: number;
  /** Size of the plane in bytes; by default to the end of the dma-buf. */
  readonly size?: number;
}

/** A frame that lies in dma-bufs, and how Vulkan will use it. */
export interface DmaBufFrame extends Partial<SharedTextureFacts> {
  /** The planes in memory; for a linear frame those of its format. */
  readonly planes: readonly DmaBufPlane[];
  /** The DRM format modifier; 0n is linear, row after row. */
  readonly modifier: bigint;
  /** The format of the pixels; DRM's ARGB8888 is B8G8R8A8_UNORM. */
  readonly format: VkFormat;
  /** Size of the frame in pixels. */
  readonly extent: Required<VkExtent2D>;
  /** VkImageUsageFlagBits: how Vulkan will use it. */
  readonly usage: number;
  /** The GPU that it was made on, by the numbers or the path of its node: another one is refused with WrongGpuError. */
  readonly drmNode?: DrmNode | string;
}

const FRAME_NAMES = ['planes', 'modifier', 'format', 'extent', 'usage', 'drmNode', ...FACT_NAMES] as const;
const PLANE_NAMES = ['fd', 'stride', 'offset', 'size'] as const;
/** The most planes that an image can have, for DRM and for Vulkan. */
const MAX_PLANES = 4;

/** A plane whose descriptor is open. */
export interface Plane {
  readonly memory: FdMemory;
  readonly stride: bigint;
  readonly offset: bigint;
  readonly size: bigint | undefined;
}

/** A frame that is checked as far as that is possible without a driver. */
export interface Frame extends Omit<DmaBufFrame, 'planes' | 'modifier'> {
  readonly planes: readonly Plane[];
  readonly modifier: bigint;
  /** The row of its format. */
  readonly row: FormatRow;
}

/** Throws TypeError for a format that frames cannot have. */
export function checkFormat(path: string, format: VkFormat): FormatRow {
  const row = Number.isInteger(format) ? formatRow(format) : undefined;
  if (row === undefined || row.depthBits + row.stencilBits > 0)
    throw ours(
      new TypeError(`${path}: expected a VkFormat of colours, got ${nameOrDescribe('VkFormat', format)}`),
    );
  return row;
}

/** Throws if a frame contradicts itself, before anything is made. */
export function checkFrame(frame: DmaBufFrame): Frame {
  const given = checkOptions(PATH, frame, FRAME_NAMES);
  const { format, usage } = given;
  const extent = checkExtent(`${PATH}.extent`, given.extent);
  checkCount(`${PATH}.usage`, usage);
  const row = checkFormat(`${PATH}.format`, format);
  const modifier = uint64Of(`${PATH}.modifier`, given.modifier, 0n);
  if (modifier === DRM_FORMAT_MOD_INVALID)
    throw new ModifierError(
      modifier,
      format,
      [],
      "DRM_FORMAT_MOD_INVALID means that the frame's producer does not say how it is laid out: ask the producer " +
        'for a modifier (GBM: gbm_bo_create_with_modifiers2), or for a linear frame (0n)',
    );
  const planes = isArray(given.planes) ? copyAt(`${PATH}.planes`, given.planes) : given.planes;
  if (!isArray(planes) || planes.length === 0 || planes.length > MAX_PLANES)
    throw new PlaneLayoutError(`expected an array of 1 to ${MAX_PLANES} planes, got ${describe(planes)}`);
  return {
    ...given,
    extent,
    modifier,
    row,
    // The copy has no holes, which map would skip unchecked.
    planes: planes.map((plane, i) => checkPlane(`${PATH}.planes[${i}]`, plane)),
  };
}

function checkPlane(path: string, plane: DmaBufPlane): Plane {
  const given = checkOptions(path, plane, PLANE_NAMES);
  const stride = uint64Of(`${path}.stride`, given.stride, 1n);
  const offset = uint64Of(`${path}.offset`, given.offset, 0n);
  const size = given.size === undefined ? undefined : uint64Of(`${path}.size`, given.size, 1n);
  return { memory: checkFd(`${path}.fd`, given.fd), stride, offset, size };
}

/** A plane of a linear frame. */
export interface LinearPlane extends Plane {
  /** The aspect of the image that it is copied to or from. */
  readonly aspectMask: number;
  /** Size of the plane in pixels. */
  readonly width: number;
  readonly height: number;
  /** Bytes of a block of pixels, and its width in pixels. */
  readonly blockSize: bigint;
  readonly blockWidth: number;
  /** Offset in the dma-buf just past its last pixel. */
  readonly end: bigint;
}

/** Computes where the pixels of a linear frame lie. @throws PlaneLayoutError if they cannot lie as described */
export function linearPlanes({ planes, format, extent, row }: Frame): LinearPlane[] {
  const count = Math.max(1, row.planes.length);
  const name = () => explain('VkFormat', format);
  if (planes.length !== count)
    throw new PlaneLayoutError(
      `expected ${count}, which ${name()} has in a linear frame, got ${planes.length}`,
    );
  const linear = planes.map((plane, i): LinearPlane => {
    const { blockSize, blockExtent } = count === 1 ? row : formatRow(row.planes[i])!;
    const [width, height] = i === 0 ? [extent.width, extent.height] : chromaExtent(row, extent);
    const [blockWidth, blockHeight] = blockExtent;
    const rowBytes = BigInt(Math.ceil(width / blockWidth) * blockSize);
    const rows = BigInt(Math.ceil(height / blockHeight));
    const end = plane.offset + (rows - 1n) * plane.stride + rowBytes;
    const layout = { ...plane, width, height, blockSize: BigInt(blockSize), blockWidth, end };
    checkRows(layout, rowBytes, i);
    return { ...layout, aspectMask: count === 1 ? Aspect.COLOR : planeAspects()[i] };
  });
  checkOverlap(linear);
  return linear;
}

function chromaExtent(row: FormatRow, { width, height }: Required<VkExtent2D>): [number, number] {
  const halved = halvedChroma(row);
  return [halved.width ? Math.ceil(width / 2) : width, halved.height ? Math.ceil(height / 2) : height];
}

function checkRows(
  { stride, offset, size, end, memory }: Omit<LinearPlane, 'aspectMask'>,
  rowBytes: bigint,
  plane: number,
): void {
  if (stride < rowBytes)
    throw new PlaneLayoutError(
      `stride: expected at least ${rowBytes} bytes, a row of pixels, got ${stride}`,
      plane,
    );
  if (size !== undefined && end > offset + size)
    throw new PlaneLayoutError(
      `size: expected at least ${end - offset} bytes for its rows, got ${size}`,
      plane,
    );
  if (memory.size > 0n && end > memory.size)
    throw new PlaneLayoutError(
      `its rows end at byte ${end}, but fd ${memory.fd} has ${memory.size} bytes`,
      plane,
    );
}

function checkOverlap(planes: readonly LinearPlane[]): void {
  for (const [i, plane] of planes.entries())
    for (const [j, other] of planes.slice(0, i).entries())
      if (
        plane.memory.identity === other.memory.identity &&
        plane.offset < other.end &&
        other.offset < plane.end
      )
        throw new PlaneLayoutError(
          `it overlaps plane ${j}: bytes ${plane.offset} to ${plane.end}, and ${other.offset} to ${other.end}`,
          i,
        );
}

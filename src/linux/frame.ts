// A frame in dma-bufs as its maker describes it, checked; and where each of its planes lies, row by row.
import { VkImageAspectFlagBits as Aspect } from '../../ffi/rows/bitmasks.ts';
import type { VkFormat } from '../../ffi/rows/enums.ts';
import type { VkExtent2D } from '../../ffi/types/structs.ts';
import { explain } from '../errors/explain.ts';
import { ours } from '../errors/user-call.ts';
import { FACTS, type SharedTextureFacts } from '../external/shared-texture-of.ts';
import { checkCount, checkExtent, checkOptions, uint64Of } from '../native/options.ts';
import { type FormatRow, halvedChroma } from '../registry/format-row.ts';
import { formatRow } from '../registry/registry.ts';
import type { DrmNode } from './drm-node.ts';
import { ModifierError, PATH, PlaneLayoutError } from './errors.ts';
import { checkFd, type FdMemory } from './fd.ts';
import { DRM_FORMAT_MOD_INVALID } from './modifiers.ts';

/** One plane of a frame, as GBM, V4L2, PipeWire, Wayland and Electron describe it. */
export interface DmaBufPlane {
  /** File descriptor of the dma-buf that it lies in; it stays the caller's. Planes may lie in one or in several. */
  readonly fd: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** Where in the dma-buf it begins, in bytes. */
  readonly offset: number;
  /** How many bytes of the dma-buf are the plane's; to its end if left out. */
  readonly size?: number;
}

/** A frame that lies in dma-bufs, and what Vulkan is to do with it. */
export interface DmaBufFrame extends Partial<SharedTextureFacts> {
  /** The planes in memory: of a linear frame those of its format. */
  readonly planes: readonly DmaBufPlane[];
  /** The DRM format modifier: 0n for rows one after the other. */
  readonly modifier: bigint;
  /** The pixels, as Vulkan names them; DRM's ARGB8888 is B8G8R8A8_UNORM. */
  readonly format: VkFormat;
  /** Pixels of the frame. */
  readonly extent: Required<VkExtent2D>;
  /** VkImageUsageFlagBits: what Vulkan is to do with it. */
  readonly usage: number;
  /** The GPU that it was made on, by the numbers or the path of its node, so that another one is refused by name. */
  readonly drmNode?: DrmNode | string;
}

const FRAME = ['planes', 'modifier', 'format', 'extent', 'usage', 'drmNode', ...FACTS] as const;
const PLANE = ['fd', 'stride', 'offset', 'size'] as const;
/** A dma-buf has at most four, by drm_fourcc.h and by Vulkan. */
const MAX_PLANES = 4;

/** A plane whose descriptor is open. */
export interface Plane {
  readonly memory: FdMemory;
  readonly stride: bigint;
  readonly offset: bigint;
  readonly size: bigint | undefined;
}

/** A frame that may be imported, as far as can be said without asking Vulkan. */
export interface Frame extends Omit<DmaBufFrame, 'planes' | 'modifier'> {
  readonly planes: readonly Plane[];
  readonly modifier: bigint;
  /** Of the format. */
  readonly row: FormatRow;
}

/** Throws TypeError for what is no format of a frame's pixels. */
export function checkFormat(format: VkFormat, path: string): FormatRow {
  const row = formatRow(format);
  if (row === undefined)
    throw ours(new TypeError(`${path}: expected a VkFormat of pixels, got ${String(format)}`));
  if (row.depthBits + row.stencilBits > 0)
    throw ours(new TypeError(`${path}: ${explain('VkFormat', format)} is not a format of frames`));
  return row;
}

/** Throws for what is wrong in itself; nothing was made then. */
export function checkFrame(frame: DmaBufFrame): Frame {
  checkOptions(PATH, frame, FRAME);
  const { format, extent, usage } = frame;
  checkExtent(`${PATH}.extent`, extent);
  checkCount(`${PATH}.usage`, usage);
  const row = checkFormat(format, `${PATH}.format`);
  const modifier = uint64Of(`${PATH}.modifier`, frame.modifier, 0n);
  if (modifier === DRM_FORMAT_MOD_INVALID)
    throw new ModifierError(
      modifier,
      format,
      [],
      'DRM_FORMAT_MOD_INVALID means that the maker of the frame did not say how it is laid out, which only its own ' +
        'driver knows: ask the maker for a modifier (GBM: gbm_bo_create_with_modifiers2), or for a linear frame (0n)',
    );
  const { planes } = frame;
  if (!Array.isArray(planes) || planes.length === 0 || planes.length > MAX_PLANES)
    throw new PlaneLayoutError(`expected an array of 1 to ${MAX_PLANES} planes`);
  return {
    ...frame,
    modifier,
    row,
    // Holes are planes too, which a map leaves out.
    planes: Array.from(planes, (plane, i) => checkPlane(plane, `${PATH}.planes[${i}]`)),
  };
}

function checkPlane(plane: DmaBufPlane, path: string): Plane {
  checkOptions(path, plane, PLANE);
  const stride = uint64Of(`${path}.stride`, plane.stride, 1n);
  const offset = uint64Of(`${path}.offset`, plane.offset, 0n);
  const size = plane.size === undefined ? undefined : uint64Of(`${path}.size`, plane.size, 1n);
  return { memory: checkFd(plane.fd, `${path}.fd`), stride, offset, size };
}

/** Rows of one plane of a linear frame. */
export interface LinearPlane extends Plane {
  /** As which aspect of the image it is copied. */
  readonly aspectMask: number;
  /** Pixels of the plane. */
  readonly width: number;
  readonly height: number;
  /** Bytes of a block of pixels, and how wide one is. */
  readonly blockSize: bigint;
  readonly blockWidth: number;
  /** Behind its last pixel, in the dma-buf. */
  readonly end: bigint;
}

const PLANES = [Aspect.PLANE_0, Aspect.PLANE_1, Aspect.PLANE_2];

/** Where the pixels of a linear frame lie. @throws PlaneLayoutError where they cannot lie as was said */
export function linearPlanes({ planes, format, extent, row }: Frame): LinearPlane[] {
  const count = Math.max(1, row.planes.length);
  const name = () => explain('VkFormat', format);
  if (planes.length !== count)
    throw new PlaneLayoutError(
      `expected ${count}, which ${name()} has in a linear frame, got ${planes.length}`,
    );
  const laid = planes.map((plane, i): LinearPlane => {
    const { blockSize, blockExtent } = count === 1 ? row : formatRow(row.planes[i])!;
    const [width, height] = i === 0 ? [extent.width, extent.height] : chromaExtent(row, extent);
    const [blockWidth, blockHeight] = blockExtent;
    const rowBytes = BigInt(Math.ceil(width / blockWidth) * blockSize);
    const rows = BigInt(Math.ceil(height / blockHeight));
    const end = plane.offset + (rows - 1n) * plane.stride + rowBytes;
    const at = { ...plane, width, height, blockSize: BigInt(blockSize), blockWidth, end };
    checkRows(at, rowBytes, i);
    return { ...at, aspectMask: count === 1 ? Aspect.COLOR : PLANES[i] };
  });
  checkOverlap(laid);
  return laid;
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
    throw new PlaneLayoutError(`size: its rows need ${end - offset} bytes, got ${size}`, plane);
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
          `it lies over plane ${j}: bytes ${plane.offset} to ${plane.end}, and ${other.offset} to ${other.end}`,
          i,
        );
}

// Errors of importing a file descriptor, beside those of every system: a class for each reason.
import { explainC } from '../errors/explain.ts';
import { ours } from '../errors/user-call.ts';
import { likely } from '../external/errors.ts';
import { type DrmNode, type DrmNodes, formatNode } from './drm-node.ts';
import { type FormatModifier, formatModifier } from './modifiers.ts';

/** The path of a frame, for errors. */
export const PATH = 'importDmaBuf';

/** A file descriptor, and its path among the caller's arguments. */
export interface GivenFd {
  readonly fd: number;
  readonly path: string;
}

/** Thrown for a file descriptor that cannot be used: closed, not of memory, or unknown to the driver. */
export class InvalidFdError extends Error {
  /** Always `'InvalidFdError'`. */
  override readonly name = 'InvalidFdError';
  /** The file descriptor. */
  readonly fd: number;
  /** What usually leads to it, likeliest first. */
  readonly causes: readonly string[];

  /** @internal */
  constructor(
    { fd, path }: GivenFd,
    why: string,
    options: { causes?: readonly string[]; cause?: unknown } = {},
  ) {
    const { causes = [], cause } = options;
    super(`${path}: fd ${fd}: ${why}${likely(causes)}`, { cause });
    ours(this);
    this.fd = fd;
    this.causes = causes;
  }
}

/** Thrown for DRM_FORMAT_MOD_INVALID, and for a modifier that the physical device does not support with the format. */
export class ModifierError extends Error {
  /** Always `'ModifierError'`. */
  override readonly name = 'ModifierError';
  /** The frame's modifier. */
  readonly modifier: bigint;
  /** VkFormat of the frame. */
  readonly format: number;
  /** Those that the physical device supports with this format. */
  readonly modifiers: readonly FormatModifier[];

  /** @internal */
  constructor(modifier: bigint, format: number, modifiers: readonly FormatModifier[], why: string) {
    super(`${PATH}.modifier: ${formatModifier(modifier)} of ${explainC('VkFormat', format)}: ${why}`);
    ours(this);
    this.modifier = modifier;
    this.format = format;
    this.modifiers = modifiers;
  }
}

/** Thrown if the planes of a frame cannot be as described: their number, stride, offset or size. */
export class PlaneLayoutError extends Error {
  /** Always `'PlaneLayoutError'`. */
  override readonly name = 'PlaneLayoutError';
  /** The plane, counted from 0; undefined if it concerns all of them. */
  readonly plane: number | undefined;

  /** @internal */
  constructor(why: string, plane?: number, cause?: unknown) {
    super(`${PATH}.planes${plane === undefined ? '' : `[${plane}]`}: ${why}`, { cause });
    ours(this);
    this.plane = plane;
  }
}

/** Thrown if the frame was made on a GPU that is not the Vulkan device. */
export class WrongGpuError extends Error {
  /** Always `'WrongGpuError'`. */
  override readonly name = 'WrongGpuError';
  /** The nodes of the Vulkan device. */
  readonly deviceNodes: DrmNodes;
  /** The node of the GPU that the frame was made on. */
  readonly drmNode: DrmNode;

  /** @internal */
  constructor(deviceName: string, deviceNodes: DrmNodes, drmNode: DrmNode) {
    const { primary, render } = deviceNodes;
    const own = [primary, render].flatMap(node => (node === undefined ? [] : [formatNode(node)]));
    super(
      `${PATH}.drmNode: the frame was made on the GPU of DRM node ${formatNode(drmNode)}, but ${deviceName} is DRM node ${own.join(' and ')}: ` +
        'choose the device with findPhysicalDeviceByDrmNode(instance, drmNode)',
    );
    ours(this);
    this.deviceNodes = deviceNodes;
    this.drmNode = drmNode;
  }
}

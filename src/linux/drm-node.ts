// The DRM node by which Linux knows a physical device, and the physical device with a given one.
import { statSync } from 'node:fs';
import { VkStructureType } from '../../ffi/rows/enums.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { core11 } from '../external/available.ts';
import { checkOptions } from '../native/options.ts';
import type { Instance } from '../objects/instance.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { memoize } from '../registry/memoize.ts';

/** The numbers of a device node, as `ls -l /dev/dri` shows them. */
export interface DrmNode {
  /** Of DRM always 226. */
  readonly major: number;
  /** From 0 for `card0`, from 128 for `renderD128`. */
  readonly minor: number;
}

/** The nodes of one GPU. */
export interface DrmNodes {
  /** `/dev/dri/card0`. */
  readonly primary: DrmNode | undefined;
  /** `/dev/dri/renderD128`. */
  readonly render: DrmNode | undefined;
}

export const formatNode = ({ major, minor }: DrmNode): string => `${major}:${minor}`;

const NONE: DrmNodes = { primary: undefined, render: undefined };
const EXTENSION = 'VK_EXT_physical_device_drm';

/** The names of the extensions that a physical device offers. */
export const offeredBy = memoize(
  (gpu: PhysicalDevice): ReadonlySet<string> =>
    new Set(gpu.enumerateDeviceExtensionProperties().map(({ extensionName }) => extensionName)),
  new WeakMap(),
);

/**
 * Reads the DRM nodes of a physical device.
 * @param physicalDevice the device; its instance needs Vulkan 1.1 or VK_KHR_get_physical_device_properties2
 * @returns its nodes; none where the driver has no VK_EXT_physical_device_drm, as those without a GPU
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkPhysicalDeviceDrmPropertiesEXT.html
 */
export const drmNodesOf = userCall(function drmNodesOf(physicalDevice: PhysicalDevice): DrmNodes {
  if (!offeredBy(physicalDevice).has(EXTENSION)) return NONE;
  const { pNext } = physicalDevice[core11(physicalDevice, 'getPhysicalDeviceProperties2')]({
    pNext: [VkStructureType.PHYSICAL_DEVICE_DRM_PROPERTIES_EXT],
  });
  const { hasPrimary, primaryMajor, primaryMinor, hasRender, renderMajor, renderMinor } = pNext[0];
  const node = (major: bigint, minor: bigint) => ({ major: Number(major), minor: Number(minor) });
  return {
    primary: hasPrimary ? node(primaryMajor, primaryMinor) : undefined,
    render: hasRender ? node(renderMajor, renderMinor) : undefined,
  };
});

/** A node as a caller names it: by its numbers, or by its path. */
export function nodeOf(node: DrmNode | string, path: string): DrmNode {
  if (typeof node === 'string') {
    const stats = statSync(node, { bigint: true, throwIfNoEntry: false });
    if (!stats?.isCharacterDevice())
      throw ours(new TypeError(`${path}: expected a node like /dev/dri/renderD128, and ${node} is none`));
    const { rdev } = stats;
    // As glibc's gnu_dev_major and gnu_dev_minor take a dev_t apart.
    return {
      major: Number(((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xffff_f000n)),
      minor: Number((rdev & 0xffn) | ((rdev >> 12n) & 0xffff_ff00n)),
    };
  }
  checkOptions(path, node, ['major', 'minor']);
  const { major, minor } = node;
  if (!Number.isSafeInteger(major) || !Number.isSafeInteger(minor))
    throw ours(new TypeError(`${path}: expected { major, minor }, integers both`));
  return node;
}

export const hasNode = ({ primary, render }: DrmNodes, { major, minor }: DrmNode): boolean =>
  [primary, render].some(own => own?.major === major && own.minor === minor);

/**
 * Finds the physical device with a DRM node: memory of another GPU can be shared with it seldom, or slowly.
 * @param instance where to look
 * @param node its numbers, as Wayland's dmabuf feedback or `fstat` tell them, or its path: `/dev/dri/renderD128`
 * @returns the physical device
 * @throws RangeError naming each device with its nodes where none has this one; TypeError for what is no node
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkPhysicalDeviceDrmPropertiesEXT.html
 *
 * @example
 * const gpu = findPhysicalDeviceByDrmNode(instance, '/dev/dri/renderD128');
 */
export const findPhysicalDeviceByDrmNode = userCall(function findPhysicalDeviceByDrmNode(
  instance: Instance,
  node: DrmNode | string,
): PhysicalDevice {
  const wanted = nodeOf(node, 'findPhysicalDeviceByDrmNode.node');
  const gpus = instance.enumeratePhysicalDevices().map(gpu => ({ gpu, nodes: drmNodesOf(gpu) }));
  const found = gpus.find(({ nodes }) => hasNode(nodes, wanted));
  if (found !== undefined) return found.gpu;
  const list = gpus.map(({ gpu, nodes: { primary, render } }) => {
    const own = [primary, render].flatMap(one => (one === undefined ? [] : [formatNode(one)]));
    return `${gpu.getPhysicalDeviceProperties().deviceName}: ${own.join(' and ') || 'tells no DRM node'}`;
  });
  throw ours(
    new RangeError(
      `no physical device has DRM node ${formatNode(wanted)}; ${list.join(', ') || 'there is no device at all'}`,
    ),
  );
});

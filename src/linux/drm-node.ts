// DRM nodes, by which Linux identifies GPUs: a physical device's, and the physical device that has a given one.

import { statSync } from 'node:fs';
import { VkStructureType } from '../../ffi/rows/enums.ts';
import { describe } from '../errors/describe.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { coreOrAlias } from '../handles/core-or-alias.ts';
import { checkClass } from '../handles/object.ts';
import { checkOptions } from '../native/options.ts';
import type { Instance } from '../objects/instance.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { memoize } from '../registry/memoize.ts';

/** The numbers of a device node, as `ls -l /dev/dri` shows them. */
export interface DrmNode {
  /** 226 for every DRM node. */
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
 * @param physicalDevice its instance needs Vulkan 1.1 or VK_KHR_get_physical_device_properties2
 * @returns its nodes; none if the driver has no VK_EXT_physical_device_drm, as on a CPU
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkPhysicalDeviceDrmPropertiesEXT.html
 */
export const drmNodesOf = userCall(function drmNodesOf(physicalDevice: PhysicalDevice): DrmNodes {
  checkClass('drmNodesOf.physicalDevice', physicalDevice, 'VkPhysicalDevice');
  if (!offeredBy(physicalDevice).has(EXTENSION)) return NONE;
  const { pNext } = physicalDevice[coreOrAlias(physicalDevice, 'getPhysicalDeviceProperties2')]({
    pNext: [VkStructureType.PHYSICAL_DEVICE_DRM_PROPERTIES_EXT],
  });
  const { hasPrimary, primaryMajor, primaryMinor, hasRender, renderMajor, renderMinor } = pNext[0];
  const node = (major: bigint, minor: bigint) => ({ major: Number(major), minor: Number(minor) });
  return {
    primary: hasPrimary ? node(primaryMajor, primaryMinor) : undefined,
    render: hasRender ? node(renderMajor, renderMinor) : undefined,
  };
});

/** The dev_t of a character device; undefined for any other path. */
function deviceOf(path: string): bigint | undefined {
  try {
    const stats = statSync(path, { bigint: true });
    return stats.isCharacterDevice() ? stats.rdev : undefined;
  } catch {
    // There is no such file, or it is no path at all.
    return undefined;
  }
}

/** Reads a node that the caller gives by its numbers or its path; throws if it is not one. */
export function checkNode(path: string, node: DrmNode | string): DrmNode {
  if (typeof node === 'string') {
    const rdev = deviceOf(node);
    if (rdev === undefined)
      throw ours(
        new TypeError(`${path}: expected a device node such as /dev/dri/renderD128, got ${describe(node)}`),
      );
    // The bits of a dev_t as in glibc's gnu_dev_major and gnu_dev_minor.
    return {
      major: Number(((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xffff_f000n)),
      minor: Number((rdev & 0xffn) | ((rdev >> 12n) & 0xffff_ff00n)),
    };
  }
  const { major, minor } = checkOptions(path, node, ['major', 'minor']);
  if (!Number.isSafeInteger(major) || !Number.isSafeInteger(minor))
    throw ours(new TypeError(`${path}: expected { major, minor }, both integers`));
  return { major, minor };
}

export const hasNode = ({ primary, render }: DrmNodes, { major, minor }: DrmNode): boolean =>
  [primary, render].some(own => own?.major === major && own.minor === minor);

/**
 * Finds the physical device with a DRM node: memory is shared between two GPUs slowly, if at all.
 * @param instance the instance whose physical devices are searched
 * @param node its numbers, as in Wayland's dmabuf feedback or `fstat`, or its path: `/dev/dri/renderD128`
 * @returns the physical device
 * @throws RangeError with the nodes of each physical device if none has this one; TypeError if it is not a node
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkPhysicalDeviceDrmPropertiesEXT.html
 *
 * @example
 * const gpu = findPhysicalDeviceByDrmNode(instance, '/dev/dri/renderD128');
 */
export const findPhysicalDeviceByDrmNode = userCall(function findPhysicalDeviceByDrmNode(
  instance: Instance,
  node: DrmNode | string,
): PhysicalDevice {
  checkClass('findPhysicalDeviceByDrmNode.instance', instance, 'VkInstance');
  const wanted = checkNode('findPhysicalDeviceByDrmNode.node', node);
  const gpus = instance.enumeratePhysicalDevices().map(gpu => ({ gpu, nodes: drmNodesOf(gpu) }));
  const found = gpus.find(({ nodes }) => hasNode(nodes, wanted));
  if (found !== undefined) return found.gpu;
  const list = gpus.map(({ gpu, nodes: { primary, render } }) => {
    const own = [primary, render].flatMap(one => (one === undefined ? [] : [formatNode(one)]));
    return `${gpu.getPhysicalDeviceProperties().deviceName}: ${own.join(' and ') || 'no DRM node'}`;
  });
  throw ours(
    new RangeError(
      `findPhysicalDeviceByDrmNode.node: no physical device has DRM node ${formatNode(wanted)}; ${list.join(', ') || 'there are no physical devices'}`,
    ),
  );
});

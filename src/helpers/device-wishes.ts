// What a device shall have, by names: resolved into what vkCreateDevice takes, from the rows and what a GPU offers.
import { VkQueueFlagBits } from '../../ffi/rows/bitmasks.ts';
import type { VkQueueFlags } from '../../ffi/rows/flag-types.ts';
import type { VkDeviceCreateInfo, VkPhysicalDeviceFeatures, VkSurfaceKHR } from '../../ffi/types/structs.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { formatVersion } from '../registry/version.ts';
import { ExtensionSet, reasonOf } from './extension-set.ts';
import { type Feature, type FeatureName, FIRST, placesOf } from './feature.ts';
import { type Missing, NotOfferedError } from './not-offered-error.ts';
import { checkOptions } from './options.ts';

/** What a device shall have. */
export interface DeviceWish {
  /** Features by their members' names. */
  readonly features?: readonly FeatureName[];
  /** Extensions by their names; what they depend on need not be named. */
  readonly extensions?: readonly string[];
  /** The version of Vulkan, as `API_VERSION_1_3`; the instance must be created for it too. */
  readonly apiVersion?: number;
}

/** What a device must have, and what it shall have where the GPU offers it. */
export interface DeviceWishes {
  /** Where one of these is missing there is no device. */
  readonly required?: DeviceWish;
  /** What of these is missing is told. */
  readonly desired?: Omit<DeviceWish, 'apiVersion'>;
  /** What the device's queue can do; any queue where it is left out. */
  readonly queue?: {
    /** All of these, in VkQueueFlagBits. */
    readonly flags?: VkQueueFlags;
    /** It presents to this surface (vkGetPhysicalDeviceSurfaceSupportKHR). */
    readonly surface?: VkSurfaceKHR;
  };
}

/** What became of wishes. */
export interface DeviceAnswer {
  /** For `gpu.createDevice`; to be changed before that as it pleases. */
  readonly createInfo: {
    /** One queue of the family that was chosen. */
    readonly pQueueCreateInfos: { queueFamilyIndex: number; pQueuePriorities: number[] }[];
    /** What was asked for, and what that depends on. */
    readonly ppEnabledExtensionNames: string[];
    /** Features of Vulkan 1.0. */
    readonly pEnabledFeatures: VkPhysicalDeviceFeatures;
    /** The structs of all other features. */
    readonly pNext: NonNullable<VkDeviceCreateInfo['pNext']>[number][];
  };
  /** Of the queue. */
  readonly queueFamilyIndex: number;
  /** What was desired and is not there. */
  readonly missing: readonly Missing[];
}

/** The features that a GPU supports, by struct. */
type Supported = (feature: Feature) => boolean;

/** Asks for the structs that may be asked for; without Vulkan 1.1 and its extension only those of 1.0 may. */
function supportedFeatures(gpu: PhysicalDevice, features: readonly Feature[]): Supported {
  const rows = [...new Set(features.map(({ struct }) => struct))].filter(row => row.name !== FIRST);
  const suffix = ['', 'KHR'].find(end => gpu.dispatch.has(`vkGetPhysicalDeviceFeatures2${end}`)) as
    | ''
    | 'KHR'
    | undefined;
  const byName = new Map<string, Record<string, unknown>>();
  if (suffix === undefined) byName.set(FIRST, { ...gpu.getPhysicalDeviceFeatures() });
  else {
    const answer = gpu[`getPhysicalDeviceFeatures2${suffix}`]({ pNext: rows.map(row => row.sType) as never });
    const { features: first, pNext } = answer as unknown as { features: object; pNext?: object[] };
    byName.set(FIRST, { ...first });
    rows.forEach((row, i) => {
      byName.set(row.name, { ...pNext?.[i] });
    });
  }
  return ({ struct, member }) => byName.get(struct.name)?.[member] === true;
}

const ANY_COPIES = VkQueueFlagBits.GRAPHICS | VkQueueFlagBits.COMPUTE;

/** The first family that can do all of it; -1 where none can. */
function chooseFamily(
  gpu: PhysicalDevice,
  { flags = 0, surface }: NonNullable<DeviceWishes['queue']>,
): number {
  return gpu.getPhysicalDeviceQueueFamilyProperties().findIndex(({ queueFlags, queueCount }, i) => {
    // Families that draw or compute also copy, whether they say so or not.
    const able = queueFlags & ANY_COPIES ? queueFlags | VkQueueFlagBits.TRANSFER : queueFlags;
    if (queueCount === 0 || (able & flags) !== flags) return false;
    return surface === undefined || gpu.getPhysicalDeviceSurfaceSupportKHR(i, surface);
  });
}

/** On every device that offers it, this one has to be enabled (VUID-VkDeviceCreateInfo-pProperties-04451). */
const PORTABILITY = 'VK_KHR_portability_subset';

/** Resolves wishes without judging them: what is required and not there is in `lacks`. */
export function answerOf(
  gpu: PhysicalDevice,
  wishes: DeviceWishes,
): DeviceAnswer & { readonly lacks: Missing[] } {
  const path = 'resolveDevice.wishes';
  checkOptions(path, wishes, ['required', 'desired', 'queue']);
  const { required = {}, desired = {}, queue = {} } = wishes;
  checkOptions(`${path}.required`, required, ['features', 'extensions', 'apiVersion']);
  checkOptions(`${path}.desired`, desired, ['features', 'extensions']);
  checkOptions(`${path}.queue`, queue, ['flags', 'surface']);
  const properties = gpu.getPhysicalDeviceProperties();
  const version = Math.min(gpu.instance.apiVersion, properties.apiVersion);
  const offered = gpu.enumerateDeviceExtensionProperties().map(e => e.extensionName);
  const extensions = new ExtensionSet('device', version, offered, gpu.instance.enabledExtensions);
  const lacks: Missing[] = [];
  const missing: Missing[] = [];

  if (required.apiVersion !== undefined && required.apiVersion > version) {
    const who = gpu.instance.apiVersion < properties.apiVersion ? 'the instance was created for' : 'it has';
    lacks.push({
      kind: 'version',
      name: formatVersion(required.apiVersion),
      reason: `${who} ${formatVersion(version)}`,
    });
  }
  const family = chooseFamily(gpu, queue);
  if (family < 0) {
    const name = `with flags 0x${(queue.flags ?? 0).toString(16)}${queue.surface === undefined ? '' : ' for the surface'}`;
    lacks.push({ kind: 'queue', name, reason: 'no family has all of it' });
  }

  if (extensions.isOffered(PORTABILITY)) extensions.add({ names: [PORTABILITY] });
  const parts = [
    [required, lacks],
    [desired, missing],
  ] as const;
  for (const [wish, absent] of parts)
    for (const name of wish.extensions ?? []) {
      const needs = extensions.forExtension(name);
      if ('names' in needs) extensions.add(needs);
      else absent.push({ kind: 'extension', name, reason: reasonOf(needs.lack, name) });
    }

  const places = new Map(
    [...(required.features ?? []), ...(desired.features ?? [])].map(name => [name, placesOf(name)]),
  );
  const usable = [...places.values()]
    .flat()
    .filter(({ struct }) => 'names' in extensions.forExpression(struct.providers));
  const isSupported = supportedFeatures(gpu, usable);
  const chain = new Map<string, Record<string, unknown>>();
  for (const [wish, absent] of parts)
    for (const name of wish.features ?? []) {
      const all = places.get(name)!;
      const found = all.find(place => usable.includes(place) && isSupported(place));
      if (found === undefined) {
        absent.push({ kind: 'feature', name, reason: whyNot(all, usable, extensions) });
        continue;
      }
      extensions.add(extensions.forExpression(found.struct.providers) as { names: string[] });
      const { name: struct, sType } = found.struct;
      chain.set(struct, {
        ...chain.get(struct),
        ...(sType !== undefined && { sType }),
        [found.member]: true,
      });
    }

  const { [FIRST]: pEnabledFeatures = {}, ...chained } = Object.fromEntries(chain);
  return {
    createInfo: {
      pQueueCreateInfos: [{ queueFamilyIndex: family, pQueuePriorities: [1] }],
      ppEnabledExtensionNames: [...extensions.enabled],
      pEnabledFeatures,
      pNext: Object.values(chained) as never[],
    },
    queueFamilyIndex: family,
    missing,
    lacks,
  };
}

/** Of the structs that could be asked the GPU said no; of the others it is what they need. */
function whyNot(all: readonly Feature[], usable: readonly Feature[], extensions: ExtensionSet): string {
  const asked = all.filter(place => usable.includes(place));
  if (asked.length > 0) return `not supported, says ${asked[0].struct.name}`;
  const lacks = all.map(
    ({ struct }) => (extensions.forExpression(struct.providers) as { lack: string }).lack,
  );
  return `it needs ${[...new Set(lacks.flatMap(lack => lack.split(' or ')))].join(' or ')}`;
}

/**
 * Resolves what a device shall have into what vkCreateDevice takes: the structs that hold the features, the extensions
 * with all that they depend on and the version has not already, a queue. It creates nothing, and makes
 * vkGetPhysicalDeviceProperties, vkGetPhysicalDeviceFeatures2 (the first version's where there is no other),
 * vkEnumerateDeviceExtensionProperties, vkGetPhysicalDeviceQueueFamilyProperties.
 * @param gpu what the device is to be created from; what its instance was created for limits what it may use
 * @returns create info, and what was desired and is not there
 * @throws NotOfferedError naming all that is required and not there; TypeError for a feature that nobody knows
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkDeviceCreateInfo.html
 *
 * @example
 * const { createInfo, missing } = resolveDevice(gpu, {
 *   required: { features: ['samplerAnisotropy'] },
 *   desired: { features: ['timelineSemaphore', 'rayQuery'] },
 * });
 * for (const { name, reason } of missing) console.log(`without ${name}: ${reason}`);
 * using created = gpu.createDevice(createInfo);
 */
export function resolveDevice(gpu: PhysicalDevice, wishes: DeviceWishes): DeviceAnswer {
  const { lacks, ...answer } = answerOf(gpu, wishes);
  if (lacks.length > 0)
    throw new NotOfferedError(new Map([[gpu.getPhysicalDeviceProperties().deviceName, lacks]]));
  return answer;
}

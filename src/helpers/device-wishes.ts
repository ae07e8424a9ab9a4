// What a device shall have, by names: resolved into what vkCreateDevice takes, from the rows and what a GPU offers.
import { VkQueueFlagBits } from '../../ffi/rows/bitmasks.ts';
import type { VkQueueFlags } from '../../ffi/rows/flag-types.ts';
import type { VkDeviceCreateInfo, VkPhysicalDeviceFeatures, VkSurfaceKHR } from '../../ffi/types/structs.ts';
import { userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { checkFlags, checkOptions } from '../native/options.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { versionOfName } from '../registry/depends.ts';
import { registry } from '../registry/registry.ts';
import { formatVersion } from '../registry/version.ts';
import { neededBy } from './device-rules.ts';
import { ExtensionSet, reasonOf } from './extension-set.ts';
import { checkFeatures, type Feature, type FeatureName, FIRST, placesOf } from './feature.ts';
import { FeatureChain, rivalOfFeature } from './feature-chain.ts';
import { type Missing, NotOfferedError } from './not-offered-error.ts';
import { checkWish } from './wish.ts';

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

/** What is required, or what is desired, and what is missing of it. */
interface Part {
  readonly features: string[];
  readonly extensions: readonly string[];
  readonly absent: Missing[];
}

const partOf = ({ features = [], extensions = [] }: DeviceWish): Part => ({
  features: [...new Set(features)],
  extensions: [...new Set(extensions)],
  absent: [],
});

/** Adds the extensions that a part names; of those that are the version's, the features that they have become. */
function addExtensions(set: ExtensionSet, { extensions, features, absent }: Part): void {
  for (const name of extensions) {
    const needs = set.forExtension(name);
    if ('lack' in needs) absent.push({ kind: 'extension', name, reason: reasonOf(needs.lack, name) });
    else set.add(needs);
    if ('names' in needs && !set.isOffered(name))
      features.push(...(registry.extension(name)?.versionFeatures ?? []));
  }
}

/** Adds the features, with their extensions and the features that they need. */
function addFeatures(
  gpu: PhysicalDevice,
  set: ExtensionSet,
  chain: FeatureChain,
  parts: readonly Part[],
): void {
  const places = new Map<string, readonly Feature[]>();
  function look(name: string): void {
    if (places.has(name)) return;
    const all = placesOf(name);
    places.set(name, all);
    for (const { member } of all) neededBy(member).forEach(look);
  }
  for (const { features } of parts) features.forEach(look);
  const isAble = ({ struct }: Feature) => 'names' in set.forExpression(struct.providers);
  const usable = [...places.values()].flat().filter(isAble);
  const isSupported = supportedFeatures(gpu, usable);
  /** Enables a feature after those that it needs. @returns why not, where it cannot be */
  function enable(name: string): string | undefined {
    const all = places.get(name)!;
    const able = all.filter(place => usable.includes(place) && isAble(place));
    const supported = able.filter(isSupported);
    const found = supported.find(place => rivalOfFeature(place, set, chain) === undefined);
    if (found === undefined) {
      const rival = supported.length > 0 ? rivalOfFeature(supported[0], set, chain) : undefined;
      return rival === undefined ? whyNot(all, able, set) : `it needs a device without ${rival}`;
    }
    for (const needed of neededBy(found.member)) {
      const lack = chain.has(needed) ? undefined : enable(needed);
      if (lack !== undefined) return `it needs ${needed}: ${lack}`;
    }
    set.add(set.forExpression(found.struct.providers) as { names: string[] });
    chain.enable(found);
    return undefined;
  }
  for (const { features, absent } of parts)
    for (const name of features) {
      const reason = enable(name);
      if (reason !== undefined) absent.push({ kind: 'feature', name, reason });
    }
  for (const name of set.enabled)
    for (const place of (registry.extension(name)?.versionFeatures ?? []).flatMap(placesOf))
      if (chain.structs.has(place.struct.name)) chain.enable(place);
}

/** Throws a TypeError that names the path to a wish that cannot be one. */
export function checkDeviceWishes(path: string, wishes: DeviceWishes): void {
  checkOptions(path, wishes, ['required', 'desired', 'queue']);
  const { required = {}, desired = {}, queue = {} } = wishes;
  checkOptions(`${path}.desired`, desired, ['features', 'extensions']);
  for (const [name, wish] of Object.entries({ required, desired })) {
    checkWish(`${path}.${name}`, wish, 'device', ['features']);
    checkFeatures(`${path}.${name}.features`, wish.features ?? []);
  }
  checkOptions(`${path}.queue`, queue, ['flags', 'surface']);
  checkFlags(`${path}.queue.flags`, queue.flags ?? 0, 'VkQueueFlagBits');
}

/** Resolves wishes that were checked without judging them: what is required and not there is in `lacks`. */
export function answerOf(
  gpu: PhysicalDevice,
  { required = {}, desired = {}, queue = {} }: DeviceWishes,
): DeviceAnswer & { readonly lacks: Missing[] } {
  const { apiVersion } = gpu.getPhysicalDeviceProperties();
  const version = Math.min(gpu.instance.apiVersion, apiVersion);
  const parts = [partOf(required), partOf(desired)];
  const [{ absent: lacks }, { absent: missing }] = parts;

  if (required.apiVersion !== undefined && required.apiVersion > version) {
    const who = gpu.instance.apiVersion < apiVersion ? 'the instance was created for' : 'it has';
    const reason = `${who} ${formatVersion(version)}`;
    lacks.push({ kind: 'version', name: formatVersion(required.apiVersion), reason });
  }
  const queueFamilyIndex = chooseFamily(gpu, queue);
  if (queueFamilyIndex < 0) {
    const name = `with flags 0x${(queue.flags ?? 0).toString(16)}${queue.surface === undefined ? '' : ' for the surface'}`;
    lacks.push({ kind: 'queue', name, reason: 'no family has all of it' });
  }

  const offered = gpu.enumerateDeviceExtensionProperties().map(e => e.extensionName);
  const chain = new FeatureChain();
  const isThere = (name: string) => (versionOfName(name) ?? Infinity) <= apiVersion || chain.has(name);
  const set = new ExtensionSet('device', version, offered, gpu.instance.enabledExtensions, isThere);
  if (set.isOffered(PORTABILITY)) set.add({ names: [PORTABILITY] });
  for (const part of parts) addExtensions(set, part);
  addFeatures(gpu, set, chain, parts);
  const { [FIRST]: pEnabledFeatures = {}, ...chained } = Object.fromEntries(chain.structs);
  const createInfo = {
    pQueueCreateInfos: [{ queueFamilyIndex, pQueuePriorities: [1] }],
    ppEnabledExtensionNames: [...set.enabled],
    pEnabledFeatures,
    pNext: Object.values(chained) as never[],
  };
  return { createInfo, queueFamilyIndex, missing, lacks };
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
export const resolveDevice = userCall(function resolveDevice(
  gpu: PhysicalDevice,
  wishes: DeviceWishes,
): DeviceAnswer {
  checkClass('resolveDevice.gpu', gpu, 'VkPhysicalDevice');
  checkDeviceWishes('resolveDevice.wishes', wishes);
  const { lacks, ...answer } = answerOf(gpu, wishes);
  if (lacks.length > 0)
    throw new NotOfferedError(new Map([[gpu.getPhysicalDeviceProperties().deviceName, lacks]]));
  return answer;
});

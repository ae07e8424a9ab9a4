// Resolves wishes for a device, given by names, into what vkCreateDevice takes.
import { VkQueueFlagBits } from '../../ffi/rows/bitmasks.ts';
import type { VkQueueFlags } from '../../ffi/rows/flag-types.ts';
import type { VkDeviceCreateInfo, VkPhysicalDeviceFeatures, VkSurfaceKHR } from '../../ffi/types/structs.ts';
import { userCall } from '../errors/user-call.ts';
import { coreOrAlias } from '../handles/core-or-alias.ts';
import { checkClass } from '../handles/object.ts';
import { checkFlags, checkOptions } from '../native/options.ts';
import { formatVersion } from '../native/version.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { versionOfName } from '../registry/depends.ts';
import { registry } from '../registry/registry.ts';
import { commandName } from '../registry/shape.ts';
import { featuresRequiredBy } from './device-rules.ts';
import { ExtensionSet, reasonOf } from './extension-set.ts';
import { CORE_STRUCT, checkFeatures, type Feature, type FeatureName, featuresNamed } from './feature.ts';
import { conflictOfFeature, FeatureChain } from './feature-chain.ts';
import { type Missing, NotOfferedError } from './not-offered-error.ts';
import { checkWish } from './wish.ts';

/** What a device is to have. */
export interface DeviceWish {
  /** Features, by the names of their members. */
  readonly features?: readonly FeatureName[];
  /** Extensions, by their names; those that they depend on need not be listed. */
  readonly extensions?: readonly string[];
  /** The version of Vulkan, such as `API_VERSION_1_3`; the instance must be created for it too. */
  readonly apiVersion?: number;
}

/** What a device must have, and what it should have if the GPU offers it. */
export interface DeviceWishes {
  /** What the device cannot do without: if any of it is missing, an error says so. */
  readonly required?: DeviceWish;
  /** What the device gets if the GPU offers it; the rest is listed in `missing`. */
  readonly preferred?: Omit<DeviceWish, 'apiVersion'>;
  /** What the device's queue can do; by default any queue will do. */
  readonly queue?: {
    /** VkQueueFlagBits, all of which it must have. */
    readonly flags?: VkQueueFlags;
    /** A surface that it can present to (vkGetPhysicalDeviceSurfaceSupportKHR). */
    readonly surface?: VkSurfaceKHR;
  };
}

/** How wishes for a device are resolved. */
export interface DeviceAnswer {
  /** For `gpu.createDevice`; a program may change it first. */
  readonly createInfo: {
    /** One queue of the chosen family. */
    readonly pQueueCreateInfos: { queueFamilyIndex: number; pQueuePriorities: number[] }[];
    /** The extensions that were asked for, and those that they depend on. */
    readonly ppEnabledExtensionNames: string[];
    /** Features of Vulkan 1.0. */
    readonly pEnabledFeatures: VkPhysicalDeviceFeatures;
    /** The structs of all other features. */
    readonly pNext: NonNullable<VkDeviceCreateInfo['pNext']>[number][];
  };
  /** Family of the queue. */
  readonly queueFamilyIndex: number;
  /** What is preferred but missing. */
  readonly missing: readonly Missing[];
}

/** Asks which features a GPU supports; without Vulkan 1.1 or the extension it can only be asked about those of 1.0. */
function supportedFeatures(gpu: PhysicalDevice, features: readonly Feature[]): (feature: Feature) => boolean {
  const rows = [...new Set(features.map(({ struct }) => struct))].filter(row => row.name !== CORE_STRUCT);
  const method = coreOrAlias(gpu, 'getPhysicalDeviceFeatures2');
  const byName = new Map<string, Record<string, unknown>>();
  if (!gpu.dispatch.has(commandName(method))) byName.set(CORE_STRUCT, { ...gpu.getPhysicalDeviceFeatures() });
  else {
    const answer = gpu[method]({ pNext: rows.map(row => row.sType) as never });
    const { features: core, pNext } = answer as unknown as { features: object; pNext?: object[] };
    byName.set(CORE_STRUCT, { ...core });
    rows.forEach((row, i) => {
      byName.set(row.name, { ...pNext?.[i] });
    });
  }
  return ({ struct, member }) => byName.get(struct.name)?.[member] === true;
}

const IMPLY_TRANSFER = VkQueueFlagBits.GRAPHICS | VkQueueFlagBits.COMPUTE;

/** The first queue family that can do all of it; -1 if none can. */
function chooseFamily(
  gpu: PhysicalDevice,
  { flags = 0, surface }: NonNullable<DeviceWishes['queue']>,
): number {
  return gpu.getPhysicalDeviceQueueFamilyProperties().findIndex(({ queueFlags, queueCount }, i) => {
    // Graphics and compute families can transfer, whether they set the flag or not.
    const allFlags = queueFlags & IMPLY_TRANSFER ? queueFlags | VkQueueFlagBits.TRANSFER : queueFlags;
    if (queueCount === 0 || (allFlags & flags) !== flags) return false;
    return surface === undefined || gpu.getPhysicalDeviceSurfaceSupportKHR(i, surface);
  });
}

/** Must be enabled on every device that offers it (VUID-VkDeviceCreateInfo-pProperties-04451). */
const PORTABILITY = 'VK_KHR_portability_subset';

/** Names of features and extensions, either the required or the preferred ones, and those that cannot be had. */
interface WishGroup {
  readonly features: string[];
  readonly extensions: readonly string[];
  readonly missing: Missing[];
}

const toGroup = ({ features = [], extensions = [] }: DeviceWish): WishGroup => ({
  features: [...new Set(features)],
  extensions: [...new Set(extensions)],
  missing: [],
});

/** Adds a group's extensions. If one is now part of the Vulkan version, the features that replace it are added instead. */
function addExtensions(set: ExtensionSet, { extensions, features, missing }: WishGroup): void {
  for (const name of extensions) {
    const needs = set.forExtension(name);
    if ('lack' in needs) missing.push({ kind: 'extension', name, reason: reasonOf(needs.lack, name) });
    else set.add(needs);
    if ('names' in needs && !set.isOffered(name))
      features.push(...(registry.extension(name)?.versionFeatures ?? []));
  }
}

/** The features by name, and all that they require, each in every struct that has it. */
function collectFeatures(groups: readonly WishGroup[]): Map<string, readonly Feature[]> {
  const collected = new Map<string, readonly Feature[]>();
  function collect(name: string): void {
    if (collected.has(name)) return;
    const candidates = featuresNamed(name);
    collected.set(name, candidates);
    for (const { member } of candidates) featuresRequiredBy(member).forEach(collect);
  }
  for (const { features } of groups) features.forEach(collect);
  return collected;
}

/** Adds the features, with the extensions and features that they require. */
function addFeatures(
  gpu: PhysicalDevice,
  set: ExtensionSet,
  chain: FeatureChain,
  groups: readonly WishGroup[],
): void {
  const collected = collectFeatures(groups);
  const canBeEnabled = ({ struct }: Feature) => 'names' in set.forExpression(struct.providers);
  const asked = [...collected.values()].flat().filter(canBeEnabled);
  const isSupported = supportedFeatures(gpu, asked);
  /** Enables a feature after those that it requires. @returns why it cannot be enabled */
  function enable(name: string): string | undefined {
    const candidates = collected.get(name)!;
    // Again, because what was enabled since may exclude a struct's extension.
    const usable = candidates.filter(feature => asked.includes(feature) && canBeEnabled(feature));
    const supported = usable.filter(isSupported);
    const found = supported.find(feature => conflictOfFeature(feature, set, chain) === undefined);
    if (found === undefined) {
      const conflict = supported.length > 0 ? conflictOfFeature(supported[0], set, chain) : undefined;
      return conflict === undefined
        ? whyNot(candidates, usable, set)
        : `it needs a device without ${conflict}`;
    }
    for (const required of featuresRequiredBy(found.member)) {
      const reason = chain.has(required) ? undefined : enable(required);
      if (reason !== undefined) return `it needs ${required}: ${reason}`;
    }
    set.add(set.forExpression(found.struct.providers) as { names: string[] });
    chain.enable(found);
    return undefined;
  }
  for (const { features, missing } of groups)
    for (const name of features) {
      const reason = enable(name);
      if (reason !== undefined) missing.push({ kind: 'feature', name, reason });
    }
  for (const name of set.enabled)
    for (const feature of (registry.extension(name)?.versionFeatures ?? []).flatMap(featuresNamed))
      if (chain.structs.has(feature.struct.name)) chain.enable(feature);
}

/** Throws a TypeError that names the path of a wish that cannot be one. @returns a copy */
export function checkDeviceWishes(path: string, wishes: DeviceWishes): DeviceWishes {
  const given = checkOptions(path, wishes, ['required', 'preferred', 'queue']);
  const wish = <T extends DeviceWish>(name: string, one: T): T => {
    const checked = checkWish(`${path}.${name}`, one, 'device', ['features']);
    checkFeatures(`${path}.${name}.features`, checked.features ?? []);
    return checked;
  };
  const required = wish('required', given.required ?? {});
  const preferred = checkOptions(`${path}.preferred`, given.preferred ?? {}, ['features', 'extensions']);
  const queue = checkOptions(`${path}.queue`, given.queue ?? {}, ['flags', 'surface']);
  checkFlags(`${path}.queue.flags`, queue.flags ?? 0, 'VkQueueFlagBits');
  return { required, preferred: wish('preferred', preferred), queue };
}

/** Resolves checked wishes without throwing: what is required but missing is in `missingRequired`. */
export function resolveWishes(
  gpu: PhysicalDevice,
  { required = {}, preferred = {}, queue = {} }: DeviceWishes,
): DeviceAnswer & { readonly missingRequired: Missing[] } {
  const { apiVersion } = gpu.getPhysicalDeviceProperties();
  const version = Math.min(gpu.instance.apiVersion, apiVersion);
  const groups = [toGroup(required), toGroup(preferred)];
  const [{ missing: missingRequired }, { missing }] = groups;

  if (required.apiVersion !== undefined && required.apiVersion > version) {
    const who = gpu.instance.apiVersion < apiVersion ? 'the instance was created for' : 'it has';
    const reason = `${who} ${formatVersion(version)}`;
    missingRequired.push({ kind: 'version', name: formatVersion(required.apiVersion), reason });
  }
  const queueFamilyIndex = chooseFamily(gpu, queue);
  if (queueFamilyIndex < 0) {
    const name = `with flags 0x${(queue.flags ?? 0).toString(16)}${queue.surface === undefined ? '' : ' for the surface'}`;
    missingRequired.push({ kind: 'queue', name, reason: 'no family has all of it' });
  }

  const offered = gpu.enumerateDeviceExtensionProperties().map(e => e.extensionName);
  const chain = new FeatureChain();
  const isEnabled = (name: string) => (versionOfName(name) ?? Infinity) <= apiVersion || chain.has(name);
  const set = new ExtensionSet('device', version, offered, gpu.instance.enabledExtensions, isEnabled);
  if (set.isOffered(PORTABILITY)) set.add({ names: [PORTABILITY] });
  for (const group of groups) addExtensions(set, group);
  addFeatures(gpu, set, chain, groups);
  const { [CORE_STRUCT]: pEnabledFeatures = {}, ...chained } = Object.fromEntries(chain.structs);
  const createInfo = {
    pQueueCreateInfos: [{ queueFamilyIndex, pQueuePriorities: [1] }],
    ppEnabledExtensionNames: [...set.enabled],
    pEnabledFeatures,
    pNext: Object.values(chained) as never[],
  };
  return { createInfo, queueFamilyIndex, missing, missingRequired };
}

/** Why a feature cannot be enabled: the GPU answered so, or no struct that has it can be used. */
function whyNot(
  candidates: readonly Feature[],
  usable: readonly Feature[],
  extensions: ExtensionSet,
): string {
  if (usable.length > 0) return `not supported, says ${usable[0].struct.name}`;
  const lacks = candidates.map(
    ({ struct }) => (extensions.forExpression(struct.providers) as { lack: string }).lack,
  );
  return `it needs ${[...new Set(lacks.flatMap(lack => lack.split(' or ')))].join(' or ')}`;
}

/**
 * Resolves wishes for a device into what vkCreateDevice takes: the structs that have the features, the extensions with
 * those that they depend on (unless the version includes them), and a queue. It creates nothing, and calls
 * vkGetPhysicalDeviceProperties, vkGetPhysicalDeviceFeatures2 (on Vulkan 1.0 the one without 2),
 * vkEnumerateDeviceExtensionProperties and vkGetPhysicalDeviceQueueFamilyProperties.
 * @param gpu the physical device to create the device on; it can use no later version than its instance was created for
 * @param wishes what the device must have, and what it should have
 * @returns create info, and what is preferred but missing
 * @throws NotOfferedError with all that is required but missing; TypeError for a feature that does not exist
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkDeviceCreateInfo.html
 *
 * @example
 * const { createInfo, missing } = resolveDevice(gpu, {
 *   required: { features: ['samplerAnisotropy'] },
 *   preferred: { features: ['timelineSemaphore', 'rayQuery'] },
 * });
 * for (const { name, reason } of missing) console.log(`without ${name}: ${reason}`);
 * using created = gpu.createDevice(createInfo);
 */
export const resolveDevice = userCall(function resolveDevice(
  gpu: PhysicalDevice,
  wishes: DeviceWishes,
): DeviceAnswer {
  checkClass('resolveDevice.gpu', gpu, 'VkPhysicalDevice');
  const wanted = checkDeviceWishes('resolveDevice.wishes', wishes);
  const { missingRequired, ...answer } = resolveWishes(gpu, wanted);
  if (missingRequired.length > 0)
    throw new NotOfferedError(
      'resolveDevice',
      new Map([[gpu.getPhysicalDeviceProperties().deviceName, missingRequired]]),
    );
  return answer;
});

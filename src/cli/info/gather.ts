// Gathers all that an instance and its physical devices report, as data with the registry's rows.
import {
  API_VERSION_1_1,
  type Instance,
  NotAvailableError,
  type PhysicalDevice,
  type VkFormat,
  type VkLayerProperties,
  type Vulkan,
} from '../../index.ts';
import { registry } from '../../registry/registry.ts';
import { type ExternalMemory, externalMemory } from './external.ts';
import { chained, type Filled, type Offer, valuesOffered } from './offered.ts';
import { type Usable, usableFor } from './usable.ts';

export interface Extension {
  readonly extensionName: string;
  readonly specVersion: number;
}

export interface DeviceInfo {
  readonly index: number;
  readonly name: string;
  readonly offer: Offer;
  readonly properties: readonly Filled[];
  readonly features: readonly Filled[];
  readonly memory: readonly Filled[];
  readonly queueFamilies: readonly (readonly Filled[])[];
  readonly extensions: readonly Extension[];
  /** Extensions of layers, by layer. */
  readonly layerExtensions: ReadonlyMap<string, readonly Extension[]>;
  readonly external: readonly ExternalMemory[];
  /** By memory type; undefined if no device could be created to ask. */
  readonly usable: readonly Usable[] | undefined;
  /** Undefined unless asked for; formats that can be used for nothing are left out. */
  readonly formats: ReadonlyMap<VkFormat, readonly Filled[]> | undefined;
}

export interface InstanceInfo {
  readonly version: number;
  readonly extensions: readonly Extension[];
  readonly layers: readonly (VkLayerProperties & { readonly extensions: readonly Extension[] })[];
  /** Indices of the devices in each group. */
  readonly groups: readonly { readonly devices: readonly number[]; readonly subsetAllocation: boolean }[];
}

const byName = (a: Extension, b: Extension) => (a.extensionName < b.extensionName ? -1 : 1);

/** An empty list if the command is not available: of a later version, or missing in a small driver. */
function orNone<T>(ask: () => T[]): T[] {
  try {
    return ask();
  } catch (error) {
    if (error instanceof NotAvailableError) return [];
    throw error;
  }
}

export function gatherInstance(vulkan: Vulkan, instance: Instance): InstanceInfo {
  const gpus = instance.enumeratePhysicalDevices();
  return {
    version: instance.apiVersion,
    extensions: vulkan.enumerateInstanceExtensionProperties().sort(byName),
    layers: vulkan.enumerateInstanceLayerProperties().map(layer => ({
      ...layer,
      extensions: vulkan.enumerateInstanceExtensionProperties(layer.layerName).sort(byName),
    })),
    groups: orNone(() =>
      instance.enumeratePhysicalDeviceGroups().map(group => ({
        devices: group.physicalDevices.map(gpu => gpus.indexOf(gpu)),
        subsetAllocation: group.subsetAllocation,
      })),
    ),
  };
}

export function gatherDevice(
  gpu: PhysicalDevice,
  index: number,
  layers: readonly string[],
  withFormats: boolean,
): DeviceInfo {
  const offer = offerOf(gpu);
  const layerExtensions = layers.map(
    layer => [layer, gpu.enumerateDeviceExtensionProperties(layer).sort(byName)] as const,
  );
  return {
    index,
    name: gpu.getPhysicalDeviceProperties().deviceName,
    offer,
    ...structsOf(gpu, offer),
    extensions: gpu.enumerateDeviceExtensionProperties().sort(byName),
    layerExtensions: new Map(layerExtensions.filter(([, list]) => list.length > 0)),
    external: orNone(() => externalMemory(gpu)),
    usable: usableFor(gpu),
    formats: withFormats ? formats(gpu, offer) : undefined,
  };
}

/** Only the heaps and memory types, and what these can hold. */
export function gatherMemory(gpu: PhysicalDevice): Pick<DeviceInfo, 'memory' | 'usable'> {
  const { memory } = structsOf(gpu, offerOf(gpu));
  return { memory, usable: usableFor(gpu) };
}

/** What a device has, of the version that its instance was made with. */
export const offerOf = (gpu: PhysicalDevice): Offer => ({
  version: Math.min(gpu.getPhysicalDeviceProperties().apiVersion, gpu.instance.apiVersion),
  extensions: new Set(gpu.enumerateDeviceExtensionProperties().map(e => e.extensionName)),
});

const structsOf = (gpu: PhysicalDevice, offer: Offer): Structs =>
  gpu.instance.apiVersion < API_VERSION_1_1 ? plainStructs(gpu) : chainedStructs(gpu, offer);

type Structs = Pick<DeviceInfo, 'properties' | 'features' | 'memory' | 'queueFamilies'>;

function chainedStructs(gpu: PhysicalDevice, offer: Offer): Structs {
  const [properties] = chained('VkPhysicalDeviceProperties2', offer, r =>
    gpu.getPhysicalDeviceProperties2(r),
  );
  const [features] = chained('VkPhysicalDeviceFeatures2', offer, r => gpu.getPhysicalDeviceFeatures2(r));
  const [memory] = chained('VkPhysicalDeviceMemoryProperties2', offer, r =>
    gpu.getPhysicalDeviceMemoryProperties2(r),
  );
  const queueFamilies = chained('VkQueueFamilyProperties2', offer, r =>
    gpu.getPhysicalDeviceQueueFamilyProperties2(r),
  );
  return { properties, features, memory, queueFamilies };
}

/** What an instance of Vulkan 1.0 can report. */
function plainStructs(gpu: PhysicalDevice): Structs {
  const filled = (name: string, value: object): Filled[] => [
    { row: registry.struct(name), value: value as Record<string, unknown> },
  ];
  return {
    properties: filled('VkPhysicalDeviceProperties', gpu.getPhysicalDeviceProperties()),
    features: filled('VkPhysicalDeviceFeatures', gpu.getPhysicalDeviceFeatures()),
    memory: filled('VkPhysicalDeviceMemoryProperties', gpu.getPhysicalDeviceMemoryProperties()),
    queueFamilies: gpu
      .getPhysicalDeviceQueueFamilyProperties()
      .map(family => filled('VkQueueFamilyProperties', family)),
  };
}

function formats(gpu: PhysicalDevice, offer: Offer): Map<VkFormat, Filled[]> {
  const all = (valuesOffered('VkFormat', offer) as VkFormat[]).map(format => {
    const [filled] =
      gpu.instance.apiVersion < API_VERSION_1_1
        ? [
            [
              {
                row: registry.struct('VkFormatProperties'),
                value: gpu.getPhysicalDeviceFormatProperties(format) as unknown as Record<string, unknown>,
              },
            ],
          ]
        : chained('VkFormatProperties2', offer, r => gpu.getPhysicalDeviceFormatProperties2(format, r));
    return [format, filled] as const;
  });
  return new Map(all.filter(([, filled]) => filled.some(({ value }) => Object.values(value).some(Boolean))));
}

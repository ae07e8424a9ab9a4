// In: the driver's world.
// Out: the commands that need no device: instances, their physical devices, creating a device.
import { VkResult } from '../../ffi/rows/enums.ts';
import type { VkDeviceCreateInfo, VkInstanceCreateInfo } from '../../ffi/types/structs.ts';
import { API_VERSION_1_0 } from '../registry/version.ts';
import { extensionProperties, INSTANCE_EXTENSIONS } from './extensions.ts';
import { API_VERSION, FEATURES, FEATURES_1_2, FEATURES_1_3, QUEUE_FAMILIES } from './facts.ts';
import type { Received } from './received.ts';
import { invalid, listOf, Refusal } from './refusal.ts';
import type { Implementations, World } from './world.ts';

export const instanceCommands = (world: World): Implementations => ({
  vkEnumerateInstanceVersion: () => API_VERSION,
  vkEnumerateInstanceExtensionProperties(layer: string | null) {
    refuseLayers(layer === null ? [] : [layer]);
    return INSTANCE_EXTENSIONS.map(extensionProperties);
  },
  vkEnumerateInstanceLayerProperties: () => [],
  vkCreateInstance(info: Received<VkInstanceCreateInfo>) {
    const extensions = listOf(info.ppEnabledExtensionNames);
    refuseLayers(listOf(info.ppEnabledLayerNames));
    refuseMissing(extensions, world.call('vkEnumerateInstanceExtensionProperties', null));
    const adapters: bigint[] = [];
    const instance = world.objects.add('VkInstance', {
      apiVersion: info.pApplicationInfo?.apiVersion || API_VERSION_1_0,
      extensions: new Set(extensions),
      adapters,
    });
    for (let index = 0; index < world.adapters; index++)
      adapters.push(world.objects.add('VkPhysicalDevice', { instance, index }));
    return instance;
  },
  vkDestroyInstance(handle: bigint) {
    for (const adapter of world.objects.remove('VkInstance', handle)?.adapters ?? [])
      world.objects.remove('VkPhysicalDevice', adapter);
  },
  vkEnumeratePhysicalDevices: (instance: bigint) => world.objects.get('VkInstance', instance).adapters,

  vkCreateDevice(physicalDevice: bigint, info: Received<VkDeviceCreateInfo>) {
    const adapter = world.objects.get('VkPhysicalDevice', physicalDevice);
    const extensions = listOf(info.ppEnabledExtensionNames);
    refuseMissing(extensions, world.call('vkEnumerateDeviceExtensionProperties', physicalDevice, null));
    for (const chosen of [info.pEnabledFeatures ?? {}, ...info.pNext]) refuseFeatures(chosen);
    const queues: bigint[] = [];
    const device = world.objects.add('VkDevice', {
      adapter,
      apiVersion: Math.min(API_VERSION, world.objects.get('VkInstance', adapter.instance).apiVersion),
      extensions: new Set(extensions),
      queues,
      lost: undefined,
    });
    for (const { queueFamilyIndex: family, queueCount } of listOf(info.pQueueCreateInfos)) {
      if (!(queueCount > 0 && queueCount <= (QUEUE_FAMILIES[family]?.queueCount ?? 0))) {
        world.objects.remove('VkDevice', device);
        throw invalid(`queue family ${family} does not have ${queueCount} queues`);
      }
      for (let index = 0; index < queueCount; index++)
        queues.push(world.objects.add('VkQueue', { device, family, index, pending: [] }));
    }
    return device;
  },
  vkDestroyDevice(handle: bigint) {
    for (const queue of world.objects.remove('VkDevice', handle)?.queues ?? [])
      world.objects.remove('VkQueue', queue);
  },
});

/** It has no layers. */
export function refuseLayers(names: readonly string[]): void {
  if (names.length > 0) throw new Refusal(VkResult.ERROR_LAYER_NOT_PRESENT, `no layer ${names}`);
}

function refuseMissing(names: readonly string[], offered: unknown): void {
  const known = new Set(((offered ?? []) as { extensionName: string }[]).map(e => e.extensionName));
  const missing = names.filter(name => !known.has(name));
  if (missing.length > 0) throw new Refusal(VkResult.ERROR_EXTENSION_NOT_PRESENT, `no extension ${missing}`);
}

const OFFERED = new Set(Object.keys({ ...FEATURES, ...FEATURES_1_2, ...FEATURES_1_3 }));

/** A feature is a boolean of a struct that the caller chained; no two are of one name. */
function refuseFeatures(chosen: object): void {
  for (const [name, value] of Object.entries(chosen)) {
    if (typeof value === 'object' && value !== null && name === 'features') refuseFeatures(value);
    if (value === true && !OFFERED.has(name))
      throw new Refusal(VkResult.ERROR_FEATURE_NOT_PRESENT, `no feature ${name}`);
  }
}

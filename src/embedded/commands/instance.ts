// Commands of instances: creating them, enumerating physical devices, creating devices.
import { VkResult } from '../../../ffi/rows/enums.ts';
import type { VkDeviceCreateInfo, VkInstanceCreateInfo } from '../../../ffi/types/structs.ts';
import { API_VERSION_1_0, API_VERSION_1_3 } from '../../native/version.ts';
import type { DriverState, Implementations } from '../driver-state.ts';
import { extensionPropertiesOf, INSTANCE_EXTENSIONS } from '../extensions.ts';
import { FEATURES, FEATURES_1_2, FEATURES_1_3, QUEUE_FAMILIES } from '../facts.ts';
import type { Received } from '../received.ts';
import { invalid, listOf, Refusal } from '../refusal.ts';

export const instanceCommands = (driver: DriverState): Implementations => ({
  vkEnumerateInstanceVersion: () => API_VERSION_1_3,
  vkEnumerateInstanceExtensionProperties(layer: string | null) {
    refuseLayers(layer === null ? [] : [layer]);
    return INSTANCE_EXTENSIONS.map(extensionPropertiesOf);
  },
  vkEnumerateInstanceLayerProperties: () => [],
  vkCreateInstance(info: Received<VkInstanceCreateInfo>) {
    const extensions = listOf(info.ppEnabledExtensionNames);
    refuseLayers(listOf(info.ppEnabledLayerNames));
    refuseMissing(extensions, driver.call('vkEnumerateInstanceExtensionProperties', null));
    const adapters: bigint[] = [];
    const instance = driver.objects.add('VkInstance', {
      apiVersion: info.pApplicationInfo?.apiVersion || API_VERSION_1_0,
      extensions: new Set(extensions),
      adapters,
    });
    for (let index = 0; index < driver.adapters; index++)
      adapters.push(driver.objects.add('VkPhysicalDevice', { instance, index }));
    return instance;
  },
  vkDestroyInstance(handle: bigint) {
    for (const adapter of driver.objects.remove('VkInstance', handle)?.adapters ?? [])
      driver.objects.remove('VkPhysicalDevice', adapter);
  },
  vkEnumeratePhysicalDevices: (instance: bigint) => driver.objects.get('VkInstance', instance).adapters,

  vkCreateDevice(physicalDevice: bigint, info: Received<VkDeviceCreateInfo>) {
    const adapter = driver.objects.get('VkPhysicalDevice', physicalDevice);
    const extensions = listOf(info.ppEnabledExtensionNames);
    refuseMissing(extensions, driver.call('vkEnumerateDeviceExtensionProperties', physicalDevice, null));
    for (const chosen of [info.pEnabledFeatures ?? {}, ...info.pNext]) refuseFeatures(chosen);
    const queues: bigint[] = [];
    const device = driver.objects.add('VkDevice', {
      adapter,
      apiVersion: Math.min(API_VERSION_1_3, driver.objects.get('VkInstance', adapter.instance).apiVersion),
      extensions: new Set(extensions),
      queues,
      lost: undefined,
    });
    for (const { queueFamilyIndex: family, queueCount } of listOf(info.pQueueCreateInfos)) {
      if (!(queueCount > 0 && queueCount <= (QUEUE_FAMILIES[family]?.queueCount ?? 0))) {
        driver.objects.remove('VkDevice', device);
        throw invalid(`queue family ${family} does not have ${queueCount} queues`);
      }
      for (let index = 0; index < queueCount; index++)
        queues.push(driver.objects.add('VkQueue', { device, family, index, pending: [] }));
    }
    return device;
  },
  vkDestroyDevice(handle: bigint) {
    for (const queue of driver.objects.remove('VkDevice', handle)?.queues ?? [])
      driver.objects.remove('VkQueue', queue);
  },
});

/** The driver has no layers. */
export function refuseLayers(names: readonly string[]): void {
  if (names.length > 0) throw new Refusal(VkResult.ERROR_LAYER_NOT_PRESENT, `no layer ${names}`);
}

function refuseMissing(names: readonly string[], offered: unknown): void {
  const known = new Set(((offered ?? []) as { extensionName: string }[]).map(e => e.extensionName));
  const missing = names.filter(name => !known.has(name));
  if (missing.length > 0) throw new Refusal(VkResult.ERROR_EXTENSION_NOT_PRESENT, `no extension ${missing}`);
}

const OFFERED = new Set(Object.keys({ ...FEATURES, ...FEATURES_1_2, ...FEATURES_1_3 }));

/** Every boolean in the caller's structs is a feature, and no two features have the same name. */
function refuseFeatures(chosen: object): void {
  for (const [name, value] of Object.entries(chosen)) {
    if (typeof value === 'object' && value !== null && name === 'features') refuseFeatures(value);
    if (value === true && !OFFERED.has(name))
      throw new Refusal(VkResult.ERROR_FEATURE_NOT_PRESENT, `no feature ${name}`);
  }
}

// The extensions that the driver offers, and the commands that they provide.
import { dependsHolds, versionOfName } from '../registry/depends.ts';
import { registry } from '../registry/registry.ts';
import type { DriverState } from './driver-state.ts';

export const INSTANCE_EXTENSIONS = [
  'VK_EXT_debug_utils',
  'VK_KHR_external_fence_capabilities',
  'VK_KHR_external_memory_capabilities',
  'VK_KHR_external_semaphore_capabilities',
  'VK_KHR_get_physical_device_properties2',
] as const;

const DEVICE_EXTENSIONS = [
  'VK_EXT_external_memory_host',
  'VK_KHR_bind_memory2',
  'VK_KHR_copy_commands2',
  'VK_KHR_dedicated_allocation',
  'VK_KHR_external_fence',
  'VK_KHR_external_fence_win32',
  'VK_KHR_external_memory',
  'VK_KHR_external_memory_win32',
  'VK_KHR_external_semaphore',
  'VK_KHR_external_semaphore_win32',
  'VK_KHR_get_memory_requirements2',
  'VK_KHR_synchronization2',
  'VK_KHR_timeline_semaphore',
  'VK_KHR_win32_keyed_mutex',
] as const;

/** Only on systems where file descriptors share memory. */
const FD_EXTENSIONS = [
  'VK_EXT_external_memory_dma_buf',
  'VK_EXT_image_drm_format_modifier',
  'VK_EXT_physical_device_drm',
  'VK_EXT_queue_family_foreign',
  'VK_KHR_external_fence_fd',
  'VK_KHR_external_memory_fd',
  'VK_KHR_external_semaphore_fd',
] as const;

export const deviceExtensions = (driver: DriverState): readonly string[] =>
  driver.handles.fd === undefined ? DEVICE_EXTENSIONS : [...DEVICE_EXTENSIONS, ...FD_EXTENSIONS];

/** VkExtensionProperties of an extension. */
export const extensionPropertiesOf = (extensionName: string): Record<string, unknown> => ({
  extensionName,
  specVersion: registry.extension(extensionName)?.version ?? 1,
});

/** Whether a command is provided: by the version, or by an extension that is enabled. */
export const isProvided = (
  command: string,
  apiVersion: number,
  isEnabled: (extension: string) => boolean,
): boolean =>
  dependsHolds(registry.command(command).providers, provider => {
    const version = versionOfName(provider);
    return version === undefined ? isEnabled(provider) : version <= apiVersion;
  });

// Environment variables that affect the Vulkan loader, its drivers and this package.

/** From the loader's documentation (LoaderInterfaceArchitecture.md), this package, and the system's dynamic linker. */
const NAMES = [
  'KOFFI_VULKAN_LIBRARY',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'VK_DRIVER_FILES',
  'VK_ICD_FILENAMES',
  'VK_ADD_DRIVER_FILES',
  'VK_LOADER_DRIVERS_SELECT',
  'VK_LOADER_DRIVERS_DISABLE',
  'VK_LAYER_PATH',
  'VK_ADD_LAYER_PATH',
  'VK_IMPLICIT_LAYER_PATH',
  'VK_ADD_IMPLICIT_LAYER_PATH',
  'VK_INSTANCE_LAYERS',
  'VK_LOADER_LAYERS_ENABLE',
  'VK_LOADER_LAYERS_DISABLE',
  'VK_LOADER_LAYERS_ALLOW',
  'VK_LOADER_DEBUG',
  'VK_LOADER_DEVICE_SELECT',
  'VK_LOADER_DISABLE_SELECT',
  'MESA_VK_DEVICE_SELECT',
  'NVIDIA_VISIBLE_DEVICES',
  'NVIDIA_DRIVER_CAPABILITIES',
  'CUDA_VISIBLE_DEVICES',
] as const;

/** A line for each variable that is set and not empty, with a note if a newer one replaces it. */
export function environmentLines(): string[] {
  const { env } = process;
  return NAMES.filter(name => env[name]).map(name =>
    name === 'VK_ICD_FILENAMES' && env.VK_DRIVER_FILES
      ? `${name}=${env[name]} (not read: VK_DRIVER_FILES is set)`
      : `${name}=${env[name]}`,
  );
}

// The usual causes of each command's error codes, from the specification and from drivers that were tried.

const OTHER_ADAPTER =
  'the handle was made on another adapter: compare VkPhysicalDeviceIDProperties.deviceLUID';

/** A cause; with a pattern it applies only if a struct of such a name was in the pNext chain. */
type Cause = string | readonly [chained: RegExp, cause: string];

const IMPORTS = /^VkImport/;

const CAUSES: Record<string, Record<string, readonly Cause[]>> = {
  vkGetMemoryWin32HandlePropertiesKHR: {
    VK_ERROR_INVALID_EXTERNAL_HANDLE: [
      'the handle type is not that of the handle (an NT handle from CreateSharedHandle, a KMT one from GetSharedHandle)',
      'the handle was closed already, or belongs to another process and was not duplicated',
      OTHER_ADAPTER,
    ],
  },
  vkAllocateMemory: {
    VK_ERROR_INVALID_EXTERNAL_HANDLE: [
      'the imported handle is closed, of another type, or made on another adapter',
      'size, format or flags of the resource are not those of the original',
    ],
    VK_ERROR_OUT_OF_DEVICE_MEMORY: [
      [IMPORTS, 'the memory type is not one that the handle can be imported as'],
      [IMPORTS, 'VkMemoryDedicatedAllocateInfo is missing, where a D3D texture is imported'],
      'the heap of this memory type is full: see VkPhysicalDeviceMemoryBudgetPropertiesEXT',
    ],
    VK_ERROR_OUT_OF_HOST_MEMORY: [
      'the process is out of memory',
      [
        IMPORTS,
        "any mistake under Wine, which always answers with this code: extent, format, levels, layers, size or name that are not the original's, a closed handle, or one of another type",
      ],
    ],
  },
  vkGetMemoryFdPropertiesKHR: {
    VK_ERROR_INVALID_EXTERNAL_HANDLE: ['the file descriptor is closed, or not of the handle type'],
  },
  vkGetMemoryHostPointerPropertiesEXT: {
    VK_ERROR_INVALID_EXTERNAL_HANDLE: [
      'the pointer is not aligned to minImportedHostPointerAlignment, or not mapped memory of this process',
    ],
  },
  vkCreateInstance: {
    VK_ERROR_INCOMPATIBLE_DRIVER: [
      'no Vulkan driver is installed, or none that can be loaded (npx koffi-vulkan doctor checks each)',
    ],
    VK_ERROR_OUT_OF_HOST_MEMORY: [
      'the manifest of a driver is not valid JSON, which older loaders report with this code (npx koffi-vulkan doctor finds it)',
      'the process is out of memory',
    ],
    VK_ERROR_INITIALIZATION_FAILED: [
      'the driver could not start; under Wine a display must exist before its first process',
    ],
    VK_ERROR_LAYER_NOT_PRESENT: [
      'a layer in ppEnabledLayerNames is not installed: see enumerateInstanceLayerProperties()',
    ],
    VK_ERROR_EXTENSION_NOT_PRESENT: [
      'an extension in ppEnabledExtensionNames is not offered: see enumerateInstanceExtensionProperties()',
    ],
  },
  vkGetShaderInfoAMD: {
    VK_ERROR_FEATURE_NOT_PRESENT: ['the driver has nothing of this infoType about the shader'],
  },
  vkCreateDevice: {
    VK_ERROR_EXTENSION_NOT_PRESENT: [
      'an extension in ppEnabledExtensionNames is not offered: see enumerateDeviceExtensionProperties()',
    ],
    VK_ERROR_FEATURE_NOT_PRESENT: [
      'a feature is enabled that the device does not have: see getPhysicalDeviceFeatures2()',
    ],
  },
};

/** @param chained names of the structs in the pNext chains that were passed */
export const causesOf = (command: string, code: string, chained: readonly string[]): readonly string[] =>
  (CAUSES[command]?.[code] ?? []).flatMap(cause => {
    if (typeof cause === 'string') return cause;
    return chained.some(name => cause[0].test(name)) ? cause[1] : [];
  });

// Which extensions could be enabled: the driver's and loader's, and those of layers.
import type { PhysicalDevice, Vulkan } from '../../ffi/types/objects.ts';

/** Extensions of a library, and of the layers that an instance has. */
export const instanceExtensions = (vulkan: Vulkan, layers: readonly string[]): Set<string> =>
  namesOf([undefined, ...layers].map(layer => vulkan.enumerateInstanceExtensionProperties(layer)));

/** Extensions of a physical device, and of the layers that its instance has. */
export function deviceExtensions(physicalDevice: PhysicalDevice): Set<string> {
  const layers = physicalDevice.enumerateDeviceLayerProperties().map(({ layerName }) => layerName);
  return namesOf(
    [undefined, ...layers].map(layer => physicalDevice.enumerateDeviceExtensionProperties(layer)),
  );
}

const namesOf = (lists: readonly (readonly { readonly extensionName: string }[])[]): Set<string> =>
  new Set(lists.flatMap(list => list.map(({ extensionName }) => extensionName)));

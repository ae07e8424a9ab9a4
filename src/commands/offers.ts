// Which extensions could be enabled: the driver's and loader's, and those of layers.

interface Layer {
  readonly layerName: string;
}

interface Extension {
  readonly extensionName: string;
}

/** As much of a library as is asked. */
export interface OfferingLibrary {
  enumerateInstanceLayerProperties(): readonly Layer[];
  enumerateInstanceExtensionProperties(layer?: string): readonly Extension[];
}

/** As much of a physical device as is asked. */
export interface OfferingDevice {
  enumerateDeviceLayerProperties(): readonly Layer[];
  enumerateDeviceExtensionProperties(layer?: string): readonly Extension[];
}

/** Extensions of a library, and of the layers that an instance has. */
export const instanceExtensions = (vulkan: OfferingLibrary, layers: readonly string[]): Set<string> =>
  namesOf([undefined, ...layers].map(layer => vulkan.enumerateInstanceExtensionProperties(layer)));

/** Extensions of a physical device, and of the layers that its instance has. */
export function deviceExtensions(physicalDevice: OfferingDevice): Set<string> {
  const layers = physicalDevice.enumerateDeviceLayerProperties().map(({ layerName }) => layerName);
  return namesOf(
    [undefined, ...layers].map(layer => physicalDevice.enumerateDeviceExtensionProperties(layer)),
  );
}

const namesOf = (lists: readonly (readonly Extension[])[]): Set<string> =>
  new Set(lists.flatMap(list => list.map(({ extensionName }) => extensionName)));

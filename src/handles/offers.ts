// Lists the extensions that could be enabled: those of the driver, of the loader and of layers.

interface Layer {
  readonly layerName: string;
}

interface Extension {
  readonly extensionName: string;
}

/** The part of a library that is used here. */
export interface OfferingLibrary {
  enumerateInstanceLayerProperties(): readonly Layer[];
  enumerateInstanceExtensionProperties(layer?: string): readonly Extension[];
}

/** The part of a physical device that is used here. */
export interface OfferingDevice {
  enumerateDeviceLayerProperties(): readonly Layer[];
  enumerateDeviceExtensionProperties(layer?: string): readonly Extension[];
}

/** Extensions of a library, and of an instance's layers. */
export const offeredInstanceExtensions = (vulkan: OfferingLibrary, layers: readonly string[]): Set<string> =>
  namesOf([undefined, ...layers].map(layer => vulkan.enumerateInstanceExtensionProperties(layer)));

/** Extensions of a physical device, and of its instance's layers. */
export function offeredDeviceExtensions(physicalDevice: OfferingDevice): Set<string> {
  const layers = physicalDevice.enumerateDeviceLayerProperties().map(({ layerName }) => layerName);
  return namesOf(
    [undefined, ...layers].map(layer => physicalDevice.enumerateDeviceExtensionProperties(layer)),
  );
}

const namesOf = (lists: readonly (readonly Extension[])[]): Set<string> =>
  new Set(lists.flatMap(list => list.map(({ extensionName }) => extensionName)));

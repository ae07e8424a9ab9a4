// Writes what was gathered as JSON, in keeping with the Vulkan Profiles schema where that has a place for it.
import { explainC, formatVersion } from '../../index.ts';
import { registry } from '../../registry/registry.ts';
import type { DeviceInfo, Extension, InstanceInfo } from './gather.ts';
import type { Filled } from './offered.ts';
import { structToPlain } from './value.ts';

const structs = (list: readonly Filled[]) =>
  Object.fromEntries(list.map(({ row, value }) => [row.name, structToPlain(row, value)]));
const extensions = (list: readonly Extension[]) =>
  Object.fromEntries(list.map(e => [e.extensionName, e.specVersion]));
const externalRow = registry.struct('VkExternalMemoryProperties');
const external = (value: object) => structToPlain(externalRow, value as Record<string, unknown>);

function deviceToPlain(device: DeviceInfo): object {
  return {
    name: device.name,
    extensions: extensions(device.extensions),
    layerExtensions: Object.fromEntries(
      [...device.layerExtensions].map(([layer, list]) => [layer, extensions(list)]),
    ),
    features: structs(device.features),
    properties: structs(device.properties),
    memory: structs(device.memory),
    memoryTypesUsableFor: device.usable ?? null,
    queueFamiliesProperties: device.queueFamilies.map(structs),
    externalMemory: Object.fromEntries(
      device.external.map(({ handleType, buffer, image }) => [
        explainC('VkExternalMemoryHandleTypeFlagBits', handleType),
        { buffer: external(buffer), image: image === undefined ? null : external(image) },
      ]),
    ),
    ...(device.formats && {
      formats: Object.fromEntries(
        [...device.formats].map(([format, filled]) => [explainC('VkFormat', format), structs(filled)]),
      ),
    }),
  };
}

export function infoJson(source: string, instance: InstanceInfo, devices: readonly DeviceInfo[]): string {
  const all = {
    library: source,
    instance: {
      apiVersion: formatVersion(instance.version),
      extensions: extensions(instance.extensions),
      layers: Object.fromEntries(
        instance.layers.map(layer => [
          layer.layerName,
          {
            description: layer.description,
            specVersion: formatVersion(layer.specVersion),
            implementationVersion: layer.implementationVersion,
            extensions: extensions(layer.extensions),
          },
        ]),
      ),
      deviceGroups: instance.groups,
    },
    devices: devices.map(deviceToPlain),
  };
  // 64-bit integers keep all digits, which JSON allows; NUL marks them, since no text from C contains it.
  const marked = JSON.stringify(all, (_key, value) => (typeof value === 'bigint' ? `\0${value}` : value), 2);
  return marked.replaceAll(/"\\u0000(-?\d+)"/g, '$1');
}

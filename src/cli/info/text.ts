// Writes what was gathered as text.

import { shortNameOf } from '../../errors/explain.ts';
import { explain, formatVersion, REGISTRY_VERSION } from '../../index.ts';
import { registry } from '../../registry/registry.ts';
import { columns, type Screen } from '../screen.ts';
import type { DeviceInfo, Extension, InstanceInfo } from './gather.ts';
import { drawMemory } from './memory.ts';
import type { Filled } from './offered.ts';
import { bitNames, ownMembers, valueText } from './value.ts';

/** A nested struct with more members than this, such as limits, gets a section of its own. */
const INLINE_MEMBERS = 4;

export const title = (screen: Screen, text: string): string[] => ['', screen.paint('bold', text)];

function extensionLines(list: readonly Extension[], indent: number): string[] {
  return list.length === 0
    ? [`${' '.repeat(indent)}none`]
    : columns(
        list.map(e => [e.extensionName, `revision ${e.specVersion}`]),
        indent,
      );
}

/** Each member with its value; large nested structs follow as sections. */
function structLines({ row, value }: Filled, screen: Screen): string[] {
  const nested: Filled[] = [];
  const rows = ownMembers(row).flatMap(m => {
    const fact = registry.fact(m.base);
    const inner = value[m.name];
    if (fact.kind === 'struct' && m.extents.length === 0 && fact.row.members.length > INLINE_MEMBERS) {
      nested.push({ row: fact.row, value: inner as Record<string, unknown> });
      return [];
    }
    const text = valueText(m, inner);
    return [
      [
        m.name,
        inner === true ? screen.paint('green', text) : inner === false ? screen.paint('dim', text) : text,
      ],
    ];
  });
  return [
    ...title(screen, row.name),
    ...columns(rows, 2),
    ...nested.flatMap(filled => structLines(filled, screen)),
  ];
}

function instanceLines(source: string, instance: InstanceInfo, screen: Screen): string[] {
  return [
    `${screen.paint('bold', 'Vulkan')} ${formatVersion(instance.version)} from ${source}, registry ${REGISTRY_VERSION}`,
    ...title(screen, `Instance extensions (${instance.extensions.length})`),
    ...extensionLines(instance.extensions, 2),
    ...title(screen, `Layers (${instance.layers.length})`),
    ...instance.layers.flatMap(layer => [
      `  ${layer.layerName}  ${layer.description}, of Vulkan ${formatVersion(layer.specVersion)}, version ${layer.implementationVersion}`,
      ...extensionLines(layer.extensions, 4),
    ]),
    ...title(screen, `Device groups (${instance.groups.length})`),
    ...instance.groups.map(
      (group, i) =>
        `  group ${i}: GPU ${group.devices.join(', ')}; subsetAllocation ${group.subsetAllocation}`,
    ),
  ];
}

const rule = (screen: Screen, text: string) => [
  '',
  '',
  screen.paint('bold', text),
  '═'.repeat(Math.min(screen.width, text.length)),
];

const abilities: [key: string, text: string][] = [
  ['DEDICATED_ONLY', 'dedicated'],
  ['EXPORTABLE', 'export'],
  ['IMPORTABLE', 'import'],
];

function externalLines({ external }: DeviceInfo, screen: Screen): string[] {
  const able = (features: number | undefined) =>
    bitNames('VkExternalMemoryFeatureFlags', features ?? 0, shortNameOf)
      .map(name => abilities.find(([key]) => key === name)?.[1] ?? name)
      .join(', ') || '–';
  const rows = external.map(({ handleType, buffer, image }) => [
    explain('VkExternalMemoryHandleTypeFlagBits', handleType),
    able(buffer.externalMemoryFeatures),
    able(image?.externalMemoryFeatures),
  ]);
  const [some, none] = [
    rows.filter(r => r[1] !== '–' || r[2] !== '–'),
    rows.filter(r => r[1] === '–' && r[2] === '–'),
  ];
  return [
    ...title(screen, 'External memory, by handle type'),
    ...columns(
      [['handle type', 'buffer', 'image (R8G8B8A8_UNORM)'].map(t => screen.paint('dim', t)), ...some],
      2,
    ),
    ...(none.length > 0 ? [`  neither exported nor imported: ${none.map(([name]) => name).join(', ')}`] : []),
  ];
}

/** Formats that can be used for the same share a group. */
function formatLines({ formats }: DeviceInfo, screen: Screen): string[] {
  if (formats === undefined) return [];
  const groups = new Map<string, { names: string[]; filled: readonly Filled[] }>();
  for (const [format, filled] of formats) {
    const key = filled.flatMap(({ value }) => Object.values(value).map(String)).join();
    const group = groups.get(key) ?? { names: [], filled };
    group.names.push(explain('VkFormat', format));
    groups.set(key, group);
  }
  const indented = (lines: readonly string[]) => lines.filter(Boolean).map(line => `  ${line}`);
  return [
    ...title(screen, `Formats (${formats.size}, in ${groups.size} groups of the same abilities)`),
    ...[...groups.values()].flatMap(({ names, filled }) => [
      '',
      `  ${screen.paint('cyan', names.join(' '))}`,
      ...filled.flatMap(one => indented(structLines(one, screen))),
    ]),
  ];
}

function deviceLines(device: DeviceInfo, screen: Screen): string[] {
  return [
    ...rule(screen, `GPU ${device.index}: ${device.name}`),
    ...title(screen, 'Memory'),
    ...drawMemory(device, screen).map(line => `  ${line}`),
    ...device.memory.slice(1).flatMap(filled => structLines(filled, screen)),
    ...title(screen, `Queue families (${device.queueFamilies.length})`),
    ...device.queueFamilies.flatMap((family, i) => [
      `  family ${i}`,
      ...family.flatMap(({ row, value }) =>
        columns(
          ownMembers(row).map(m => [m.name, valueText(m, value[m.name])]),
          4,
        ),
      ),
    ]),
    ...externalLines(device, screen),
    ...title(screen, `Device extensions (${device.extensions.length})`),
    ...extensionLines(device.extensions, 2),
    ...[...device.layerExtensions].flatMap(([layer, list]) => [`  by ${layer}:`, ...extensionLines(list, 4)]),
    ...device.properties.flatMap(filled => structLines(filled, screen)),
    ...device.features.flatMap(filled => structLines(filled, screen)),
    ...formatLines(device, screen),
  ];
}

export const fullText = (
  source: string,
  instance: InstanceInfo,
  devices: readonly DeviceInfo[],
  screen: Screen,
): string[] => [
  ...instanceLines(source, instance, screen),
  ...devices.flatMap(device => deviceLines(device, screen)),
];

// `info --summary`: a few lines for each device, asking only for what they show.
import { shortNameOf } from '../../errors/explain.ts';
import {
  API_VERSION_1_1,
  formatVersion,
  type Instance,
  type PhysicalDevice,
  type Vulkan,
} from '../../index.ts';
import { registry } from '../../registry/registry.ts';
import type { StructRow } from '../../registry/rows.ts';
import { columns, type Screen } from '../screen.ts';
import { offerOf } from './gather.ts';
import { heapText } from './memory.ts';
import { chained, type Filled, type Offer } from './offered.ts';
import { title } from './text.ts';
import { bitNames, formatUuid, valueText } from './value.ts';

const SHOWN = [
  'apiVersion',
  'driverVersion',
  'vendorID',
  'deviceID',
  'deviceType',
  'driverID',
  'driverName',
  'driverInfo',
  'conformanceVersion',
  'deviceUUID',
  'driverUUID',
];

const hasShownMember = ({ members }: StructRow): boolean => members.some(({ name }) => SHOWN.includes(name));

/** The structs of properties with the members that are shown. */
function propertiesOf(gpu: PhysicalDevice, offer: Offer): Filled[] {
  if (gpu.instance.apiVersion >= API_VERSION_1_1)
    return chained(
      'VkPhysicalDeviceProperties2',
      offer,
      r => gpu.getPhysicalDeviceProperties2(r),
      hasShownMember,
    )[0];
  const value = gpu.getPhysicalDeviceProperties() as unknown as Record<string, unknown>;
  return [{ row: registry.struct('VkPhysicalDeviceProperties'), value }];
}

/** A member's text out of whichever of the structs has it. */
function find(list: readonly Filled[], name: string): string | undefined {
  for (const { row, value } of list) {
    const m = row.members.find(member => member.name === name);
    if (m !== undefined) return valueText(m, value[name]);
  }
  return undefined;
}

function deviceLines(gpu: PhysicalDevice, index: number, screen: Screen): string[] {
  const offer = offerOf(gpu);
  const properties = propertiesOf(gpu, offer);
  const luid = properties.find(({ value }) => value.deviceLUIDValid === true)?.value.deviceLUID;
  const queues = gpu.getPhysicalDeviceQueueFamilyProperties().map(({ queueCount, queueFlags }) => {
    const flags = bitNames('VkQueueFlags', queueFlags, shortNameOf).join(' | ');
    return `${queueCount} × ${flags}`;
  });
  const rows = [
    ...SHOWN.map(name => [name, find(properties, name)]),
    ['deviceLUID', luid === undefined ? undefined : formatUuid(luid as Uint8Array)],
    ['memory', gpu.getPhysicalDeviceMemoryProperties().memoryHeaps.map(heapText).join(', ')],
    ['queues', queues.join(', ')],
    ['extensions', String(offer.extensions.size)],
  ];
  return [
    ...title(screen, `GPU ${index}: ${gpu.getPhysicalDeviceProperties().deviceName}`),
    ...columns(
      rows.filter((row): row is string[] => row[1] !== undefined),
      2,
    ),
  ];
}

/** Each device with its index. */
export function summaryText(
  source: string,
  vulkan: Vulkan,
  instance: Instance,
  devices: readonly (readonly [index: number, gpu: PhysicalDevice])[],
  screen: Screen,
): string[] {
  const extensions = vulkan.enumerateInstanceExtensionProperties().length;
  const layers = vulkan.enumerateInstanceLayerProperties().length;
  return [
    `${screen.paint('bold', 'Vulkan')} ${formatVersion(instance.apiVersion)} from ${source}, ${extensions} instance extensions, ${layers} layers`,
    ...devices.flatMap(([index, gpu]) => deviceLines(gpu, index, screen)),
  ];
}

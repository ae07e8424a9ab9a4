// The sizes of blocks: some `void*` have a count of blocks, whose size in bytes only the specification's prose gives.
import type { VulkanBase } from '../handles/object.ts';
import { layoutOf } from '../native/row-types.ts';
import { isCountedInValues } from '../registry/length.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, Member } from '../registry/rows.ts';
import { physicalDeviceProperty } from './device-properties.ts';

type BytesOf = (self: VulkanBase) => number;

const BLOCKS: Readonly<Record<string, BytesOf | undefined>> = {
  // A header and a uint64_t for each metric.
  vkGetShaderInstrumentationValuesARM(self) {
    const struct = 'VkPhysicalDeviceShaderInstrumentationPropertiesARM';
    const metrics = Number(physicalDeviceProperty(self, struct, 'numMetrics'));
    return layoutOf(registry.struct('VkShaderInstrumentationMetricDataHeaderARM')).size + 8 * metrics;
  },
};

/** Undefined if the count is in bytes. */
export function blockSize(row: CommandRow, p: Member): BytesOf | undefined {
  if (!isCountedInValues(p)) return undefined;
  const size = BLOCKS[row.canonicalName];
  if (size === undefined) throw new Error(`${row.name}: how many bytes does an element of ${p.name} have?`);
  return size;
}

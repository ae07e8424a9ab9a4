// Draws a device's heaps and memory types.
import { shortNameOf } from '../../errors/explain.ts';
import { formatBytes } from '../query/print.ts';
import { columns, type Screen, visible } from '../screen.ts';
import type { DeviceInfo } from './gather.ts';
import type { Usable } from './usable.ts';
import { bitNames } from './value.ts';

interface MemoryProperties {
  readonly memoryTypes: readonly { readonly propertyFlags: number; readonly heapIndex: number }[];
  readonly memoryHeaps: readonly { readonly size: bigint; readonly flags: number }[];
}

interface Budget {
  readonly heapBudget: readonly bigint[];
  readonly heapUsage: readonly bigint[];
}

const BAR = 24;

/** For one heap: `8 GiB DEVICE_LOCAL`. */
export const heapText = ({ size, flags }: MemoryProperties['memoryHeaps'][number]): string =>
  `${formatBytes(size)} ${bitNames('VkMemoryHeapFlags', flags, shortNameOf).join(' | ') || 'not DEVICE_LOCAL'}`;

/**
 * Draws heaps as bars, and their types as a table of properties, or as lists if the screen is too narrow.
 * @param marked memoryTypeBits; the types of these bits get an arrow
 */
export function drawMemory(
  { memory, usable }: Pick<DeviceInfo, 'memory' | 'usable'>,
  screen: Screen,
  marked?: number,
): string[] {
  const { memoryTypes, memoryHeaps } = memory[0].value as unknown as MemoryProperties;
  const budget = memory.find(({ row }) => row.name === 'VkPhysicalDeviceMemoryBudgetPropertiesEXT')?.value as
    | Budget
    | undefined;
  const largest = Math.max(...memoryHeaps.map(heap => Number(heap.size)));
  const flagsOf = (type: { propertyFlags: number }) =>
    bitNames('VkMemoryPropertyFlags', type.propertyFlags, shortNameOf);
  const properties = [...new Set(memoryTypes.flatMap(flagsOf))];
  const name = (type: number) => {
    const arrow = marked === undefined ? '' : (marked >>> type) & 1 ? screen.paint('yellow', '▶') : ' ';
    return arrow + String(type).padStart(marked === undefined ? 3 : 2);
  };
  const lines: string[] = [];
  memoryHeaps.forEach((heap, index) => {
    const bar = '█'.repeat(Math.max(1, Math.round((Number(heap.size) / largest) * BAR)));
    const available = budget && `, ${formatBytes(budget.heapBudget[index])} may be used`;
    const used = budget && `, ${formatBytes(budget.heapUsage[index])} is`;
    lines.push(
      `${screen.paint('bold', `heap ${index}`)}  ${screen.paint('cyan', bar)} ${heapText(heap)}${available ?? ''}${used ?? ''}`,
    );
    const types = memoryTypes.flatMap((type, i) =>
      type.heapIndex === index ? [{ i, has: flagsOf(type) }] : [],
    );
    const table = columns(
      [
        ['type', ...properties].map(title => screen.paint('dim', title)),
        ...types.map(({ i, has }) => [
          name(i),
          ...properties.map(
            property =>
              ' '.repeat(Math.floor(property.length / 2)) +
              (has.includes(property) ? screen.paint('green', '●') : screen.paint('dim', '·')),
          ),
        ]),
      ],
      2,
    );
    const list = types.map(({ i, has }) => `  type ${name(i)}  ${has.join(' | ') || 'no property'}`);
    if (types.length === 0) lines.push('  no type');
    else lines.push(...(Math.max(...table.map(visible)) <= screen.width ? table : list));
  });
  return marked === undefined ? [...lines, ...drawUsable(usable)] : lines;
}

/** What the types can hold; types that can hold the same share a line. */
function drawUsable(usable: readonly Usable[] | undefined): string[] {
  if (usable === undefined) return ['what the types can hold is unknown: no device could be created to ask'];
  const byText = new Map<string, number[]>();
  usable.forEach((type, i) => {
    const text = usableText(type);
    byText.set(text, [...(byText.get(text) ?? []), i]);
  });
  return [...byText].map(
    ([text, types]) => `type${types.length > 1 ? 's' : ''} ${types.join(', ')} can hold  ${text}`,
  );
}

function usableText({ buffers, optimalImages, linearImages }: Usable): string {
  const parts = [
    buffers && 'buffers',
    optimalImages.length > 0 && `optimal images (${optimalImages.join(', ')})`,
    linearImages.length > 0 && `linear images (${linearImages.join(', ')})`,
  ];
  return parts.filter(Boolean).join(', ') || 'none of buffers, color, depth and stencil images';
}

// In: answers.
// Out: text for a person, or JSON.
import type { Answer } from './ask.ts';

/** JSON has no bigint: sizes become numbers, which are exact for every real heap. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? Number(item) : item), 2);

/** `8 GiB`; bytes that are no whole number of a unit with one decimal. */
export function formatBytes(bytes: bigint): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = Number(bytes);
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `0b01001 (types 0, 3)` */
function formatBits(bits: number): string {
  const set = Array.from({ length: 32 }, (_, i) => i).filter(i => (bits >>> i) & 1);
  return `0b${bits.toString(2)} (${set.length === 0 ? 'no type' : `type${set.length > 1 ? 's' : ''} ${set.join(', ')}`})`;
}

export function toText(answer: Answer): string {
  const rows: [string, string][] = [
    ['driver', answer.driver],
    ['device', answer.device],
    ['handle type', answer.handleType],
    ['handle', answer.handle ?? 'none'],
    ['result', answer.reason ?? answer.result],
  ];
  if (answer.memoryTypeBits !== undefined) rows.push(['memoryTypeBits', formatBits(answer.memoryTypeBits)]);
  const types = answer.memoryTypes ?? [];
  const width = Math.max(0, ...types.map(t => t.properties.length));
  return [
    ...rows.map(([label, value]) => `${label.padEnd(15)} ${value}`),
    ...types.map(
      t => `  type ${t.index}  ${t.properties.padEnd(width)}  heap ${t.heap} (${formatBytes(t.heapSize)})`,
    ),
  ].join('\n');
}

// Answers as text for a person, or as JSON.
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
function formatBits(bits: number | undefined): string {
  if (bits === undefined) return 'unknown';
  const set = Array.from({ length: 32 }, (_, i) => i).filter(i => (bits >>> i) & 1);
  return `0b${bits.toString(2)} (${set.length === 0 ? 'no type' : `type${set.length > 1 ? 's' : ''} ${set.join(', ')}`})`;
}

/** The driver and device once, then each handle type with its memory types. */
export function toText(answers: readonly Answer[]): string {
  const [{ driver, device }] = answers;
  const head = [row('driver', driver), row('device', device)];
  return [head, ...answers.map(answerLines)].map(lines => lines.join('\n')).join('\n\n');
}

const row = (label: string, value: string) => `${label.padEnd(15)} ${value}`;

function answerLines({
  handleType,
  handle,
  result,
  reason,
  memoryTypeBits,
  memoryTypes = [],
  warnings = [],
}: Answer): string[] {
  const properties = (names: readonly string[]) => names.join(' | ') || 'no property';
  const width = Math.max(0, ...memoryTypes.map(t => properties(t.properties).length));
  return [
    row('handle type', handleType),
    row('handle', handle ?? 'none'),
    row('result', reason ?? result),
    ...(result === 'VK_SUCCESS' ? [row('memoryTypeBits', formatBits(memoryTypeBits))] : []),
    ...memoryTypes.map(
      t =>
        `  type ${t.index}  ${properties(t.properties).padEnd(width)}  heap ${t.heap} (${formatBytes(t.heapSize)})`,
    ),
    ...warnings.map(warning => row('warning', warning)),
  ];
}

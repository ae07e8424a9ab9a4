// Writes answers as text or as JSON.
import type { Answer } from './ask.ts';

/** Sizes become numbers in JSON, which are exact for every real heap. */
export const answersJson = (value: unknown): string =>
  JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? Number(item) : item), 2);

/** `8 GiB`, or with one decimal if it is not a whole number of a unit. */
export function formatBytes(bytes: bigint): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = Number(bytes);
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `0b1001 (types 0, 3)` */
export function formatMemoryTypes(bits: number | undefined): string {
  if (bits === undefined) return 'unknown';
  const types = Array.from({ length: 32 }, (_, i) => i).filter(i => (bits >>> i) & 1);
  const names = types.length === 0 ? 'no type' : `type${types.length > 1 ? 's' : ''} ${types.join(', ')}`;
  return `0b${(bits >>> 0).toString(2)} (${names})`;
}

/** Driver and device once, then each handle type with its memory types. */
export function answersText(answers: readonly Answer[]): string {
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
    ...(result === 'VK_SUCCESS' ? [row('memoryTypeBits', formatMemoryTypes(memoryTypeBits))] : []),
    ...memoryTypes.map(
      t =>
        `  type ${t.index}  ${properties(t.properties).padEnd(width)}  heap ${t.heap} (${formatBytes(t.heapSize)})`,
    ),
    ...warnings.map(warning => row('warning', warning)),
  ];
}

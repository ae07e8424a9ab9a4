// Prints values at the prompt: handles with their type, flags by name, structs without counts, errors in one line.
import { inspect } from 'node:util';
import { shortNameOf } from '../../errors/explain.ts';
import { registry } from '../../registry/registry.ts';
import type { Declarator } from '../../registry/rows.ts';
import { countsArray } from '../../registry/shape.ts';
import { bitNames, ownMembers, valueText } from '../info/value.ts';
import { formatMemoryTypes } from '../query/print.ts';
import { UsageError } from '../usage-error.ts';
import { handleType, membersOf, structOf } from './typed.ts';
import { commandOf } from './watch.ts';

/** A value that is printed as this text. */
const raw = (text: string) => ({ [inspect.custom]: () => text });

export type Named = Declarator & { readonly name?: string };

/** How to print a value whose C type is known. */
function typedView(m: Named, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => typedView({ ...m, extents: [] }, item));
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean')
    return value;
  if (value instanceof Uint8Array && m.extents.length > 0) return raw(valueText(m, value));
  const fact = registry.fact(m.base);
  if (typeof value === 'bigint' || typeof value === 'number') {
    if (fact.kind === 'flags') return raw(bitNames(m.base, value, shortNameOf).join(' | ') || '0');
    if (fact.kind === 'enum') return raw(shortNameOf(m.base, value));
    if (fact.kind === 'handle') return value === 0n ? raw('VK_NULL_HANDLE') : raw(handleText(m.base, value));
    if (/memoryTypeBits$/i.test(m.name ?? '')) return raw(formatMemoryTypes(Number(value)));
    const text = valueText(m, value);
    return text === String(value) ? value : raw(text);
  }
  return view(value);
}

const handleText = (type: string, value: bigint | number) => `${type}(0x${value.toString(16)})`;

/** What to pass to inspect instead of a value. @param named whether a struct is printed with its name */
function view(value: unknown, named = false): unknown {
  if (typeof value === 'bigint') {
    const type = handleType(value);
    return type === undefined ? value : raw(handleText(type, value));
  }
  if (typeof value === 'function') {
    const row = commandOf(value);
    return row === undefined ? value : raw(`[${row.name}: help('${row.name}') explains it]`);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    // In a chain with several types, each struct is named.
    const isMixed = new Set(value.map(item => structOf(Object(item)))).size > 1;
    return value.map(item => view(item, isMixed));
  }
  const row = structOf(value);
  const types = membersOf(value);
  if (row === undefined) {
    if (types === undefined) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const m = types.get(key);
        return [key, m === undefined ? item : typedView({ ...m, name: key }, item)];
      }),
    );
  }
  const own = value as Record<string, unknown>;
  const shown = named ? new { [row.name]: class {} }[row.name]() : {};
  for (const m of ownMembers(row))
    if (!countsArray(m, row.members)) (shown as Record<string, unknown>)[m.name] = typedView(m, own[m.name]);
  const pNext = own.pNext as unknown[] | undefined;
  if (pNext !== undefined && pNext.length > 0)
    Object.assign(shown, { pNext: pNext.map(next => view(next, true)) });
  return shown;
}

/** `VulkanError: vkX: VK_ERROR_Y; likely …`, in one line. */
export const errorLine = (error: Error): string =>
  (error instanceof UsageError ? error.message : `${error.name}: ${error.message}`)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();

export const isError = (value: unknown): value is Error =>
  value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';

/** Elements of an array that are printed if the page has no height. */
const MAX_ELEMENTS = 1000;

interface Page {
  readonly colors: boolean;
  readonly width: number;
  /** In lines; Infinity for a pipe or file. */
  readonly height: number;
}

/** @param type of a single number */
export function print(value: unknown, { colors, width, height }: Page, type?: Named): string {
  const breakLength = Number.isFinite(width) ? Math.max(20, width) : 110;
  const shown = type === undefined ? view(value, true) : typedView(type, value);
  const text = (maxArrayLength: number) =>
    inspect(shown, { colors, depth: 6, maxArrayLength, breakLength, compact: 2 });
  // A long array is shortened to fit the screen; inspect then prints how many more elements there are.
  let elements = MAX_ELEMENTS;
  let whole = text(elements);
  for (let lines = linesOf(whole); lines > height - 2 && elements > 4; lines = linesOf(whole)) {
    elements = Math.max(4, Math.min(elements - 1, Math.floor((elements * (height - 2)) / lines)));
    const shorter = text(elements);
    if (linesOf(shorter) === lines && elements <= 4) break;
    whole = shorter;
  }
  return whole;
}

const linesOf = (text: string): number => text.split('\n').length;

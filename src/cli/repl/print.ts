// How a value at the prompt is printed: handles by type, flags by name, structs without counts, errors in one line.
import { inspect } from 'node:util';
import { nameOf } from '../../errors/explain.ts';
import { registry } from '../../registry/registry.ts';
import type { Declarator } from '../../registry/rows.ts';
import { countsArray } from '../../registry/shape.ts';
import { bitNames, ownMembers, toText } from '../info/value.ts';
import { UsageError } from '../usage-error.ts';
import { handleType, membersOf, structOf } from './typed.ts';
import { commandOf } from './watch.ts';

/** Printed as it stands. */
const raw = (text: string) => ({ [inspect.custom]: () => text });

/** `0b1010 (types 1, 3)` */
export function memoryTypes(bits: number): string {
  const types = Array.from({ length: 32 }, (_, i) => i).filter(i => (bits >>> i) & 1);
  const names = types.length === 0 ? 'no type' : `type${types.length > 1 ? 's' : ''} ${types.join(', ')}`;
  return `0b${(bits >>> 0).toString(2)} (${names})`;
}

export type Named = Declarator & { readonly name?: string };

/** A value whose C type is known. */
function typedView(m: Named, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => typedView({ ...m, extents: [] }, item));
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean')
    return value;
  if (value instanceof Uint8Array && m.extents.length > 0) return raw(toText(m, value));
  const fact = registry.fact(m.base);
  if (typeof value === 'bigint' || typeof value === 'number') {
    if (fact.kind === 'flags') return raw(bitNames(m.base, value, nameOf).join(' | ') || '0');
    if (fact.kind === 'enum') return raw(nameOf(m.base, value));
    if (fact.kind === 'handle') return value === 0n ? raw('VK_NULL_HANDLE') : raw(handleText(m.base, value));
    if (/memoryTypeBits$/i.test(m.name ?? '')) return raw(memoryTypes(Number(value)));
    const text = toText(m, value);
    return text === String(value) ? value : raw(text);
  }
  return view(value);
}

const handleText = (type: string, value: bigint | number) => `${type}(0x${value.toString(16)})`;

/** What inspect shall see in place of a value: `name` before a struct that stands alone. */
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
    // A chain has structs of several types, and each is named.
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

/** `VulkanError: vkX: VK_ERROR_Y; likely …`, whatever lines its message had. */
export const errorLine = (error: Error): string =>
  (error instanceof UsageError ? error.message : `${error.name}: ${error.message}`)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();

export const isError = (value: unknown): value is Error =>
  value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';

/** Elements of an array that are shown where nobody sees an edge. */
const MOST = 1000;

interface Page {
  readonly colors: boolean;
  readonly width: number;
  /** Lines; Infinity where nobody sees an edge. */
  readonly height: number;
}

/** @param type of a number that stands alone */
export function print(value: unknown, { colors, width, height }: Page, type?: Named): string {
  const breakLength = Number.isFinite(width) ? Math.max(20, width) : 110;
  const shown = type === undefined ? view(value, true) : typedView(type, value);
  const text = (maxArrayLength: number) =>
    inspect(shown, { colors, depth: 6, maxArrayLength, breakLength, compact: 2 });
  // A long array ends where the screen does, and says how many elements more there are.
  let elements = MOST;
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

// Structs that a program lays into memory itself: their bytes from values, values from bytes, sizes and offsets.
import type { PlainStructs } from '../../ffi/types/structs.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { checkClass, type VulkanBase } from '../handles/object.ts';
import { Scope } from '../handles/scope.ts';
import { Call } from '../marshal/call.ts';
import { structDecoder } from '../marshal/decode.ts';
import { structEncoder } from '../marshal/encode.ts';
import { describe, publicError, under } from '../native/argument-error.ts';
import { type Bytes, isBytes, sizeOf } from '../native/bytes.ts';
import { layoutOf } from '../native/row-types.ts';
import type { Device } from '../objects/device.ts';
import { registry } from '../registry/registry.ts';
import type { StructRow } from '../registry/rows.ts';

/** What reading a struct gives: every member, 64-bit integers as bigint, arrays as arrays, of bytes as Uint8Array. */
export type StructValue<T> = [bigint] extends [T]
  ? bigint
  : [Uint8Array] extends [T]
    ? Uint8Array
    : T extends ArrayBufferView
      ? never
      : T extends string | number | boolean | bigint
        ? T
        : T extends readonly (infer E)[]
          ? StructValue<E>[]
          : { -readonly [K in keyof T]-?: StructValue<NonNullable<T[K]>> };

/** How a struct lies in memory, in bytes. */
export interface StructLayout {
  /** With the padding at its end: so far apart lie the elements of an array. */
  readonly size: number;
  /** Addresses of it are multiples of this. */
  readonly alignment: number;
  /** Of each member, from the struct's beginning; of a bit-field, of the integer that it is part of. */
  readonly offsets: Readonly<Record<string, number>>;
}

/** The first member that is an address to C, as a path; undefined where bytes are all there is. */
function pointerIn(row: StructRow): string | undefined {
  for (const m of row.members) {
    const fact = registry.fact(m.base);
    const inner = fact.kind === 'struct' && m.pointers === '' ? pointerIn(fact.row) : undefined;
    if (inner !== undefined) return `${m.name}.${inner}`;
    const isAddress = ['callback', 'address', 'HANDLE', 'wide string', 'opaque'].includes(fact.kind);
    if (m.pointers !== '' || isAddress) return m.name;
  }
  return undefined;
}

function handleIn(row: StructRow): string | undefined {
  for (const m of row.members) {
    const fact = registry.fact(m.base);
    if (fact.kind === 'handle') return fact.row.name;
    const inner = fact.kind === 'struct' ? handleIn(fact.row) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function plainRow(what: string, name: unknown): StructRow {
  if (typeof name !== 'string' || !registry.tables.structs.has(name))
    throw ours(new TypeError(`${what}: expected the name of a struct, got ${describe(name)}`));
  const row = registry.struct(name);
  const pointer = pointerIn(row);
  if (pointer !== undefined)
    throw ours(
      new TypeError(`${what}: ${name}.${pointer} is a pointer, and bytes cannot hold what it points at`),
    );
  return row;
}

/**
 * Size, alignment and offsets of a struct, as C lays it out on this machine; also of structs with pointers. It makes no
 * command.
 * @param name C name
 * @throws TypeError where no struct has that name
 *
 * @example
 * const { size, offsets } = structLayout('VkAccelerationStructureInstanceKHR'); // 64, { transform: 0, … }
 */
export const structLayout = userCall(function structLayout(name: string): StructLayout {
  if (typeof name !== 'string' || !registry.tables.structs.has(name))
    throw ours(new TypeError(`structLayout: expected the name of a struct, got ${describe(name)}`));
  const { size, alignment, members } = layoutOf(registry.struct(name));
  const offsets = Object.fromEntries([...members].map(([member, { offset }]) => [member, offset]));
  return { size, alignment, offsets };
});

/**
 * The bytes of structs that a program lays into memory itself: acceleration-structure instances, indirect commands,
 * data of descriptor update templates. Every value is checked as a command's would be. It makes no command.
 * @param name C name of a struct without pointers
 * @param values one or several, which lie without gaps: `structLayout(name).size` bytes each
 * @param device whose handles are in them, where there are any
 * @returns their bytes, the caller's own
 * @throws TypeError naming the pointer, TypeError or RangeError with the path to a value that does not fit
 *
 * @example
 * const commands = structToBytes('VkDrawIndirectCommand', [
 *   { vertexCount: 3, instanceCount: 1, firstVertex: 0, firstInstance: 0 },
 *   { vertexCount: 6, instanceCount: 2, firstVertex: 3, firstInstance: 0 },
 * ]);
 * mapMemory(device, memory, 4096).write(commands, 256);
 */
export const structToBytes = userCall(function structToBytes<Name extends keyof PlainStructs>(
  name: Name,
  values: PlainStructs[Name] | readonly PlainStructs[Name][],
  device?: Device,
): Uint8Array<ArrayBuffer> {
  const row = plainRow('structToBytes', name);
  if (device !== undefined) checkClass('structToBytes.device', device, 'VkDevice');
  const handle = device === undefined ? handleIn(row) : undefined;
  if (handle !== undefined)
    throw ours(
      new TypeError(`structToBytes: ${name} has a ${handle}: expected the device that it belongs to`),
    );
  const { size } = layoutOf(row);
  const all: readonly unknown[] = Array.isArray(values) ? values : [values];
  const encode = structEncoder(row);
  const bytes = new Uint8Array(all.length * size);
  const call = Call.begin(device ?? ({ identity: { scope: new Scope('process') } } as VulkanBase));
  try {
    const at = call.stack.reserve(size);
    const { chunk } = call.stack;
    for (const [i, value] of all.entries()) {
      chunk.u8.fill(0, at, at + size);
      try {
        encode(call, chunk, at, value);
      } catch (error) {
        throw under(error, Array.isArray(values) ? `${name}[${i}]` : name);
      }
      bytes.set(chunk.u8.subarray(at, at + size), i * size);
    }
  } catch (error) {
    throw publicError(error, name, structToBytes);
  } finally {
    call.end();
  }
  return bytes;
});

/**
 * The values of structs that lie in memory. It makes no command.
 * @param name C name of a struct without pointers
 * @param bytes what holds them: any typed array or ArrayBuffer
 * @param offset where the first begins, in bytes
 * @returns as many as are there whole
 * @throws TypeError naming the pointer, RangeError past the end
 *
 * @example
 * const [{ vertexCount }] = structsFromBytes('VkDrawIndirectCommand', new Uint8Array(16));
 */
export const structsFromBytes = userCall(function structsFromBytes<Name extends keyof PlainStructs>(
  name: Name,
  bytes: Bytes,
  offset = 0,
): StructValue<PlainStructs[Name]>[] {
  const row = plainRow('structsFromBytes', name);
  if (!isBytes(bytes))
    throw ours(
      new TypeError(
        `structsFromBytes: expected bytes (ArrayBuffer, typed array, Buffer), got ${describe(bytes)}`,
      ),
    );
  const length = sizeOf(bytes);
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > length)
    throw ours(
      new RangeError(`structsFromBytes: expected an offset within ${length} bytes, got ${describe(offset)}`),
    );
  const { size } = layoutOf(row);
  // Of a buffer that was detached nothing is left, not even a view.
  if (length - offset < size) return [];
  const decode = structDecoder(row);
  const source = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, length)
    : new Uint8Array(bytes);
  const call = Call.begin({ identity: { scope: new Scope('process') } } as VulkanBase);
  try {
    const at = call.stack.reserve(size);
    const { chunk } = call.stack;
    return Array.from({ length: Math.floor((length - offset) / size) }, (_, i) => {
      const from = offset + i * size;
      chunk.u8.set(source.subarray(from, from + size), at);
      return decode(chunk, at, undefined) as StructValue<PlainStructs[Name]>;
    });
  } finally {
    call.end();
  }
});

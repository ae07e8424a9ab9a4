// Structs that a program writes into memory itself: bytes from values, values from bytes, sizes and offsets.
import type { PlainStructs } from '../../ffi/types/structs.ts';
import { type Bytes, isArray, isBytes, sizeOf } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { checkClass, type VulkanBase } from '../handles/object.ts';
import { Scope } from '../handles/scope.ts';
import { Call } from '../marshal/call.ts';
import { structDecoder } from '../marshal/decode.ts';
import { structEncoder } from '../marshal/encode.ts';
import { lengthOf, publicError, under } from '../native/argument-error.ts';
import { readAt } from '../native/options.ts';
import { layoutOf } from '../native/row-types.ts';
import type { Device } from '../objects/device.ts';
import { registry } from '../registry/registry.ts';
import type { StructRow } from '../registry/rows.ts';

/** The value of a struct that was read: every member, 64-bit integers as bigint, byte arrays as Uint8Array. */
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

/** The layout of a struct in memory, in bytes. */
export interface StructLayout {
  /** Size with the padding at its end, which is the distance between elements of an array. */
  readonly size: number;
  /** The struct's address must be a multiple of this. */
  readonly alignment: number;
  /** Offset of each member; for a bit-field that of the integer that contains it. */
  readonly offsets: Readonly<Record<string, number>>;
}

/** Path of the first member that is a pointer in C; undefined if there is none. */
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

/** Type of the first handle in a struct; undefined if there is none. */
function handleIn(row: StructRow): string | undefined {
  for (const m of row.members) {
    const fact = registry.fact(m.base);
    if (fact.kind === 'handle') return fact.row.name;
    const inner = fact.kind === 'struct' ? handleIn(fact.row) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The row of a struct. @throws TypeError if there is none of that name */
function structRow(path: string, name: unknown): StructRow {
  if (typeof name !== 'string' || !registry.tables.structs.has(name))
    throw ours(new TypeError(`${path}: expected the name of a struct, got ${describe(name)}`));
  return registry.struct(name);
}

/** The row of a struct without pointers. */
function plainRow(path: string, name: string): StructRow {
  const row = structRow(path, name);
  const pointer = pointerIn(row);
  if (pointer !== undefined)
    throw ours(
      new TypeError(`${path}: ${name}.${pointer} is a pointer, and bytes cannot hold what it points at`),
    );
  return row;
}

/**
 * Returns size, alignment and offsets of a struct, as C lays it out on this machine; structs with pointers have them, too.
 * It calls no command.
 * @param name C name of the struct
 * @returns all three, in bytes
 * @throws TypeError if there is no struct of that name
 *
 * @example
 * const { size, offsets } = structLayout('VkAccelerationStructureInstanceKHR'); // 64, { transform: 0, … }
 */
export const structLayout = userCall(function structLayout(name: string): StructLayout {
  const { size, alignment, members } = layoutOf(structRow('structLayout', name));
  const offsets = Object.fromEntries([...members].map(([member, { offset }]) => [member, offset]));
  return { size, alignment, offsets };
});

/**
 * Encodes structs that a program writes into memory itself: acceleration-structure instances, indirect commands, data of
 * descriptor update templates. Values are checked as arguments of a command are. It calls no command.
 * @param name C name of a struct without pointers
 * @param values one value, or an array of them, which follow each other: `structLayout(name).size` bytes each
 * @param device the device of their handles, if they have any
 * @returns the bytes, which belong to the caller
 * @throws TypeError for a struct with pointers, TypeError or RangeError with the path of a value that does not fit
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
  const count = isArray(values) ? readAt('structToBytes.values', () => lengthOf(values)) : 1;
  const encode = structEncoder(row);
  const bytes = new Uint8Array(count * size);
  const call = Call.begin(device ?? ({ identity: { scope: new Scope('process') } } as VulkanBase));
  try {
    const at = call.stack.reserve(size);
    const { chunk } = call.stack;
    for (let i = 0; i < count; i++) {
      chunk.u8.fill(0, at, at + size);
      try {
        encode(call, chunk, at, isArray(values) ? values[i] : values);
      } catch (error) {
        throw under(error, isArray(values) ? `${name}[${i}]` : name);
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
 * Decodes structs from memory. It calls no command.
 * @param name C name of a struct without pointers
 * @param bytes the memory: an ArrayBuffer or any view of one
 * @param offset where the first struct begins, in bytes
 * @returns the value of each struct that is there whole
 * @throws TypeError for a struct with pointers, RangeError for an offset past the end
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
  // Checked first, because no view can be made of a detached buffer.
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

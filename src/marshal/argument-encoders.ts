// The encoders of single arguments: strings, bytes, platform handles, Vulkan handles and callbacks.

import { isMainThread } from 'node:worker_threads';
import { type Bytes, isBytes, isShared, isView, sizeOf } from '../errors/bytes.ts';
import { describe, hexOf } from '../errors/describe.ts';
import { callbacks } from '../handles/busy.ts';
import { belongsToDevice, isDispatchable } from '../handles/handle-type.ts';
import { isAlive, isVulkanObject } from '../handles/object.ts';
import { ArgumentError, expected } from '../native/argument-error.ts';
import type { Chunk } from '../native/argument-memory.ts';
import { callbackRefusal } from '../native/callback.ts';
import { addressOf, TooManyCallbacks } from '../native/koffi.ts';
import { UINT64_MAX } from '../native/uint64.ts';
import { HANDLE_FORMS, handleValueOf } from '../native/win32-handle.ts';
import { workerRefusal } from '../native/worker-lock.ts';
import type { CallbackRow } from '../registry/rows.ts';
import { type Call, useKeyOf } from './call.ts';
import { createCallback } from './callback.ts';

/** Writes a member; `selected` is the value of the sibling that selects a union's member. */
export type Encode = (call: Call, chunk: Chunk, at: number, value: unknown, selected?: unknown) => void;

/** Encodes an argument and returns it, an address if it is a pointer; sets `call.length` to the number of elements. */
export type ArgumentEncoder = (call: Call, value: unknown) => number | bigint;

/**
 * Returns the address of the caller's bytes, and sets `call.length` to their size. They are copied only if they are not
 * aligned, or if a script can run before C has returned, since it could detach or change them.
 * @param alignment the address must be a multiple of it
 * @param written whether C writes them
 */
export function passBytes(call: Call, value: Bytes, alignment = 1, written = false): number {
  const size = sizeOf(value);
  call.length = size;
  if (size === 0) return 0;
  if (call.used === undefined && !call.copies) {
    const address = addressOf(value);
    if (address % alignment === 0) {
      call.holdBytes(value, size);
      return address;
    }
  }
  const reserved = call.stack.reserve(size + alignment - 1);
  const { chunk } = call.stack;
  const at = reserved + ((alignment - ((chunk.address + reserved) % alignment)) % alignment);
  chunk.u8.set(bytesOf(value, size), at);
  if (written)
    call.withCleanup().after.push(() => {
      if (sizeOf(value) < size) throw new ArgumentError('range', 'bytes were detached or shrunk in the call');
      bytesOf(value, size).set(chunk.u8.subarray(at, at + size));
    });
  return chunk.address + at;
}

const bytesOf = (value: Bytes, size: number): Uint8Array =>
  isView(value) ? new Uint8Array(value.buffer, value.byteOffset, size) : new Uint8Array(value, 0, size);

/**
 * `void*`: an address as a bigint, which is not validated, or bytes that C uses only during the call. A number is refused,
 * since it is hardly meant as an address.
 * @param least how many bytes C reads at least
 */
export const passAddress =
  (written: boolean, least = 0): ArgumentEncoder =>
  (call, value) => {
    if (isBytes(value)) {
      const address = passBytes(call, value, 1, written);
      const { length } = call;
      if (length < least) throw new ArgumentError('range', `expected at least ${least} bytes, got ${length}`);
      // Empty bytes too, whose address is NULL: zero bytes are not enough where C wants some.
      const { sizesByAddress } = call.withCleanup();
      sizesByAddress.set(address, Math.max(length, sizesByAddress.get(address) ?? 0));
      return address;
    }
    if (isAddress(value)) return value;
    throw expected('an address (bigint) or bytes (ArrayBuffer, typed array, Buffer)', value);
  };

/** `void*` that C may use after the call: an address, or shared bytes, which cannot be detached. */
export function passLasting(call: Call, value: unknown): number | bigint {
  if (isAddress(value)) return value;
  if (!isShared(value))
    throw expected(
      'an address (bigint) or bytes of a SharedArrayBuffer, which cannot be detached while Vulkan has them',
      value,
    );
  const size = sizeOf(value);
  if (size === 0) return 0;
  const address = addressOf(value);
  call.withCleanup().borrowed.push({ address, bytes: value });
  return address;
}

/** Whether it can be an address, which is not validated. */
export const isAddress = (value: unknown): value is bigint =>
  typeof value === 'bigint' && value >= 0n && value <= UINT64_MAX;

const utf8 = new TextEncoder();

/** A NUL-terminated UTF-8 copy in argument memory. */
export function passString(call: Call, value: unknown): number {
  const text = checkString(value);
  // A UTF-16 unit takes at most three bytes.
  const at = call.stack.reserve(text.length * 3 + 1);
  const { chunk } = call.stack;
  const { written } = utf8.encodeInto(text, chunk.u8.subarray(at, at + text.length * 3));
  chunk.u8[at + written] = 0;
  return chunk.address + at;
}

/** A NUL-terminated UTF-16 copy in argument memory: LPCWSTR. */
export function passWideString(call: Call, value: unknown): number {
  const text = checkString(value);
  const at = call.stack.reserve((text.length + 1) * 2);
  const { chunk } = call.stack;
  for (let i = 0; i < text.length; i++) chunk.u16[at / 2 + i] = text.charCodeAt(i);
  return chunk.address + at;
}

/** Throws unless it is a string that C can read: well-formed and without NUL. */
export function checkString(value: unknown): string {
  if (typeof value !== 'string') throw expected('a string', value);
  if (value.includes('\0'))
    throw new ArgumentError('range', `expected a string without NUL, got ${describe(value)}`);
  if (!value.isWellFormed())
    throw new ArgumentError('range', `expected well-formed Unicode, got ${describe(value)}`);
  return value;
}

/** A Windows HANDLE: a bigint, a safe integer, or its 8 bytes, little-endian. */
export function passHandle(value: unknown): bigint {
  const handle = handleValueOf(value);
  if (handle === undefined) throw expected(`a HANDLE (${HANDLE_FORMS})`, value);
  return handle;
}

/** A Vulkan handle, checked to be alive here. */
export function passVulkanHandle(call: Call, type: string, value: unknown): bigint {
  if (isDispatchable(type)) return passObject(call, type, value);
  if (typeof value !== 'bigint') throw expected(`a ${type}`, value);
  if (call.scope?.has(type, value)) {
    call.use(type, value);
    return value;
  }
  if (value === 0n) throw new ArgumentError('range', `expected a ${type}, got VK_NULL_HANDLE`);
  const owner = belongsToDevice(type) ? (call.scope?.owner ?? 'process') : 'VkInstance';
  throw new ArgumentError(
    'range',
    `expected a live ${type} of this ${owner}, got ${hexOf(value)} (destroyed, another's, or no handle)`,
  );
}

function passObject(call: Call, type: string, value: unknown): bigint {
  if (!isVulkanObject(value) || value.type !== type) throw expected(`a ${type} object`, value);
  const { scope } = value.identity;
  if (!isAlive(value)) throw new ArgumentError('range', `${value} ${scope.fate ?? 'was destroyed'}`);
  if (call.scope !== undefined && !call.scope.within(scope) && !scope.within(call.scope))
    throw new ArgumentError('range', `${value} belongs to another ${scope.owner}`);
  call.used?.push(useKeyOf(value));
  return value.handle;
}

/** The types of objects that create instances and devices. */
const SCOPES = ['', 'VkPhysicalDevice'];

/** Refuses callbacks while other threads run calls: such a thread would wait for this one, and this one for its lock. */
const threadRefusal = (): string | undefined =>
  callbacks.otherThreads > 0
    ? 'a function cannot be given to Vulkan while promise forms have calls in other threads; do it when they have settled'
    : undefined;

/** A JavaScript function that C may call, or the address of a native one. */
export function passCallback(call: Call, row: CallbackRow, value: unknown): bigint {
  if (typeof value === 'bigint' && value >= 0n && value <= UINT64_MAX) return value;
  if (typeof value !== 'function') throw expected(`a function (${row.name})`, value);
  if (!isMainThread && SCOPES.includes(call.self?.identity.type))
    throw new ArgumentError(
      'type',
      'a function that can be called for as long as an instance or a device lives cannot be given in a worker, which may end before: vkCreateDebugUtilsMessengerEXT takes one that ends with the worker',
    );
  const refusal = callbackRefusal() ?? threadRefusal() ?? workerRefusal();
  if (refusal !== undefined) throw new ArgumentError('type', refusal);
  const address = addressOfCallback(call, row, value as (...args: unknown[]) => unknown);
  call.withCleanup().callbacks.push(address);
  return address;
}

function addressOfCallback(call: Call, row: CallbackRow, value: (...args: unknown[]) => unknown): bigint {
  try {
    return createCallback(row, value, call.scope);
  } catch (error) {
    throw error instanceof TooManyCallbacks ? new ArgumentError('range', error.message) : error;
  }
}

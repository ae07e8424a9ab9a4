// Tests whether a value is an array or bytes, and how large, with the engine's own getters: a script can give an object
// any property, prototype or Proxy.
import { types } from 'node:util';

type Getter<T> = (value: unknown) => T;

const getter = <T>(prototype: object, key: PropertyKey): Getter<T> =>
  Function.prototype.call.bind(Object.getOwnPropertyDescriptor(prototype, key)!.get!) as Getter<T>;

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const viewSize: Getter<number> = getter(typedArray, 'byteLength');
const dataViewSize: Getter<number> = getter(DataView.prototype, 'byteLength');
const bufferSize: Getter<number> = getter(ArrayBuffer.prototype, 'byteLength');
const sharedSize: Getter<number> = getter(SharedArrayBuffer.prototype, 'byteLength');
const viewBuffer: Getter<unknown> = getter(typedArray, 'buffer');
const dataViewBuffer: Getter<unknown> = getter(DataView.prototype, 'buffer');

/** All types of bytes that a script may pass. */
export type Bytes = ArrayBuffer | SharedArrayBuffer | ArrayBufferView;
/** Bytes that nothing can detach or shrink. */
type SharedBytes = SharedArrayBuffer | (ArrayBufferView & { readonly buffer: SharedArrayBuffer });

export const { isView } = ArrayBuffer;

/** `'Uint8Array'`, of a Buffer too; undefined for anything that is not a typed array. */
export const typedArrayName: Getter<string | undefined> = getter(typedArray, Symbol.toStringTag);

/** The number of elements of a typed array. */
export const elementsOf: Getter<number> = getter(typedArray, 'length');

/** Whether a getter of the engine accepts the value. */
function accepts(get: Getter<unknown>, value: unknown): boolean {
  try {
    get(value);
    return true;
  } catch {
    return false;
  }
}

/** Whether the value is a buffer or a view. */
export const isBytes = (value: unknown): value is Bytes =>
  isView(value) || (typeof value === 'object' && types.isAnyArrayBuffer(value));

/** Whether it is a Uint8Array or a Buffer; unlike `instanceof`, of another realm too, as in a vm context or jest. */
export const isUint8Array = (value: unknown): value is Uint8Array => types.isUint8Array(value);

/** Whether it is the 8 bytes of a 64-bit value. */
export const isEightBytes = (value: unknown): value is Uint8Array =>
  isUint8Array(value) && viewSize(value) === 8;

/** Whether its memory is a SharedArrayBuffer, which cannot be detached or shrunk. */
export function isShared(value: unknown): value is SharedBytes {
  if (!isView(value)) return accepts(sharedSize, value);
  return accepts(sharedSize, (typedArrayName(value) === undefined ? dataViewBuffer : viewBuffer)(value));
}

/** Bytes of a view or a buffer; 0 if it is detached. */
export function sizeOf(bytes: Bytes): number {
  if (!isView(bytes)) return accepts(bufferSize, bytes) ? bufferSize(bytes) : sharedSize(bytes);
  if (typedArrayName(bytes) !== undefined) return viewSize(bytes);
  try {
    return dataViewSize(bytes);
  } catch {
    return 0;
  }
}

const BUILTINS: readonly [string, (value: unknown) => boolean][] = [
  ['Promise', types.isPromise],
  ['Map', types.isMap],
  ['Set', types.isSet],
  ['WeakMap', types.isWeakMap],
  ['WeakSet', types.isWeakSet],
  ['Date', types.isDate],
  ['RegExp', types.isRegExp],
  ['Error', types.isNativeError],
  ['ArrayBuffer', types.isArrayBuffer],
  ['SharedArrayBuffer', types.isSharedArrayBuffer],
  ['revoked Proxy', isRevoked],
];

/** The name of a built-in class whose instance cannot be a struct; undefined for any other value. */
export const builtinName = (value: unknown): string | undefined =>
  BUILTINS.find(([, isOne]) => isOne(value))?.[0];

/** Array.isArray, but false for a revoked Proxy, for which that throws. */
export function isArray(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function isRevoked(value: unknown): boolean {
  try {
    Array.isArray(value);
    return false;
  } catch {
    return true;
  }
}

/** Whether it is an object whose properties can be read as options: no array, no bytes, nothing built in. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !isArray(value) &&
  !isView(value) &&
  builtinName(value) === undefined;

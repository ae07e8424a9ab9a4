// Whether a value is an array or bytes, and how large: asked of the engine, since a script can give an object any
// property, prototype or Proxy.
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

/** What has bytes: all that a script may hand over. */
export type Bytes = ArrayBuffer | SharedArrayBuffer | ArrayBufferView;
/** Bytes that nothing can detach or shrink. */
export type SharedBytes = SharedArrayBuffer | (ArrayBufferView & { readonly buffer: SharedArrayBuffer });

export const { isView } = ArrayBuffer;

/** `'Uint8Array'`, also of a Buffer; undefined for what is no typed array. */
export const typedArrayName: Getter<string | undefined> = getter(typedArray, Symbol.toStringTag);

/** Elements of a typed array. */
export const elementsOf: Getter<number> = getter(typedArray, 'length');

/** Whether it is an object that a getter of the engine's takes for its own. */
function takes(get: Getter<unknown>, value: unknown): boolean {
  try {
    get(value);
    return true;
  } catch {
    return false;
  }
}

export function isBytes(value: unknown): value is Bytes {
  if (isView(value)) return true;
  // A prototype is said by the script; the engine is asked about what has one alone, since its no is an exception.
  if (!(value instanceof ArrayBuffer || value instanceof SharedArrayBuffer)) return false;
  return takes(bufferSize, value) || takes(sharedSize, value);
}

/** Whether its memory lasts as long as anybody has it: that of a SharedArrayBuffer, which grows in place at most. */
export function isShared(value: unknown): value is SharedBytes {
  if (!isView(value)) return takes(sharedSize, value);
  return takes(sharedSize, (typedArrayName(value) === undefined ? dataViewBuffer : viewBuffer)(value));
}

/** Bytes of a view or a buffer; 0 where its memory was taken away. */
export function sizeOf(bytes: Bytes): number {
  if (!isView(bytes)) return takes(bufferSize, bytes) ? bufferSize(bytes) : sharedSize(bytes);
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
];

/** What the engine made it for, where that is something of its own: no struct has its members there. */
export const builtinName = (value: unknown): string | undefined =>
  BUILTINS.find(([, isOne]) => isOne(value))?.[0];

/** Array.isArray, which throws for a revoked Proxy. */
export function isArray(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

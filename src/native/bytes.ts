// In: any value.
// Out: whether it is an array or bytes, and how much: asked of the engine, since a script can give an object any
// property, prototype or Proxy.
type Getter<T> = (value: unknown) => T;

const getter = <T>(prototype: object, key: PropertyKey): Getter<T> =>
  Function.prototype.call.bind(Object.getOwnPropertyDescriptor(prototype, key)!.get!) as Getter<T>;

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const viewSize: Getter<number> = getter(typedArray, 'byteLength');
const dataViewSize: Getter<number> = getter(DataView.prototype, 'byteLength');
const bufferSize: Getter<number> = getter(ArrayBuffer.prototype, 'byteLength');

export const { isView } = ArrayBuffer;

/** `'Uint8Array'`, also of a Buffer; undefined for what is no typed array. */
export const typedArrayName: Getter<string | undefined> = getter(typedArray, Symbol.toStringTag);

/** Elements of a typed array. */
export const elementsOf: Getter<number> = getter(typedArray, 'length');

export function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView {
  if (isView(value)) return true;
  if (!(value instanceof ArrayBuffer)) return false;
  try {
    return bufferSize(value) >= 0;
  } catch {
    return false;
  }
}

/** Bytes of a view or an ArrayBuffer; 0 where its memory was taken away. */
export function sizeOf(bytes: ArrayBuffer | ArrayBufferView): number {
  if (!isView(bytes)) return bufferSize(bytes);
  if (typedArrayName(bytes) !== undefined) return viewSize(bytes);
  try {
    return dataViewSize(bytes);
  } catch {
    return 0;
  }
}

/** Array.isArray, which throws for a revoked Proxy. */
export function isArray(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

// COM objects, called through their vtables; a failed HRESULT is thrown with interface and method.
import { ours } from '../errors/user-call.ts';
import { callable, prototype } from '../native/koffi.ts';
import { readUint64 } from '../native/uint64-at.ts';
import type { Argument, WindowsFunction } from '../native/windows-dll.ts';
import { hresultName, hresultText } from './hresult.ts';
import type { Interface } from './interfaces.ts';

/** Thrown if a COM method fails. */
export class ComError extends Error {
  /** Always `'ComError'`. */
  override readonly name = 'ComError';
  /** The method, such as `'IDXGIResource::GetSharedHandle'`, or the function of a DLL. */
  readonly method: string;
  /** The HRESULT, as an unsigned number. */
  readonly hresult: number;
  /** Its name: `'E_NOTIMPL'`. */
  readonly code: string;

  /** @internal */
  constructor(method: string, hresult: number) {
    super(`${method}: ${hresultText(hresult)}`);
    ours(this);
    this.method = method;
    this.hresult = hresult >>> 0;
    this.code = hresultName(hresult);
  }
}

/** Throws for a failed HRESULT. @returns any other, which may mean something (S_FALSE, WAIT_TIMEOUT) */
export function checkResult(method: string, hresult: number): number {
  if (hresult < 0) throw new ComError(method, hresult);
  return hresult;
}

const QUERY_INTERFACE = 0;
const RELEASE = 2;

/** A reference to a COM object, which its owner disposes of. */
export class ComObject<I extends Interface = Interface> {
  readonly interface: I;
  #address: bigint;

  private constructor(type: I, address: bigint) {
    this.interface = type;
    this.#address = address;
  }

  /** Owns the reference that a function wrote. */
  static from<T extends Interface>(type: T, out: BigUint64Array): ComObject<T> {
    return new ComObject(type, out[0]);
  }

  get address(): bigint {
    if (this.#address === 0n) throw ours(new Error(`${this.interface.name}: it was released`));
    return this.#address;
  }

  /** Calls a method that returns an HRESULT. */
  call(method: keyof I['methods'] & string, ...args: Argument[]): number {
    const [index, ...types] = this.interface.methods[method];
    return checkResult(
      `${this.interface.name}::${method}`,
      Number(this.#method(index, 'int32_t', types)(...args)),
    );
  }

  /** Calls a method that returns nothing. */
  run(method: keyof I['methods'] & string, ...args: Argument[]): void {
    const [index, ...types] = this.interface.methods[method];
    this.#method(index, 'void', types)(...args);
  }

  /** Calls a method whose last parameter is `void **`. @returns the object that it writes there */
  make<T extends Interface>(type: T, method: keyof I['methods'] & string, ...args: Argument[]): ComObject<T> {
    const out = new BigUint64Array(1);
    this.call(method, ...args, out);
    return ComObject.from(type, out);
  }

  /** QueryInterface. */
  query<T extends Interface>(type: T): ComObject<T> {
    const out = new BigUint64Array(1);
    const query = this.#method(QUERY_INTERFACE, 'int32_t', ['void *', 'void *']);
    checkResult(`${this.interface.name}::QueryInterface(${type.name})`, Number(query(guid(type.iid), out)));
    return ComObject.from(type, out);
  }

  [Symbol.dispose](): void {
    if (this.#address === 0n) return;
    this.#method(RELEASE, 'uint32_t', [])();
    this.#address = 0n;
  }

  #method(index: number, result: string, types: readonly string[]): WindowsFunction {
    const vtable = readUint64(this.address);
    const type = prototype(result, ['uint64_t', ...types]);
    const fn = callable(readUint64(vtable + BigInt(index * 8)), type) as unknown as WindowsFunction;
    return (...args) => fn(this.address, ...args);
  }
}

/** The object that a function of a DLL writes through its last parameter. */
export function comFrom<T extends Interface>(
  type: T,
  name: string,
  fn: WindowsFunction,
  ...args: Argument[]
): ComObject<T> {
  const out = new BigUint64Array(1);
  checkResult(name, Number(fn(...args, out)));
  return ComObject.from(type, out);
}

/** Uses an object and releases it, also if that throws. */
export function withCom<T extends ComObject, R>(object: T, use: (object: T) => R): R {
  try {
    return use(object);
  } finally {
    object[Symbol.dispose]();
  }
}

/** The 16 bytes of an interface id: three little-endian numbers, then eight bytes in order. */
export function guid(text: string): Uint8Array {
  const [a, b, c, ...rest] = text.split('-');
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(Number.parseInt(a, 16), 0);
  bytes.writeUInt16LE(Number.parseInt(b, 16), 4);
  bytes.writeUInt16LE(Number.parseInt(c, 16), 6);
  bytes.write(rest.join(''), 8, 'hex');
  return bytes;
}

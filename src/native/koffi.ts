// What the library uses of koffi: callable functions, callbacks, libraries and raw memory.

import { types } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import loaded from 'koffi';
import type { Bytes } from '../errors/bytes.ts';
import { ours } from '../errors/user-call.ts';
import { memoize } from '../registry/memoize.ts';
import { isIrregularFile } from './regular-file.ts';
import { uninterrupted } from './worker-lock.ts';

/** koffi; a worker is never terminated while it runs one of its functions. */
export const koffi: typeof loaded = isMainThread
  ? loaded
  : (Object.fromEntries(
      Object.entries(loaded).map(([name, value]) => [
        name,
        typeof value === 'function' ? uninterrupted(value as (...args: never[]) => unknown) : value,
      ]),
    ) as typeof loaded);

/** A type of koffi. */
export type KoffiType = ReturnType<typeof koffi.struct>;

/** Arguments of a C function; those of 64 bits may be numbers or bigints. */
export type NativeArguments = (number | bigint)[];

/** A C function that JavaScript can call. */
export type NativeFunction = ((...args: NativeArguments) => number | bigint | undefined) & {
  async(...args: unknown[]): void;
};

// koffi's type names are global to the thread: they must differ from those of a second copy of this package.
const unique = `kv${Math.random().toString(36).slice(2, 8)}_`;
// By path. Nothing is removed: koffi would close a library once its object is collected, though pointers into it remain.
const libraries = new Map<string | null, SharedLibrary>();

const MIB = 1024 * 1024;
/**
 * The least and the most that koffi's settings may be, in bytes. Drivers need more stack than koffi gives to asynchronous
 * calls. koffi.reset() frees the stacks that koffi keeps for reuse, even while a call runs on one, so none are kept: each
 * call allocates its own.
 */
const SETTINGS = {
  sync_stack_size: [MIB, Number.POSITIVE_INFINITY],
  async_stack_size: [MIB, Number.POSITIVE_INFINITY],
  max_type_size: [MIB, Number.POSITIVE_INFINITY],
  resident_async_pools: [0, 0],
} as const;
type Setting = keyof typeof SETTINGS;

/** Brings koffi's settings to what they may be: at the import, and again later, since the application may have changed them. */
function configure(): void {
  const { config } = koffi;
  const now = config();
  const settings = Object.entries(SETTINGS).map(([name, [least, most]]) => [
    name,
    Math.min(Math.max(now[name as Setting] ?? 0, least), most),
  ]);
  try {
    config(Object.fromEntries(settings));
  } catch {
    // koffi accepts settings only before the first library is loaded: checkSetting reports them.
  }
}
configure();

/** @throws Error if it is a setting of koffi's with which calls would crash or types could not be declared */
export function checkSetting(name: Setting): void {
  const [least, most] = SETTINGS[name];
  const value = koffi.config()[name] ?? 0;
  if (value >= least && value <= most) return;
  const wanted = value < least ? `at least ${least}` : `at most ${most}`;
  throw ours(
    new Error(
      `koffi's ${name} is ${value}, and must be ${wanted}: call loadVulkan() before anything else loads a library with koffi`,
    ),
  );
}

/** The version of koffi. */
export const koffiVersion: string = koffi.version;

/** How many asynchronous calls koffi allows at a time. */
export const maxAsyncCalls = (): number => koffi.config().max_async_calls ?? 0;

/** Bytes of a pointer. */
export const POINTER_SIZE: number = koffi.sizeof('void *');

const prototypes = new Map<string, KoffiType>();

/** The koffi prototype `int32_t (uintptr_t, int32_t)`, one for all functions with this signature. */
export function prototype(result: string, args: readonly string[]): KoffiType {
  const key = `${result}(${args.join()})`;
  let type = prototypes.get(key);
  if (type === undefined) {
    checkNotReset();
    type = koffi.proto('__stdcall', `${unique}${prototypes.size}`, result, [...args]);
    prototypes.set(key, type);
  }
  return type;
}

// The callbacks of all copies of koffi in this process, and the copy that each belongs to: a copy that calls another
// copy's callback crashes.
const shared = globalThis as unknown as Record<symbol, Map<bigint, string> | undefined>;
const CALLBACKS = Symbol.for('koffi-vulkan.callbacks');
const copyOfCallback = shared[CALLBACKS] ?? new Map<bigint, string>();
shared[CALLBACKS] = copyOfCallback;

/**
 * The name of a type that only this copy of koffi has, which identifies it. (`import` and `require` give two objects of
 * one copy.)
 */
let copyName: string | undefined;

function ownCopyName(): string {
  if (copyName === undefined) {
    copyName = `${unique}copy`;
    configure();
    koffi.opaque(copyName);
  }
  return copyName;
}

function isThisCopy(name: string): boolean {
  try {
    return koffi.type(name) !== undefined;
  } catch {
    return false;
  }
}

let isReset = false;
let isWatched = false;
const resetListeners = new Set<() => void>();
const resetRefusals = new Set<() => string | undefined>();

/** Runs `then` when the application calls koffi.reset(), which destroys all types and callbacks. */
export function whenReset(then: () => void): void {
  watchReset();
  resetListeners.add(then);
}

/** Refuses koffi.reset() while there is a reason: koffi 3.3.4 crashes when an asynchronous call returns after it. */
export function refuseReset(reason: () => string | undefined): void {
  watchReset();
  resetRefusals.add(reason);
}

/** Whether koffi.reset() was called, on either of koffi's objects (its ES and its CommonJS module have one each). */
export const wasReset = (): boolean => isReset || (copyName !== undefined && !isThisCopy(copyName));

/** What errors say after koffi.reset(). */
export const RESET = 'the application has called koffi.reset(), which destroys all types and callbacks';

/** Must be called before koffi is given a type that it may have destroyed, which would crash. */
export function checkNotReset(): void {
  if (wasReset()) throw ours(new Error(`nothing can be made or called any more: ${RESET}`));
  ownCopyName();
}

function watchReset(): void {
  if (isWatched) return;
  isWatched = true;
  // koffi's CommonJS module is an object of its own; its `default` is what the ES module exports.
  const { default: common } = loaded as { default?: typeof loaded };
  for (const object of common === undefined ? [loaded] : [loaded, common]) watchResetOf(object);
}

function watchResetOf(object: { reset(): void }): void {
  const { reset } = object;
  object.reset = () => {
    for (const reason of resetRefusals) {
      const text = reason();
      if (text !== undefined) throw new Error(`koffi.reset(): ${text}`);
    }
    reset();
    isReset = true;
    for (const then of resetListeners) then();
  };
}

/**
 * Makes the function at an address callable by its prototype; for functions without a row, such as those of kernel32.
 * @throws Error for a function of another copy of koffi
 */
export const callable = (address: bigint, type: KoffiType): NativeFunction => functionsOf(type)(address);

/** One object for each prototype and address, so that V8 sees one function in the calls on all devices of a driver. */
const functionsOf = memoize((type: KoffiType) =>
  memoize((address: bigint): NativeFunction => {
    checkNotReset();
    const maker = copyOfCallback.get(address);
    if (maker !== undefined && !isThisCopy(maker))
      throw ours(
        new Error(
          `the function at 0x${address.toString(16)} was made by another copy of koffi, and to call it would end the process: let both packages share one koffi (npm dedupe)`,
        ),
      );
    // koffi crashes in a thread that has loaded no library.
    if (!isLibraryOpen()) openLibrary(OWN_LIBRARY);
    const native = koffi.decode(address, type) as NativeFunction;
    return maker === undefined ? native : refusedAfterReset(native);
  }),
);

/** Makes a callback refuse calls after koffi.reset(), which destroys it: a call would crash. */
function refusedAfterReset(native: NativeFunction): NativeFunction {
  const call = (...args: NativeArguments) => {
    checkNotReset();
    return native(...args);
  };
  return Object.assign(call, {
    async(...args: unknown[]) {
      checkNotReset();
      native.async(...args);
    },
  });
}

/** Registers a JavaScript function as a C function of this type and returns its address. */
export function register(type: KoffiType, fn: (...args: never[]) => unknown): bigint {
  checkNotReset();
  const address = registered(fn, koffi.pointer(type));
  copyOfCallback.set(address, ownCopyName());
  return address;
}

function registered(fn: (...args: never[]) => unknown, type: KoffiType): bigint {
  try {
    return koffi.register(fn, type);
  } catch (error) {
    const { message } = error as Error;
    if (!message.startsWith('Too many callbacks')) throw error;
    throw ours(new TooManyCallbacks(message));
  }
}

/** Thrown when as many callbacks are registered as koffi has addresses for. */
export class TooManyCallbacks extends Error {
  constructor(message: string) {
    const most = /\d+/.exec(message)?.[0];
    super(
      `all ${most} functions that koffi can give C in a process are in use: destroy debug messengers, or dispose of embedded drivers (each takes one a command), that are no longer needed; those of workers that have ended stay in use`,
    );
  }
}

/** Whether it is the address of a function of JavaScript's. */
export const isCallback = (address: bigint): boolean => copyOfCallback.has(address);

/** Unregisters a callback: C must not call it any more. */
export function unregister(address: bigint): void {
  copyOfCallback.delete(address);
  koffi.unregister(address);
}

/** A shared library; it stays loaded until the process ends. */
export interface SharedLibrary {
  readonly path: string;
  /** Address of an exported symbol; undefined if there is none. */
  symbol(name: string): bigint | undefined;
}

/** Whether this thread has opened a library, after which koffi's settings cannot change. */
const isLibraryOpen = (): boolean => libraries.size > 0;

/** Opens a shared library. Throws koffi's error, which has the system's reason. */
export function openLibrary(path: string | null): SharedLibrary {
  const known = libraries.get(path);
  if (known !== undefined) return known;
  if (!isLibraryOpen()) {
    configure();
    checkSetting('sync_stack_size');
  }
  if (path !== null && isIrregularFile(path)) throw ours(new Error('it is not a regular file'));
  const library = koffi.load(path);
  const opened: SharedLibrary = {
    path: path ?? '(this process)',
    symbol(name) {
      try {
        return library.symbol(name) ?? undefined;
      } catch {
        return undefined;
      }
    },
  };
  libraries.set(path, opened);
  keepLoaded(path);
  return opened;
}

/** Loads a worker's library once more: koffi closes its own handle when the worker ends, while other threads may run its code. */
function keepLoaded(path: string | null): void {
  if (isMainThread || path === null) return;
  if (process.platform === 'win32') {
    const load = openLibrary('kernel32.dll').symbol('LoadLibraryW');
    if (load !== undefined) functionOfTexts(load, 'str16')(path);
    return;
  }
  const load = openLibrary(null).symbol('dlopen');
  const RTLD_LAZY = 1;
  if (load !== undefined) functionOfTexts(load, 'str', 'int')(path, RTLD_LAZY);
}

const functionOfTexts = (address: bigint, ...types: string[]) =>
  koffi.decode(address, prototype('uintptr_t', types)) as (...args: (string | number)[]) => unknown;

/**
 * A function of a library that the process has loaded. Unlike all others it can be made and called after koffi.reset() too:
 * its types must be koffi's own, by name.
 */
export const functionOfSystem = (library: string | null, name: string, result: string, args: string[]) =>
  koffi.load(library).func('__stdcall', name, result, args) as NativeFunction;

/** The current value of C's errno. */
export const errno = (): number => koffi.errno();

/** Address of the bytes of a typed array or buffer, which the caller must keep alive: an address does not. */
export function addressOf(bytes: Bytes): number {
  // The bytes of an object never move: detaching leaves it without bytes, and resizing happens in place.
  let address = addresses.get(bytes);
  if (address === undefined) {
    // koffi does not accept a SharedArrayBuffer, but accepts views of one.
    const known = types.isSharedArrayBuffer(bytes) ? new Uint8Array(bytes) : bytes;
    address = Number(koffi.address(known));
    addresses.set(bytes, address);
  }
  return address;
}

const addresses = new WeakMap<object, number>();

/** The address of bytes if it was taken before; undefined otherwise. */
export const knownAddressOf = (bytes: Bytes): number | undefined => addresses.get(bytes);

let copyBytes: NativeFunction | undefined;

/** A library that every process has: on Windows ntdll, which is loaded already, so no folder is searched for its name. */
const OWN_LIBRARY = process.platform === 'win32' ? 'ntdll.dll' : null;

/** Copies memory by memcpy, which also works in runtimes that refuse external buffers, such as Electron. */
export function copy(to: number | bigint, from: number | bigint, size: number): void {
  if (size === 0) return;
  copyBytes ??= memcpy();
  copyBytes(to, from, size);
}

function memcpy(): NativeFunction {
  const library = openLibrary(OWN_LIBRARY);
  const address = library.symbol('memcpy');
  if (address === undefined) throw new Error(`memcpy is not exported by ${library.path}`);
  return callable(address, prototype('void', ['uintptr_t', 'uintptr_t', 'size_t']));
}

/** The NUL-terminated UTF-8 string at an address. */
export const stringAt = (address: bigint): string => koffi.decode.string(address);

/** The same for UTF-16 (LPCWSTR). */
export const wideStringAt = (address: bigint): string => koffi.decode.string16(address);

/** An ArrayBuffer over foreign memory, without a copy. It must not be called if the runtime refuses external buffers. */
export const viewOf = (address: bigint, size: number): ArrayBuffer => koffi.view(address, size);

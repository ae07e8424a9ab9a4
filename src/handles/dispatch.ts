// The native functions of one library, instance or device, each looked up on first use.
import { ours } from '../errors/user-call.ts';
import { callable, type NativeFunction, prototype as nativePrototype } from '../native/koffi.ts';
import { functionAt } from '../native/row-types.ts';
import { unsigned } from '../native/uint64.ts';
import { API_VERSION_1_0 } from '../native/version.ts';
import { dependsHolds, versionOfName } from '../registry/depends.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow } from '../registry/rows.ts';
import { type Enabled, missingExtensionsError, notAvailableError } from './advice.ts';

/** Looks up a command's address in a loader or driver; 0n if it has none. */
export type GetProcAddr = (name: string) => bigint;

/** The functions of one library, instance or device: those of one device are never used for another. */
export class Dispatch {
  /** The functions that were used, by the index of their method; emptied when the handle is destroyed, on which compiled methods rely. */
  readonly natives: (NativeFunction | undefined)[] = [];
  readonly #getProcAddr: GetProcAddr;
  readonly #enabled: Enabled;
  /** The address of a function that every driver has, which identifies the driver. */
  #driver: bigint | undefined;

  constructor(getProcAddr: GetProcAddr, enabled: Enabled) {
    this.#getProcAddr = getProcAddr;
    this.#enabled = enabled;
    enabled.scope.beforeDestroy(() => {
      this.natives.length = 0;
    });
  }

  /**
   * A subclass for objects whose functions come from the same driver: in its methods V8 sees one native function,
   * however many devices there are.
   */
  subclass<T>(base: Constructor<T>): Constructor<T> {
    // Cached, since a device may create hundreds of command buffers.
    this.#driver ??= this.#getProcAddr(PROBES[this.#enabled.owner]);
    return subclassesOf(base as Constructor<object>)(this.#driver) as Constructor<T>;
  }

  /** Whether a command is available. */
  has(name: string): boolean {
    return this.addressOf(name) !== 0n;
  }

  /** The address of a command, 0n if it is not available. */
  addressOf(name: string): bigint {
    return this.#addressOf(registry.command(name));
  }

  /**
   * The function of a command, looked up on first use.
   * @param index the index of the method that calls it
   */
  native(row: CommandRow, index: number): NativeFunction {
    let fn = this.natives[index];
    if (fn === undefined) {
      const address = this.#addressOf(row);
      if (address === 0n) throw this.notAvailable(row.name);
      fn = functionAt(address, row);
      this.natives[index] = fn;
    }
    return fn;
  }

  /** The error for a command or a struct that is not available. */
  notAvailable(name: string): Error {
    const { owner, scope } = this.#enabled;
    if (!scope.alive) return ours(new RangeError(`${name}: this ${owner} ${scope.fate}`));
    return notAvailableError(name, this.#place);
  }

  /** The error for something that needs extensions; undefined if all are enabled. */
  missingExtensions(what: string, extensions: readonly string[]): Error | undefined {
    const { owner, scope } = this.#enabled;
    if (!scope.alive) return ours(new RangeError(`${what}: this ${owner} ${scope.fate}`));
    return missingExtensionsError(what, extensions, this.#place);
  }

  get #place() {
    return {
      ...this.#enabled,
      has: (provider: string) => this.#has(provider),
      isThere: (command: string) => this.has(command),
    };
  }

  #addressOf(row: CommandRow): bigint {
    // Looking up a function with a destroyed handle would crash.
    const { scope, instanceProcAddr } = this.#enabled;
    if (!scope.alive || !this.#isProvided(row.providers)) return 0n;
    // From the loader: its handles of physical devices and surfaces are not the driver's.
    if (instanceProcAddr !== undefined && this.#isOfInstance(row)) return instanceProcAddr(row.name);
    return this.#getProcAddr(row.name);
  }

  /** Whether the command is available only because of an instance extension. */
  #isOfInstance({ providers }: CommandRow): boolean {
    return dependsHolds(
      providers,
      // Versions do not count, nor extensions that are not enabled.
      provider =>
        versionOfName(provider) === undefined &&
        this.#has(provider) &&
        registry.extension(provider)?.kind === 'instance',
    );
  }

  #isProvided(providers: string): boolean {
    return dependsHolds(providers, provider => this.#has(provider));
  }

  #has(provider: string): boolean {
    const { extensions, offered } = this.#enabled;
    const version = versionOfName(provider);
    if (version !== undefined) return version <= API_VERSION_1_0 || version <= this.#enabled.apiVersion;
    return extensions.has(provider) || (offered?.(provider) ?? false);
  }
}

type Constructor<T> = new (...args: never[]) => T;

// By class, not by its name, which minifiers change; then by the driver's address. Each has its base's name, for printing.
const subclassesOf = memoize((base: Constructor<object>) =>
  memoize((_driver: bigint) => ({ [base.name]: class extends base {} })[base.name]),
);

/** Functions that every driver has, whatever is enabled. */
const PROBES = { library: 'vkCreateInstance', instance: 'vkDestroyInstance', device: 'vkDestroyDevice' };

/** vkGetInstanceProcAddr or vkGetDeviceProcAddr at an address, called with a handle. */
export function procAddrAt(address: bigint, handle: bigint): GetProcAddr {
  const fn = callable(address, nativePrototype('uintptr_t', ['uintptr_t', 'str']));
  return name => unsigned((fn as unknown as (h: bigint, n: string) => number | bigint)(handle, name));
}

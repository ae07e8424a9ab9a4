// The functions of one library, instance or device, each looked up on first use.
import { ours } from '../errors/user-call.ts';
import { callable, functionAt, type NativeFunction, prototype as nativePrototype } from '../native/koffi.ts';
import { dependsHolds, versionOfName } from '../registry/depends.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow } from '../registry/rows.ts';
import { API_VERSION_1_0 } from '../registry/version.ts';
import { absenceOf, type Enabled, lackOf } from './advice.ts';

/** Asks a loader or driver for a command's address; 0n where it has none. */
export type GetProcAddr = (name: string) => bigint;

/** Functions of one library, instance or device: what is resolved for one device never serves another. */
export class Dispatch {
  /** Those that were used, by their method's index; none once the handle is gone, which compiled methods rely on. */
  readonly natives: (NativeFunction | undefined)[] = [];
  readonly #getProcAddr: GetProcAddr;
  readonly #enabled: Enabled;
  /** An address that tells its driver from others. */
  #driver: bigint | undefined;

  constructor(getProcAddr: GetProcAddr, enabled: Enabled) {
    this.#getProcAddr = getProcAddr;
    this.#enabled = enabled;
    enabled.scope.whenGone(() => {
      this.natives.length = 0;
    });
  }

  /**
   * The class of the objects whose functions come from the same driver: in a method of theirs V8 sees one function,
   * however many devices there are.
   */
  subclass<T>(base: Constructor<T>): Constructor<T> {
    // Asked once: a device makes command buffers by the hundred.
    this.#driver ??= this.#getProcAddr(PROBES[this.#enabled.owner]);
    let ofBase = families.get(base);
    if (ofBase === undefined) {
      ofBase = new Map();
      families.set(base, ofBase);
    }
    let family = ofBase.get(this.#driver);
    if (family === undefined) {
      // Named as its base, for whoever prints it.
      family = { [base.name]: class extends (base as Constructor<object>) {} }[base.name];
      ofBase.set(this.#driver, family);
    }
    return family as Constructor<T>;
  }

  /** Whether a command is there. */
  has(name: string): boolean {
    return this.addressOf(name) !== 0n;
  }

  /** The address of a command, 0n where it is not there. */
  addressOf(name: string): bigint {
    return this.#addressOf(registry.command(name));
  }

  /**
   * The function of a command, looked up on first use.
   * @param index of the method that calls it
   */
  native(row: CommandRow, index: number): NativeFunction {
    let fn = this.natives[index];
    if (fn === undefined) {
      const address = this.#addressOf(row);
      if (address === 0n) throw this.absence(row.name);
      fn = functionAt(address, row);
      this.natives[index] = fn;
    }
    return fn;
  }

  /** What to say of a command, or of a struct, that is not there. */
  absence(name: string): Error {
    const { owner, scope } = this.#enabled;
    if (!scope.alive) return ours(new RangeError(`${name}: this ${owner} ${scope.fate}`));
    return absenceOf(name, this.#place);
  }

  /** What to say of something that needs extensions; undefined where all of them are enabled. */
  lackOf(what: string, extensions: readonly string[]): Error | undefined {
    const { owner, scope } = this.#enabled;
    if (!scope.alive) return ours(new RangeError(`${what}: this ${owner} ${scope.fate}`));
    return lackOf(what, extensions, this.#place);
  }

  get #place() {
    return {
      ...this.#enabled,
      has: (provider: string) => this.#has(provider),
      isThere: (command: string) => this.has(command),
    };
  }

  #addressOf(row: CommandRow): bigint {
    // To ask with a handle that was destroyed ends the process.
    const { scope, instanceProcAddr } = this.#enabled;
    if (!scope.alive || !this.#isProvided(row.providers)) return 0n;
    // The loader's own: its handles of physical devices and surfaces are not the driver's.
    if (instanceProcAddr !== undefined && this.#isOfInstance(row)) return instanceProcAddr(row.name);
    return this.#getProcAddr(row.name);
  }

  /** Whether an instance extension alone brought it. */
  #isOfInstance({ providers }: CommandRow): boolean {
    return dependsHolds(
      providers,
      // Of what is not enabled nothing is looked up, nor of a version.
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

// By the class itself and not its name, which minifiers change; then by the driver's address.
const families = new Map<Constructor<unknown>, Map<bigint, Constructor<object>>>();

/** In each driver, whatever is enabled. */
const PROBES = { library: 'vkCreateInstance', instance: 'vkDestroyInstance', device: 'vkDestroyDevice' };

/** vkGetInstanceProcAddr or vkGetDeviceProcAddr at an address, asked on behalf of a handle. */
export function procAddrAt(address: bigint, handle: bigint): GetProcAddr {
  const fn = callable(address, nativePrototype('uintptr_t', ['uintptr_t', 'str']));
  return name =>
    BigInt.asUintN(64, BigInt((fn as unknown as (h: bigint, n: string) => number | bigint)(handle, name)));
}

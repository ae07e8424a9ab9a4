// In: the rows of one level and the function that gives addresses.
// Out: functions, each looked up on first use; a command that is not there is an error that names its extension.
import { NotAvailableError } from '../errors/errors.ts';
import { callable, functionAt, type NativeFunction, prototype as nativePrototype } from '../native/koffi.ts';
import { dependsHolds, dependsNames, versionOfName } from '../registry/depends.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow } from '../registry/rows.ts';
import { API_VERSION_1_0, formatVersion } from '../registry/version.ts';
import type { Scope } from './scope.ts';

/** Asks a loader or driver for a command's address; 0n where it has none. */
export type GetProcAddr = (name: string) => bigint;

/** What is enabled where the commands are called: a version and extensions, undefined where nobody told us. */
export interface Enabled {
  readonly owner: 'library' | 'instance' | 'device';
  readonly apiVersion: number;
  readonly extensions: ReadonlySet<string>;
  /** Extensions that count as enabled because a physical device offers them. */
  readonly offered?: (name: string) => boolean;
  /** Of the handle that is asked with. */
  readonly scope: Scope;
}

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
    const key = `${base.name} ${this.#driver}`;
    let family = families.get(key);
    if (family === undefined) {
      family = { [base.name]: class extends (base as Constructor<object>) {} }[base.name];
      families.set(key, family);
    }
    return family as Constructor<T>;
  }

  /** Whether a command is there. */
  has(name: string): boolean {
    return this.#addressOf(registry.command(name)) !== 0n;
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

  /** What to say of a command that is not there. */
  absence(name: string): Error {
    const { owner, scope } = this.#enabled;
    if (!scope.alive) return new RangeError(`${name}: this ${owner} was destroyed`);
    return new NotAvailableError(name, this.#advice(registry.command(name).providers));
  }

  #addressOf(row: CommandRow): bigint {
    // To ask with a handle that was destroyed ends the process.
    if (!this.#enabled.scope.alive || !this.#isProvided(row.providers)) return 0n;
    return this.#getProcAddr(row.name);
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

  /** What to do about a missing command, from its row. */
  #advice(providers: string): string {
    const { owner, apiVersion } = this.#enabled;
    const names = dependsNames(providers);
    if (this.#isProvided(providers))
      return `the driver gives no address for it, though ${names.filter(n => this.#has(n)).join(' and ')} is there`;
    const extensions = names.filter(name => versionOfName(name) === undefined && !this.#has(name));
    const versions = names.flatMap(name => versionOfName(name) ?? []);
    const ways: string[] = [];
    if (versions.length > 0 && Math.min(...versions) > apiVersion)
      ways.push(
        `use Vulkan ${formatVersion(Math.min(...versions)).replace(/\.0$/, '')} (this ${owner} has ${formatVersion(apiVersion)})`,
      );
    if (extensions.length > 0)
      ways.push(`enable ${extensions.map(name => this.#describe(name)).join(' or ')} on this ${owner}`);
    return ways.join(', or ');
  }

  #describe(name: string): string {
    const platform = registry.extension(name)?.platform;
    return platform ? `${name} (platform ${platform})` : name;
  }
}

type Constructor<T> = new (...args: never[]) => T;

const families = new Map<string, Constructor<object>>();

/** In each driver, whatever is enabled. */
const PROBES = { library: 'vkCreateInstance', instance: 'vkDestroyInstance', device: 'vkDestroyDevice' };

/** vkGetInstanceProcAddr or vkGetDeviceProcAddr at an address, asked on behalf of a handle. */
export function procAddrAt(address: bigint, handle: bigint): GetProcAddr {
  const fn = callable(address, nativePrototype('uintptr_t', ['uintptr_t', 'str']));
  return name =>
    BigInt.asUintN(64, BigInt((fn as unknown as (h: bigint, n: string) => number | bigint)(handle, name)));
}

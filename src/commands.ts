// In: the rows of one level and the function that gives addresses.
// Out: methods, each looked up on first use; a command that is not there is an error that names its extension.
import { dependsHolds, dependsNames, versionOfName } from './depends.ts';
import { NotAvailableError } from './errors.ts';
import type { PromiseMethod } from './marshal/command.ts';
import { type AnyMethod, makeMethod, makePromiseMethod } from './marshal/method.ts';
import { callable, prototype as nativePrototype } from './native.ts';
import type { VulkanObject } from './object.ts';
import { aliasOf, type CommandRow } from './rows.ts';
import { DISPATCHABLE_CLASSES } from './shape.ts';
import { registry } from './tables.ts';
import { formatVersion } from './version.ts';

/** Asks a loader or driver for a command's address; 0n where it has none. */
export type GetProcAddr = (name: string) => bigint;

/** What is enabled where the commands are called: a version and extensions, undefined where nobody told us. */
export interface Enabled {
  readonly owner: 'library' | 'instance' | 'device';
  readonly apiVersion: number;
  readonly extensions: ReadonlySet<string>;
  /** Extensions that count as enabled because a physical device offers them. */
  readonly offered?: (name: string) => boolean;
  /** Whether the handle that is asked with still lives; without it always. */
  readonly alive?: () => boolean;
}

type Constructor<T> = new (...args: never[]) => T;

/** `vkCmdDraw` → `cmdDraw` */
const methodName = (name: string) => name[2].toLowerCase() + name.slice(3);

/** Commands of one library, instance or device: addresses are its own, methods are made on first use. */
export class Dispatch {
  readonly #getProcAddr: GetProcAddr;
  readonly #enabled: Enabled;
  readonly #classes = new Map<unknown, unknown>();
  readonly #promises = new Map<string, PromiseMethod>();

  constructor(getProcAddr: GetProcAddr, enabled: Enabled) {
    this.#getProcAddr = getProcAddr;
    this.#enabled = enabled;
  }

  /** The class whose methods are this dispatch's: what is resolved for one device never serves another. */
  subclass<T>(base: Constructor<T>): Constructor<T> {
    let known = this.#classes.get(base);
    if (known === undefined) {
      known = { [base.name]: class extends (base as Constructor<object>) {} }[base.name];
      this.#classes.set(base, known);
    }
    return known as Constructor<T>;
  }

  /** The method of a command. What it throws for a command that is not there, it throws when called. */
  method(name: string): { fn: AnyMethod; available: boolean } {
    const { row, address, error } = this.#find(name);
    if (address !== 0n) return { fn: makeMethod(row, address, this), available: true };
    return {
      available: false,
      fn: () => {
        throw error();
      },
    };
  }

  /** The promise form of a command. */
  promise(name: string): (self: VulkanObject, args: readonly unknown[]) => Promise<unknown> {
    let known = this.#promises.get(name);
    if (known === undefined) {
      const { row, address, error } = this.#find(name);
      if (address === 0n) return () => Promise.reject(error());
      known = makePromiseMethod(row, address);
      this.#promises.set(name, known);
    }
    return known;
  }

  #find(name: string): { row: CommandRow; address: bigint; error: () => Error } {
    const row = registry.command(name);
    // To ask with a handle that was destroyed ends the process.
    const { owner, alive } = this.#enabled;
    if (alive?.() === false)
      return { row, address: 0n, error: () => new RangeError(`${name}: this ${owner} was destroyed`) };
    const provided = dependsHolds(row.providers, provider => this.#has(provider));
    const address = provided ? this.#getProcAddr(name) : 0n;
    return { row, address, error: () => new NotAvailableError(name, this.#advice(row.providers, provided)) };
  }

  #has(provider: string): boolean {
    const { apiVersion, extensions, offered } = this.#enabled;
    const version = versionOfName(provider);
    if (version !== undefined) return version <= apiVersion;
    return extensions.has(provider) || (offered?.(provider) ?? false);
  }

  /** What to do about a missing command, from its row. */
  #advice(providers: string, provided: boolean): string {
    const { owner, apiVersion } = this.#enabled;
    const names = dependsNames(providers);
    if (provided)
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

let owned: Map<string, string[]> | undefined;

/** C names of the commands whose methods belong to a class: `VkDevice`, or `''` for the library. */
function commandsOf(type: string): readonly string[] {
  owned ??= sortByOwner();
  return owned.get(type) ?? [];
}

/** Read from the rows' text: to parse 842 rows for the names alone would cost more than all else at start. */
function sortByOwner(): Map<string, string[]> {
  const { commands } = registry.tables;
  const byOwner = new Map<string, string[]>();
  for (const name of Object.keys(commands)) {
    const text = commands[aliasOf(commands[name]) ?? name];
    const bar = text.indexOf('|');
    const first = text.slice(bar + 1, text.indexOf(';', bar)).split(/[ |]/)[1];
    const level = text.slice(0, text.indexOf(' '));
    const owner = DISPATCHABLE_CLASSES.includes(first) ? first : level === 'device' ? 'VkDevice' : '';
    const names = byOwner.get(owner);
    if (names === undefined) byOwner.set(owner, [name]);
    else names.push(name);
  }
  return byOwner;
}

const defined = new WeakSet<object>();

/**
 * Gives a class its commands: getters that resolve on first touch and leave the method on the object's own
 * subclass, so that the second touch costs nothing.
 */
export function defineCommands(base: { prototype: object }, type: string): void {
  if (defined.has(base)) return;
  defined.add(base);
  for (const name of commandsOf(type)) {
    const key = methodName(name);
    Object.defineProperty(base.prototype, key, {
      configurable: true,
      get(this: { dispatch?: Dispatch }) {
        if (this.dispatch === undefined) return undefined;
        const { fn, available } = this.dispatch.method(name);
        if (available)
          Object.defineProperty(Object.getPrototypeOf(this), key, {
            value: fn,
            configurable: true,
            writable: true,
          });
        return fn;
      },
    });
  }
}

/** vkGetInstanceProcAddr or vkGetDeviceProcAddr at an address, asked on behalf of a handle. */
export function procAddrAt(address: bigint, handle: bigint): GetProcAddr {
  const fn = callable(address, nativePrototype('uintptr_t', ['uintptr_t', 'str']));
  return name =>
    BigInt.asUintN(64, BigInt((fn as unknown as (h: bigint, n: string) => number | bigint)(handle, name)));
}

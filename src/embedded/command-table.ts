// The driver's C functions: who gets their addresses, and the failures and overrides that a test has set.

import { types } from 'node:util';
import { VkResult } from '../../ffi/rows/enums.ts';
import { closest } from '../errors/closest.ts';
import { describe } from '../errors/describe.ts';
import { ours } from '../errors/user-call.ts';
import { beginDriver, endDriver } from '../handles/driver-end.ts';
import { registerCallback, unregisterCallback } from '../native/callback.ts';
import { setImmediate } from '../native/clock.ts';
import { API_VERSION_1_3 } from '../native/version.ts';
import { registry } from '../registry/registry.ts';
import { aliasOf, type CommandRow } from '../registry/rows.ts';
import { reportMessage } from './commands/messenger.ts';
import type { DriverState, Implementations } from './driver-state.ts';
import { isProvided } from './extensions.ts';
import { Refusal } from './refusal.ts';
import { failureOf, type Implementation, serve } from './serve.ts';

interface Failure {
  readonly result: number;
  after: number;
  times: number;
}

/** @throws RangeError for an unknown name, since a typing error would otherwise have no effect */
function commandOf(path: string, name: unknown): CommandRow {
  const { commands } = registry.tables;
  if (typeof name === 'string' && commands.has(name)) return registry.command(name);
  const near = typeof name === 'string' ? closest(name, commands.names()) : undefined;
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  throw ours(new RangeError(`${path}: expected the C name of a command, got ${describe(name)}${hint}`));
}

/** A failure that a test has set. */
class InjectedFailure extends Error {
  readonly result: number;

  constructor(result: number) {
    super('failure injected');
    this.result = result;
  }
}

export class CommandTable {
  readonly #driver: DriverState;
  readonly #implementations: Implementations;
  readonly #addresses = new Map<string, bigint>();
  readonly #failures = new Map<string, Failure>();
  readonly #overrides = new Map<string, Implementation>();
  readonly #hidden = new Set<string>();
  /** Number of calls that have not returned to C. */
  #depth = 0;
  #whenIdle: (() => void) | undefined;
  #hasEnded = false;

  constructor(driver: DriverState, implementations: Implementations) {
    this.#driver = driver;
    this.#implementations = {
      ...implementations,
      vkGetInstanceProcAddr: (instance: bigint, name: string) => this.#instanceProcAddr(instance, name),
      vkGetDeviceProcAddr: (device: bigint, name: string) => this.#deviceProcAddr(device, name),
    };
    // All at once, not on first request: that would be inside a callback, and callbacks that koffi 3.3.4 registers there
    // run on the wrong stack when C calls them later.
    try {
      for (const name of Object.keys(this.#implementations)) this.#register(name);
    } catch (error) {
      this.#unregister();
      throw error;
    }
    beginDriver(this.addressOf('vkGetInstanceProcAddr'));
  }

  /** The C function of a command, 0n where there is none. */
  addressOf(name: string): bigint {
    return this.#addresses.get(canonical(name)) ?? 0n;
  }

  fail(command: string, result: number, after: number, times: number): void {
    if (commandOf('fail.command', command).returns !== 'VkResult')
      throw ours(new TypeError(`fail.command: ${command} returns no VkResult`));
    this.#failures.set(canonical(command), { result, after, times });
  }

  override(
    command: string,
    replacement: (real: Implementation, ...args: Parameters<Implementation>) => unknown,
  ): void {
    const name = canonical(commandOf('override.command', command).name);
    if (registry.command(name).returns === 'PFN_vkVoidFunction')
      throw ours(
        new TypeError(
          `override.command: ${name} cannot be replaced, since what it returns is called: hide or override the commands themselves`,
        ),
      );
    if (!this.#addresses.has(name)) {
      if (this.#depth > 0)
        throw ours(new Error(`override.command: ${name} cannot be added from within a call`));
      this.#register(name);
    }
    const real = this.#implementations[name] ?? absent(name);
    this.#overrides.set(name, (...args) => replacement(real, ...args));
  }

  hide(command: string): void {
    this.#hidden.add(commandOf('hide.command', command).name);
  }

  /** Undoes fail, override and hide. */
  reset(): void {
    this.#failures.clear();
    this.#overrides.clear();
    this.#hidden.clear();
  }

  /** Unregisters the C functions and calls `then`: now, or once no call is in progress. */
  end(then: () => void): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const address = this.addressOf('vkGetInstanceProcAddr');
    endDriver(address, () => {
      this.#whenIdle = () => {
        this.#unregister();
        then();
      };
      if (this.#depth === 0) this.#whenIdle();
    });
  }

  /** Performs a command: its override, or the driver's own implementation. */
  perform(name: string, args: readonly unknown[]): unknown {
    const command = this.#overrides.get(name) ?? this.#implementations[name] ?? absent(name);
    return command(...args);
  }

  #unregister(): void {
    for (const address of this.#addresses.values()) unregisterCallback(address);
    this.#addresses.clear();
  }

  #register(name: string): void {
    const row = registry.command(name);
    let native: ReturnType<typeof serve> | undefined;
    const call = (...raw: never[]) => {
      native ??= serve(row, (...args) => this.#answer(name, args));
      this.#depth++;
      try {
        return native(...raw);
      } finally {
        this.#depth--;
        // Later, because C still has to return through this function.
        if (this.#depth === 0 && this.#whenIdle !== undefined) setImmediate(this.#whenIdle);
      }
    };
    this.#addresses.set(name, registerCallback(row, call, failureOf(row)));
  }

  /** The answer to C: a failure if one is due; a refusal is also reported to debug messengers. */
  #answer(name: string, args: unknown[]): unknown {
    const failure = this.#failures.get(name);
    if (failure !== undefined && failure.times > 0 && failure.after-- <= 0) {
      failure.times--;
      throw new InjectedFailure(failure.result);
    }
    try {
      return this.perform(name, args);
    } catch (error) {
      // An error of an override is its author's; any other error of this driver is a refusal of the call.
      const isOwn = !this.#overrides.has(name) && !(error instanceof InjectedFailure);
      const refusal = isOwn && !(error instanceof Refusal) ? unexpected(error) : error;
      if (refusal instanceof Refusal) reportMessage(this.#driver, name, refusal.message);
      throw refusal;
    }
  }

  #has(name: string): boolean {
    if (!registry.tables.commands.has(name) || this.#hidden.has(name)) return false;
    return Object.hasOwn(this.#implementations, canonical(name)) || this.#overrides.has(canonical(name));
  }

  #instanceProcAddr(handle: bigint, name: string): bigint {
    if (!this.#has(name)) return 0n;
    const isGlobal = registry.command(name).level === 'global';
    if (handle === 0n) return isGlobal || name === 'vkGetInstanceProcAddr' ? this.addressOf(name) : 0n;
    const { apiVersion, extensions, adapters } = this.#driver.objects.get('VkInstance', handle);
    const offered = (extension: string) =>
      adapters.some(adapter => {
        const list = this.perform('vkEnumerateDeviceExtensionProperties', [adapter, null]);
        return ((list ?? []) as { extensionName: string }[]).some(e => e.extensionName === extension);
      });
    const version = Math.min(API_VERSION_1_3, apiVersion);
    const provided = isProvided(name, version, e => extensions.has(e) || offered(e));
    return provided && !isGlobal ? this.addressOf(name) : 0n;
  }

  #deviceProcAddr(handle: bigint, name: string): bigint {
    const { apiVersion, extensions, adapter } = this.#driver.objects.get('VkDevice', handle);
    const instance = this.#driver.objects.find('VkInstance', adapter.instance);
    if (!this.#has(name) || registry.command(name).level !== 'device') return 0n;
    const isEnabled = (e: string) => extensions.has(e) || instance?.extensions.has(e) === true;
    return isProvided(name, apiVersion, isEnabled) ? this.addressOf(name) : 0n;
  }
}

/** The command that a name is an alias of. */
const canonical = (name: string): string => aliasOf(registry.tables.commands.get(name) ?? '') ?? name;

const unexpected = (error: unknown): Refusal =>
  new Refusal(VkResult.ERROR_UNKNOWN, types.isNativeError(error) ? error.message : 'it cannot be done');

const absent =
  (name: string): Implementation =>
  () => {
    throw ours(new Error(`${name}: the embedded driver has no implementation that the override could call`));
  };

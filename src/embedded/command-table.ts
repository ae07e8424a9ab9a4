// The driver's C functions, the rules of who may have their addresses, and the failures and replacements that a
// test asked for.
import { VkResult } from '../../ffi/rows/enums.ts';
import { ours } from '../errors/user-call.ts';
import { endDriver } from '../handles/driver-end.ts';
import { registerCallback, unregisterCallback } from '../native/callback.ts';
import { registry } from '../registry/registry.ts';
import { aliasOf, type CommandRow } from '../registry/rows.ts';
import { reportMessage } from './commands/messenger.ts';
import type { DriverState, Implementations } from './driver-state.ts';
import { isProvided } from './extensions.ts';
import { API_VERSION } from './facts.ts';
import { Refusal } from './refusal.ts';
import { type Implementation, serve } from './serve.ts';

interface Failure {
  readonly result: number;
  after: number;
  times: number;
}

/** @throws RangeError: a slip in a name would change nothing, and nobody would know */
function commandOf(name: string): CommandRow {
  if (registry.tables.commands.has(name)) return registry.command(name);
  throw ours(new RangeError(`unknown command ${String(name)}`));
}

/** A failure that a test asked for. */
class Injected extends Error {
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
  /** Calls that C has not returned from. */
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
    // Not when first asked for: that would be inside a call of ours, and koffi 3.3.4 makes callbacks there that
    // run on the wrong stack when they are called from outside.
    for (const name of Object.keys(this.#implementations)) this.#register(name);
  }

  /** The C function of a command, 0n where there is none. */
  addressOf(name: string): bigint {
    return this.#addresses.get(canonical(name)) ?? 0n;
  }

  fail(command: string, result: number, after: number, times: number): void {
    if (commandOf(command).returns !== 'VkResult')
      throw ours(new TypeError(`${command} returns no VkResult`));
    this.#failures.set(canonical(command), { result, after, times });
  }

  override(
    command: string,
    replacement: (real: Implementation, ...args: Parameters<Implementation>) => unknown,
  ): void {
    const name = canonical(command);
    if (!this.#addresses.has(name)) {
      if (this.#depth > 0) throw ours(new Error(`${name}: a command cannot be added from within a call`));
      this.#register(name);
    }
    const real = this.#implementations[name] ?? absent(name);
    this.#overrides.set(name, (...args) => replacement(real, ...args));
  }

  hide(command: string): void {
    this.#hidden.add(commandOf(command).name);
  }

  /** What was told is forgotten. */
  reset(): void {
    this.#failures.clear();
    this.#overrides.clear();
    this.#hidden.clear();
  }

  /** Takes the C functions away, and then runs `then`: at once, or when no call is inside any more. */
  end(then: () => void): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const address = this.addressOf('vkGetInstanceProcAddr');
    endDriver(address, 'belongs to an embedded driver that was disposed of', () => {
      this.#whenIdle = () => {
        for (const address of this.#addresses.values()) unregisterCallback(address);
        this.#addresses.clear();
        then();
      };
      if (this.#depth === 0) this.#whenIdle();
    });
  }

  /** What a command does: what was told instead, or what this driver does. */
  perform(name: string, args: readonly unknown[]): unknown {
    const command = this.#overrides.get(name) ?? this.#implementations[name] ?? absent(name);
    return command(...args);
  }

  #register(name: string): void {
    const row = commandOf(name);
    let native: ReturnType<typeof serve> | undefined;
    const address = registerCallback(row, (...raw: never[]) => {
      native ??= serve(row, (...args) => this.#answer(name, args));
      this.#depth++;
      try {
        return native(...raw);
      } finally {
        this.#depth--;
        // C is still to return through the function that is taken away then.
        if (this.#depth === 0 && this.#whenIdle !== undefined) setImmediate(this.#whenIdle);
      }
    });
    this.#addresses.set(name, address);
  }

  /** What C gets: a failure if one is due, and a refusal is told to who listens. */
  #answer(name: string, args: unknown[]): unknown {
    const failure = this.#failures.get(name);
    if (failure !== undefined && failure.times > 0 && failure.after-- <= 0) {
      failure.times--;
      throw new Injected(failure.result);
    }
    try {
      return this.perform(name, args);
    } catch (error) {
      // What an override throws is its author's; what this driver meets in a call that it cannot make is a refusal.
      const isOwn = !this.#overrides.has(name) && !(error instanceof Injected);
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
    const version = Math.min(API_VERSION, apiVersion);
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
  new Refusal(VkResult.ERROR_UNKNOWN, error instanceof Error ? error.message : 'it cannot be done');

const absent =
  (name: string): Implementation =>
  () => {
    throw ours(
      new Error(`${name}: the embedded driver does not have it, and its override has no other to call`),
    );
  };

// In: options.
// Out: a Vulkan driver whose commands are C functions made on demand, and the ways to make it misbehave.
import type { VkExternalMemoryHandleTypeFlagBits } from '../../ffi/bitmasks.ts';
import { registerCallback, unregisterCallback } from '../native.ts';
import { aliasOf } from '../rows.ts';
import { registry } from '../tables.ts';
import { adapterCommands } from './adapter.ts';
import { isProvided } from './extensions.ts';
import { API_VERSION } from './facts.ts';
import { type ExternalOptions, ForeignObjects } from './foreign.ts';
import { instanceCommands } from './instance.ts';
import { memoryCommands } from './memory.ts';
import { complain, messengerCommands } from './messenger.ts';
import { queueCommands } from './queue.ts';
import { recordCommands } from './record.ts';
import { Refusal } from './refusal.ts';
import { resourceCommands } from './resource.ts';
import { type Implementation, serve } from './serve.ts';
import { shareCommands } from './share.ts';
import { syncCommands } from './sync.ts';
import { syncShareCommands } from './sync-share.ts';
import { createWorld, type Implementations, type World } from './world.ts';

export interface EmbeddedDriverOptions {
  /** How many physical devices it has, each with a LUID of its own; 1 without. */
  readonly physicalDevices?: number;
}

export interface FailureOptions {
  /** How many calls succeed before; 0 without. */
  readonly after?: number;
  /** How many calls fail then; 1 without. */
  readonly times?: number;
}

/**
 * What a command does, as `override` sees it: it takes the handle of the object that the command is called on
 * (unless it needs none), then what the client's method takes, and gives what that method gives, handles as bigint.
 */
export type CommandFunction = Implementation;

interface Failure {
  readonly result: number;
  after: number;
  times: number;
}

/** A Vulkan driver in this process; {@link createEmbeddedDriver} makes it. */
export class EmbeddedDriver {
  /** Address of its vkGetInstanceProcAddr, for `loadVulkan` or any other Vulkan program in this process. */
  readonly getInstanceProcAddr: bigint;
  readonly #world: World;
  readonly #foreign: ForeignObjects;
  readonly #implementations: Implementations;
  readonly #addresses = new Map<string, bigint>();
  readonly #failures = new Map<string, Failure>();
  readonly #overrides = new Map<string, CommandFunction>();
  readonly #hidden = new Set<string>();
  /** Calls that C has not returned from. */
  #depth = 0;
  #disposed = false;

  /** @internal */
  constructor({ physicalDevices = 1 }: EmbeddedDriverOptions) {
    if (!Number.isSafeInteger(physicalDevices) || physicalDevices < 0)
      throw new RangeError(`physicalDevices: expected a count, got ${physicalDevices}`);
    this.#world = createWorld(physicalDevices, (command, ...args) => this.#perform(command, args));
    this.#foreign = new ForeignObjects(this.#world);
    this.#implementations = {
      ...instanceCommands(this.#world),
      ...adapterCommands(this.#world),
      ...memoryCommands(this.#world),
      ...shareCommands(this.#world),
      ...resourceCommands(this.#world),
      ...recordCommands(this.#world),
      ...queueCommands(this.#world),
      ...syncCommands(this.#world),
      ...syncShareCommands(this.#world),
      ...messengerCommands(this.#world),
      vkGetInstanceProcAddr: (instance: bigint, name: string) => this.#instanceProcAddr(instance, name),
      vkGetDeviceProcAddr: (device: bigint, name: string) => this.#deviceProcAddr(device, name),
    };
    // Not when first asked for: that would be inside a call of ours, and koffi 3.3.4 makes callbacks there that
    // run on the wrong stack when they are called from outside.
    for (const name of Object.keys(this.#implementations)) this.#register(name);
    this.getInstanceProcAddr = this.#addressOf('vkGetInstanceProcAddr');
  }

  /**
   * Makes a command fail: it does nothing and answers the result.
   * @param command C name; its aliases fail with it
   * @param result the VkResult to answer, also one above zero
   * @param when after how many calls, and how often
   * @throws TypeError for a command that returns no VkResult
   *
   * @example
   * driver.fail('vkAllocateMemory', VkResult.ERROR_OUT_OF_DEVICE_MEMORY, { after: 2 });
   */
  fail(command: string, result: number, { after = 0, times = 1 }: FailureOptions = {}): void {
    if (registry.command(command).returns !== 'VkResult')
      throw new TypeError(`${command} returns no VkResult`);
    this.#failures.set(canonical(command), { result, after, times });
  }

  /**
   * Puts another implementation in a command's place; the one that it replaces is its first argument.
   * @param command C name, also of a command that this driver does not have; its aliases are replaced with it
   * @param replacement what to do instead. `undefined` in place of an output leaves it unwritten; an error that
   *   has a `result` (VulkanError) answers that code, another one VK_ERROR_UNKNOWN and is thrown uncaught
   *
   * @example
   * driver.override('vkGetMemoryWin32HandlePropertiesKHR', (real, ...args) => ({ memoryTypeBits: 0 }));
   */
  override(
    command: string,
    replacement: (real: CommandFunction, ...args: Parameters<CommandFunction>) => unknown,
  ): void {
    const name = canonical(command);
    const real = this.#implementations[name] ?? absent(name);
    if (!this.#addresses.has(name)) this.#register(name);
    this.#overrides.set(name, (...args) => replacement(real, ...args));
  }

  /**
   * Takes a command away: its address is null from now on. Who has asked for it before still has it.
   * @param command C name; an alias stays
   */
  hide(command: string): void {
    this.#hidden.add(registry.command(command).name);
  }

  /** Undoes all that `fail`, `override` and `hide` have changed. */
  reset(): void {
    this.#failures.clear();
    this.#overrides.clear();
    this.#hidden.clear();
  }

  /**
   * Counts live objects, to find what was not destroyed.
   * @returns number by C type, without types of which there is none
   */
  counts(): Record<string, number> {
    return this.#world.objects.counts();
  }

  /**
   * Makes memory outside Vulkan, as D3D makes a shared texture.
   * @param handleType D3D11_TEXTURE, D3D11_TEXTURE_KMT, D3D12_HEAP, D3D12_RESOURCE, or DMA_BUF_EXT on Linux
   * @param options its size in bytes, the handle's name, the physical device
   * @returns a handle, the caller's to close. On Windows that of an NT type is a real one, of a section object
   *   that begins with the memory; a DMA_BUF is a real file descriptor; others are numbers that look like handles
   * @throws RangeError for another handle type, TypeError for a name that its kind cannot have
   *
   * @example
   * const handle = driver.createExternalHandle(HandleType.D3D11_TEXTURE, { size: 256 * 256 * 4 });
   */
  createExternalHandle(
    handleType: VkExternalMemoryHandleTypeFlagBits,
    options: ExternalOptions & { readonly size: number },
  ): bigint {
    return this.#foreign.createMemory(handleType, options.size, options);
  }

  /**
   * Makes a fence outside Vulkan, as D3D12 does; it is imported into a semaphore as D3D12_FENCE.
   * @param options its value at first, 0 without; the handle's name, the physical device
   * @returns a handle, the caller's to close; `readExternal` and `writeExternal` reach its 8 bytes of value
   *
   * @example
   * const fence = driver.createExternalFence({ value: 1n });
   */
  createExternalFence(options: ExternalOptions & { readonly value?: bigint } = {}): bigint {
    return this.#foreign.createFence(options.value ?? 0n, options);
  }

  /**
   * Reads what a handle refers to, as its maker outside Vulkan would; a texture's rows follow without padding.
   * @param handle what `createExternalHandle` or `createExternalFence` gave
   * @param offset first byte
   * @param length number of bytes; to the end without
   * @returns a copy, the caller's own
   * @throws RangeError past the end, or for a closed handle
   *
   * @example
   * const [red] = driver.readExternal(handle, 0, 1);
   */
  readExternal(handle: bigint, offset = 0, length?: number): Uint8Array {
    return this.#foreign.read(handle, offset, length);
  }

  /**
   * Writes what a handle refers to, as its maker outside Vulkan would.
   * @param handle what `createExternalHandle` or `createExternalFence` gave
   * @param bytes what to write
   * @param offset first byte to be written
   * @throws RangeError past the end, or for a closed handle
   *
   * @example
   * driver.writeExternal(handle, Uint8Array.of(255, 0, 0, 255));
   */
  writeExternal(handle: bigint, bytes: Uint8Array, offset = 0): void {
    this.#foreign.write(handle, bytes, offset);
  }

  /**
   * Closes a handle that was made outside Vulkan, or ends the object of a KMT handle. Imported memory stays.
   * @param handle what `createExternalHandle` or `createExternalFence` gave
   * @throws RangeError for one that is closed already
   *
   * @example
   * driver.closeExternalHandle(handle);
   */
  closeExternalHandle(handle: bigint): void {
    this.#foreign.close(handle);
  }

  /**
   * Ends the driver: none of its addresses may be called any more, and its memory and handles are given back. From
   * within one of its own calls, that is done when the call has returned.
   */
  dispose(): void {
    this.#disposed = true;
    if (this.#depth === 0) this.#end();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #end(): void {
    for (const address of this.#addresses.values()) unregisterCallback(address);
    this.#addresses.clear();
    this.#foreign.closeAll();
    this.#world.objects.clear();
  }

  #addressOf(name: string): bigint {
    return this.#addresses.get(canonical(name)) ?? 0n;
  }

  #register(name: string): void {
    const row = registry.command(name);
    const native = serve(row, (...args) => this.#answer(name, args));
    const address = registerCallback(row, (...raw: never[]) => {
      this.#depth++;
      try {
        return native(...raw);
      } finally {
        this.#depth--;
        // C is still to return through the function that is taken away here.
        if (this.#disposed && this.#depth === 0) setImmediate(() => this.#end());
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
      return this.#perform(name, args);
    } catch (error) {
      if (error instanceof Refusal) complain(this.#world, name, error.message);
      throw error;
    }
  }

  #perform(name: string, args: unknown[]): unknown {
    const command = this.#overrides.get(name) ?? this.#implementations[name] ?? absent(name);
    return command(...args);
  }

  #has(name: string): boolean {
    if (!Object.hasOwn(registry.tables.commands, name) || this.#hidden.has(name)) return false;
    return Object.hasOwn(this.#implementations, canonical(name)) || this.#overrides.has(canonical(name));
  }

  #instanceProcAddr(handle: bigint, name: string): bigint {
    if (!this.#has(name)) return 0n;
    const isGlobal = registry.command(name).level === 'global';
    if (handle === 0n) return isGlobal || name === 'vkGetInstanceProcAddr' ? this.#addressOf(name) : 0n;
    const { apiVersion, extensions, adapters } = this.#world.objects.get('VkInstance', handle);
    const offered = (extension: string) =>
      adapters.some(adapter => {
        const list = this.#perform('vkEnumerateDeviceExtensionProperties', [adapter, null]);
        return (list as { extensionName: string }[]).some(e => e.extensionName === extension);
      });
    const version = Math.min(API_VERSION, apiVersion);
    const provided = isProvided(name, version, e => extensions.has(e) || offered(e));
    return provided && !isGlobal ? this.#addressOf(name) : 0n;
  }

  #deviceProcAddr(handle: bigint, name: string): bigint {
    const { apiVersion, extensions, adapter } = this.#world.objects.get('VkDevice', handle);
    const instance = this.#world.objects.find('VkInstance', adapter.instance);
    if (!this.#has(name) || registry.command(name).level !== 'device') return 0n;
    const isEnabled = (e: string) => extensions.has(e) || instance?.extensions.has(e) === true;
    return isProvided(name, apiVersion, isEnabled) ? this.#addressOf(name) : 0n;
  }
}

/** A failure that a test asked for. */
class Injected extends Error {
  readonly result: number;

  constructor(result: number) {
    super('failure injected');
    this.result = result;
  }
}

/** The command that a name is an alias of. */
const canonical = (name: string): string => aliasOf(registry.tables.commands[name] ?? '') ?? name;

const absent =
  (name: string): CommandFunction =>
  () => {
    throw new Error(`${name}: the embedded driver does not have it, and its override has no other to call`);
  };

// The embedded driver, and what a program can do with it besides calling Vulkan.
import type { VkExternalMemoryHandleTypeFlagBits } from '../../ffi/rows/bitmasks.ts';
import { ours, userMethods } from '../errors/user-call.ts';
import { describe } from '../native/argument-error.ts';
import { isView } from '../native/bytes.ts';
import { checkOptions, uint64Of } from '../native/options.ts';
import { CommandTable } from './command-table.ts';
import { adapterCommands } from './commands/adapter.ts';
import { instanceCommands } from './commands/instance.ts';
import { memoryCommands } from './commands/memory.ts';
import { messengerCommands } from './commands/messenger.ts';
import { queueCommands } from './commands/queue.ts';
import { recordCommands } from './commands/record.ts';
import { resourceCommands } from './commands/resource.ts';
import { syncCommands } from './commands/sync.ts';
import { createState, type DriverState } from './driver-state.ts';
import type { Implementation } from './serve.ts';
import { shareCommands } from './sharing/memory-handles.ts';
import { type ExternalOptions, OutsideObjects } from './sharing/outside-objects.ts';
import { syncShareCommands } from './sharing/sync-handles.ts';

/** What the driver is to have. */
export interface EmbeddedDriverOptions {
  /** How many physical devices it has, each with a LUID of its own; 1 without. */
  readonly physicalDevices?: number;
}

/** When a command is to fail. */
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

/** A Vulkan driver in this process; {@link createEmbeddedDriver} makes it. */
export class EmbeddedDriver {
  /** Address of its vkGetInstanceProcAddr, for `loadVulkan` or any other Vulkan program in this process. */
  readonly getInstanceProcAddr: bigint;
  readonly #driver: DriverState;
  readonly #outside: OutsideObjects;
  readonly #commands: CommandTable;

  /** @internal */
  constructor({ physicalDevices = 1 }: EmbeddedDriverOptions) {
    if (!Number.isSafeInteger(physicalDevices) || physicalDevices < 0)
      throw ours(new RangeError(`physicalDevices: expected a count, got ${physicalDevices}`));
    const driver = createState(physicalDevices, (command, ...args) => this.#commands.perform(command, args));
    this.#driver = driver;
    this.#outside = new OutsideObjects(driver);
    this.#commands = new CommandTable(driver, {
      ...instanceCommands(driver),
      ...adapterCommands(driver),
      ...memoryCommands(driver),
      ...shareCommands(driver),
      ...resourceCommands(driver),
      ...recordCommands(driver),
      ...queueCommands(driver),
      ...syncCommands(driver),
      ...syncShareCommands(driver),
      ...messengerCommands(driver),
    });
    this.getInstanceProcAddr = this.#commands.addressOf('vkGetInstanceProcAddr');
  }

  /**
   * Makes a command fail: it does nothing and answers the result.
   * @param command C name; its aliases fail with it
   * @param result the VkResult to answer, also one above zero
   * @param when after how many calls, and how often
   * @throws TypeError for a command that returns no VkResult, RangeError for one that is none
   *
   * @example
   * driver.fail('vkAllocateMemory', VkResult.ERROR_OUT_OF_DEVICE_MEMORY, { after: 2 });
   */
  fail(command: string, result: number, when: FailureOptions = {}): void {
    checkOptions('fail.when', when, ['after', 'times']);
    const { after = 0, times = 1 } = when;
    if (!Number.isInteger(result))
      throw ours(new TypeError(`fail.result: expected a VkResult, got ${describe(result)}`));
    for (const [name, count] of Object.entries({ after, times }))
      if (!(count >= 0))
        throw ours(new TypeError(`fail.when.${name}: expected 0 or more, got ${describe(count)}`));
    this.#commands.fail(command, result, after, times);
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
    if (typeof replacement !== 'function')
      throw ours(new TypeError(`override.replacement: expected a function, got ${describe(replacement)}`));
    this.#commands.override(command, replacement);
  }

  /**
   * Takes a command away: its address is null from now on. Who has asked for it before still has it.
   * @param command C name; an alias stays
   *
   * @example
   * driver.hide('vkGetMemoryWin32HandlePropertiesKHR');
   */
  hide(command: string): void {
    this.#commands.hide(command);
  }

  /** Undoes all that `fail`, `override` and `hide` have changed. */
  reset(): void {
    this.#commands.reset();
  }

  /**
   * Counts live objects, to find what was not destroyed.
   * @returns number by C type, without types of which there is none
   *
   * @example
   * expect(driver.counts()).to.deep.equal({});
   */
  counts(): Record<string, number> {
    return this.#driver.objects.counts();
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
    options: ExternalOptions & { readonly size: number | bigint },
  ): bigint {
    checkOptions('createExternalHandle.options', options, ['size', 'name', 'physicalDevice']);
    return this.#outside.createMemory(handleType, Number(options.size), options);
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
    const path = 'createExternalFence.options';
    checkOptions(path, options, ['value', 'name', 'physicalDevice']);
    return this.#outside.createFence(uint64Of(`${path}.value`, options.value ?? 0n, 0n), options);
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
    return this.#outside.read(handle, offset, length);
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
    if (!isView(bytes))
      throw ours(new TypeError(`writeExternal.bytes: expected a Uint8Array, got ${describe(bytes)}`));
    this.#outside.write(handle, bytes, offset);
  }

  /**
   * Closes a handle, or ends the object of a KMT handle, as who made it would. Imported memory stays.
   * @param handle what `createExternalHandle` or `createExternalFence` gave, or a Windows handle that Vulkan exported
   * @throws RangeError for one that is closed already
   *
   * @example
   * driver.closeExternalHandle(handle);
   */
  closeExternalHandle(handle: bigint): void {
    this.#outside.close(handle);
  }

  /**
   * Ends the driver: none of its addresses may be called any more, and its memory and handles are given back. From
   * within one of its own calls, that is done when the call has returned.
   */
  dispose(): void {
    this.#commands.end(() => {
      this.#outside.closeAll();
      this.#driver.objects.clear();
    });
  }

  /** The same as `dispose`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  static {
    userMethods(EmbeddedDriver);
  }
}

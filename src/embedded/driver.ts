// The embedded driver's own methods, besides Vulkan's commands.
import type { VkExternalMemoryHandleTypeFlagBits } from '../../ffi/rows/bitmasks.ts';
import { isView } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { ours, userMethods } from '../errors/user-call.ts';
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
import { memoryHandleCommands } from './sharing/memory-handles.ts';
import { type ExternalOptions, OutsideObjects } from './sharing/outside-objects.ts';
import { syncHandleCommands } from './sharing/sync-handles.ts';

/** Options of the embedded driver. */
export interface EmbeddedDriverOptions {
  /** Number of physical devices, each with a LUID of its own; by default 1. */
  readonly physicalDevices?: number;
}

/** When a command fails. */
export interface FailureOptions {
  /** Number of calls that succeed before; by default 0. */
  readonly after?: number;
  /** Number of calls that fail then; by default 1. */
  readonly times?: number;
}

/**
 * The implementation of a command, for `override`: it takes the handle of the object that the command is called on (if
 * there is one) and then the method's parameters, and returns what the method returns, handles as bigint.
 */
export type CommandFunction = Implementation;

/** A Vulkan driver in this process; {@link createEmbeddedDriver} returns it. */
export class EmbeddedDriver {
  /** Address of its vkGetInstanceProcAddr, for `loadVulkan` or any other Vulkan program in this process. */
  readonly getInstanceProcAddr: bigint;
  readonly #driver: DriverState;
  readonly #outside: OutsideObjects;
  readonly #commands: CommandTable;

  /** @internal */
  constructor({ physicalDevices = 1 }: EmbeddedDriverOptions) {
    if (!Number.isSafeInteger(physicalDevices) || physicalDevices < 0)
      throw ours(
        new RangeError(
          `createEmbeddedDriver.options.physicalDevices: expected a count, got ${describe(physicalDevices)}`,
        ),
      );
    const driver = createState(physicalDevices, (command, ...args) => this.#commands.perform(command, args));
    this.#driver = driver;
    this.#outside = new OutsideObjects(driver);
    this.#commands = new CommandTable(driver, {
      ...instanceCommands(driver),
      ...adapterCommands(driver),
      ...memoryCommands(driver),
      ...memoryHandleCommands(driver),
      ...resourceCommands(driver),
      ...recordCommands(driver),
      ...queueCommands(driver),
      ...syncCommands(driver),
      ...syncHandleCommands(driver),
      ...messengerCommands(driver),
    });
    this.getInstanceProcAddr = this.#commands.addressOf('vkGetInstanceProcAddr');
  }

  /**
   * Makes a command fail: it does nothing and returns the result.
   * @param command C name; its aliases fail, too
   * @param result the VkResult to return, which may be above zero
   * @param when after how many calls, and how often
   * @throws TypeError for a command that returns no VkResult, RangeError for an unknown command
   *
   * @example
   * driver.fail('vkAllocateMemory', VkResult.ERROR_OUT_OF_DEVICE_MEMORY, { after: 2 });
   */
  fail(command: string, result: number, when: FailureOptions = {}): void {
    const { after = 0, times = 1 } = checkOptions('fail.when', when, ['after', 'times']);
    if (!Number.isInteger(result))
      throw ours(new TypeError(`fail.result: expected a VkResult, got ${describe(result)}`));
    for (const [name, count] of Object.entries({ after, times }))
      if (typeof count !== 'number' || !(count >= 0))
        throw ours(new TypeError(`fail.when.${name}: expected 0 or more, got ${describe(count)}`));
    this.#commands.fail(command, result, after, times);
  }

  /**
   * Replaces the implementation of a command; the replacement gets the former one as its first argument.
   * @param command C name, also of a command that this driver does not have; its aliases are replaced, too. Not
   *   vkGetInstanceProcAddr or vkGetDeviceProcAddr, since what they return is called
   * @param replacement the new implementation. An output that it returns as `undefined` stays unwritten. If it throws an
   *   error with a `result` (VulkanError), the command returns that code; any other error becomes VK_ERROR_UNKNOWN and an
   *   uncaught exception
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
   * Removes a command: its address is NULL from now on. An address that was asked for before stays valid.
   * @param command C name; its aliases stay
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
   * @returns numbers by C type, without types that have none
   *
   * @example
   * expect(driver.counts()).to.deep.equal({});
   */
  counts(): Record<string, number> {
    return this.#driver.objects.counts();
  }

  /**
   * Creates memory outside Vulkan, as D3D creates a shared texture.
   * @param handleType D3D11_TEXTURE, D3D11_TEXTURE_KMT, D3D12_HEAP, D3D12_RESOURCE, or DMA_BUF_EXT on Linux
   * @param options its size in bytes, the handle's name, the physical device
   * @returns a handle, which the caller closes. On Windows an NT type has a real handle, of a section object; DMA_BUF_EXT
   *   has a real file descriptor; others are numbers that look like handles
   * @throws RangeError for another handle type, TypeError for a name if its handles have none
   *
   * @example
   * const handle = driver.createExternalHandle(HandleType.D3D11_TEXTURE, { size: 256 * 256 * 4 });
   */
  createExternalHandle(
    handleType: VkExternalMemoryHandleTypeFlagBits,
    options: ExternalOptions & { readonly size: number | bigint },
  ): bigint {
    const given = checkOptions('createExternalHandle.options', options, ['size', 'name', 'physicalDevice']);
    return this.#outside.createMemory('createExternalHandle', handleType, given);
  }

  /**
   * Creates a fence outside Vulkan, as D3D12 does; it can be imported into a semaphore as D3D12_FENCE.
   * @param options its first value (by default 0), the handle's name, the physical device
   * @returns a handle, which the caller closes; `readExternal` and `writeExternal` access the 8 bytes of its value
   *
   * @example
   * const fence = driver.createExternalFence({ value: 1n });
   */
  createExternalFence(options: ExternalOptions & { readonly value?: bigint } = {}): bigint {
    const path = 'createExternalFence.options';
    const given = checkOptions(path, options, ['value', 'name', 'physicalDevice']);
    return this.#outside.createFence(path, uint64Of(`${path}.value`, given.value ?? 0n, 0n), given);
  }

  /**
   * Reads the memory of a handle, as its owner outside Vulkan would; the rows of a texture have no padding.
   * @param handle what `createExternalHandle` or `createExternalFence` returned
   * @param offset first byte
   * @param length number of bytes; to the end by default
   * @returns a copy, which belongs to the caller
   * @throws RangeError past the end, or for a closed handle
   *
   * @example
   * const [red] = driver.readExternal(handle, 0, 1);
   */
  readExternal(handle: bigint, offset = 0, length?: number): Uint8Array {
    return this.#outside.read('readExternal', handle, offset, length);
  }

  /**
   * Writes the memory of a handle, as its owner outside Vulkan would.
   * @param handle what `createExternalHandle` or `createExternalFence` returned
   * @param bytes what to write
   * @param offset first byte to write
   * @throws RangeError past the end, or for a closed handle
   *
   * @example
   * driver.writeExternal(handle, Uint8Array.of(255, 0, 0, 255));
   */
  writeExternal(handle: bigint, bytes: Uint8Array, offset = 0): void {
    if (!isView(bytes))
      throw ours(new TypeError(`writeExternal.bytes: expected a Uint8Array, got ${describe(bytes)}`));
    this.#outside.write('writeExternal', handle, bytes, offset);
  }

  /**
   * Closes a handle, or destroys the object of a KMT handle, as its owner would. Imported memory stays valid.
   * @param handle what `createExternalHandle` or `createExternalFence` returned, or a Windows handle that Vulkan exported
   * @throws RangeError for a handle that is closed already
   *
   * @example
   * driver.closeExternalHandle(handle);
   */
  closeExternalHandle(handle: bigint): void {
    this.#outside.close('closeExternalHandle.handle', handle);
  }

  /**
   * Disposes of the driver: none of its addresses may be called any more, and its memory is freed and its handles closed.
   * If one of its commands is in progress, that happens once the command has returned.
   */
  dispose(): void {
    this.#commands.end(() => {
      this.#outside.closeAll();
      this.#driver.objects.clear();
    });
  }

  /** {@link dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  static {
    userMethods(EmbeddedDriver, 'EmbeddedDriver', value => #driver in value);
  }
}

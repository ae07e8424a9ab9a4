// Imported memory with the image or buffer that is bound to it, and how it was chosen.
import type { VkBuffer, VkDeviceMemory, VkImage } from '../../ffi/types/structs.ts';
import { notByNew, userMethods } from '../errors/user-call.ts';
import type { MemoryTypeMasks } from '../external/errors.ts';
import type { MemoryImport } from '../external/memory-import.ts';

/** Imported memory, bound to the image or buffer that was created for it; the handle is not part of it. */
export class ImportedMemory implements MemoryImport {
  /** The memory itself. */
  readonly memory: VkDeviceMemory;
  /** Index of the memory type that it was imported as. */
  readonly memoryTypeIndex: number;
  /** Size of the memory in bytes. */
  readonly allocationSize: bigint;
  /** Whether it is a dedicated allocation. */
  readonly dedicated: boolean;
  /** The masks that led to the memory type. */
  readonly masks: MemoryTypeMasks;
  /** What was unusual about the import, one sentence each. */
  readonly warnings: readonly string[];
  /** The image bound to it, where one was asked for. */
  readonly image: VkImage | undefined;
  /** The buffer bound to it, where one was asked for. */
  readonly buffer: VkBuffer | undefined;
  readonly #dispose: () => void;

  /** @internal */
  constructor(facts: MemoryImport, made: { image?: VkImage; buffer?: VkBuffer }, dispose: () => void) {
    if (typeof dispose !== 'function')
      throw notByNew(
        new.target,
        'ImportedMemory: call importTextureWin32 or importMemoryWin32, not the constructor',
      );
    this.memory = facts.memory;
    this.memoryTypeIndex = facts.memoryTypeIndex;
    this.allocationSize = facts.allocationSize;
    this.dedicated = facts.dedicated;
    this.masks = facts.masks;
    this.warnings = facts.warnings;
    this.image = made.image;
    this.buffer = made.buffer;
    this.#dispose = dispose;
  }

  /**
   * Destroys the image or buffer and frees the memory, unless the caller has done so already; the handle stays open.
   * The device must have finished using them.
   */
  [Symbol.dispose](): void {
    this.#dispose();
  }

  static {
    userMethods(ImportedMemory, 'ImportedMemory', value => #dispose in value);
  }
}

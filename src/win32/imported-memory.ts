// Imported memory with its image or buffer and the masks that led to it; it frees all three.
import type { VkBuffer, VkDeviceMemory, VkImage } from '../../ffi/types/structs.ts';
import { userMethods } from '../errors/user-call.ts';
import type { MemoryTypeMasks } from '../external/errors.ts';

interface ImportFacts {
  readonly memory: VkDeviceMemory;
  readonly memoryTypeIndex: number;
  readonly allocationSize: bigint;
  readonly dedicated: boolean;
  readonly masks: MemoryTypeMasks;
  readonly warnings: readonly string[];
}

/** Imported memory, bound to the image or buffer that was made for it. The handle is not part of it. */
export class ImportedMemory {
  /** The memory itself. */
  readonly memory: VkDeviceMemory;
  /** Which of the device's memory types it was imported as. */
  readonly memoryTypeIndex: number;
  /** Bytes. */
  readonly allocationSize: bigint;
  /** Whether it is a dedicated allocation. */
  readonly dedicated: boolean;
  /** The masks that led to the memory type. */
  readonly masks: MemoryTypeMasks;
  /** What was odd on the way, one sentence each. */
  readonly warnings: readonly string[];
  /** The image bound to it, where one was asked for. */
  readonly image: VkImage | undefined;
  /** The buffer bound to it, where one was asked for. */
  readonly buffer: VkBuffer | undefined;
  readonly #dispose: () => void;

  /** @internal */
  constructor(facts: ImportFacts, made: { image?: VkImage; buffer?: VkBuffer }, dispose: () => void) {
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
   * Destroys the image or buffer and frees the memory, as far as that was not done already; nothing else, the
   * handle and what it names stay. The device must be done with them.
   */
  [Symbol.dispose](): void {
    this.#dispose();
  }

  static {
    userMethods(ImportedMemory);
  }
}

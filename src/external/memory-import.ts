// What an import of memory reports, on every system.
import type { VkDeviceMemory } from '../../ffi/types/structs.ts';
import type { MemoryTypeMasks } from './errors.ts';

/** Imported memory, and how its memory type was chosen. */
export interface MemoryImport {
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
}

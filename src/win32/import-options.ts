// What a caller says of memory to be imported: a handle or a name, and what kind it is.
import type { VkExternalMemoryHandleTypeFlagBits } from '../../ffi/rows/bitmasks.ts';
import type { Integer64 } from '../../ffi/types/structs.ts';
import type { Resource } from '../external/import-support.ts';
import type { HandleSource } from './handle.ts';
import type { Luid } from './luid.ts';

/** A handle, which stays the caller's unless it is to be closed, or the name of one. */
export type HandleOrName =
  | {
      /** The handle. */
      readonly handle: HandleSource;
      readonly name?: undefined;
      /** Import a duplicate, so that the original may be closed or released meanwhile. NT handles only. */
      readonly duplicate?: boolean;
      /** Close the handle once it is imported; on failure it stays open. NT handles only. */
      readonly closeAfterImport?: boolean;
    }
  | {
      /** The name that an NT handle was shared under. Nobody can ask about it: the resource alone tells the memory type. */
      readonly name: string;
      readonly handle?: undefined;
      readonly duplicate?: undefined;
      readonly closeAfterImport?: undefined;
    };

/** What is imported, and as what memory. */
export type ImportOptions = HandleOrName & {
  /** What kind of handle it is. */
  readonly handleType: VkExternalMemoryHandleTypeFlagBits;
  /** LUID of the adapter that the handle was made on, so that another one is refused by name. */
  readonly adapterLuid?: Luid;
  /** VkMemoryPropertyFlagBits to look for among the types that are possible; DEVICE_LOCAL if left out. */
  readonly preferred?: number;
  /** Bytes. D3D12_HEAP: the heap's size. Opaque types: the exporter's. Other types must not have it. */
  readonly allocationSize?: Integer64;
  /** Opaque types only: the exporter's. */
  readonly memoryTypeIndex?: number;
  /** D3D12_HEAP only: where in the heap the image or buffer begins, in bytes. */
  readonly memoryOffset?: Integer64;
  /** Take a memory type of the resource where none suits the handle too, with a warning; some drivers are too strict. */
  readonly fallBackToResource?: boolean;
};

/** What is imported, and the image or buffer that it is to be. */
export type ImportMemoryOptions = ImportOptions & Resource;

/** The members of ImportOptions. */
export const IMPORT_OPTIONS = [
  ...(['handle', 'name', 'duplicate', 'closeAfterImport', 'handleType', 'adapterLuid', 'preferred'] as const),
  ...(['allocationSize', 'memoryTypeIndex', 'memoryOffset', 'fallBackToResource'] as const),
] as const;

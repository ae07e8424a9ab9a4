// The options of an import: a handle or a name, and what kind of memory it stands for.
import type { VkExternalMemoryHandleTypeFlagBits } from '../../ffi/rows/bitmasks.ts';
import type { Integer64 } from '../../ffi/types/structs.ts';
import type { ResourceCreateInfo } from '../external/import-support.ts';
import type { HandleSource } from './handle.ts';
import type { Luid } from './luid.ts';

/** A handle, which the caller closes unless `closeAfterImport` is set, or the name of one. */
export type HandleOrName =
  | {
      /** The handle. */
      readonly handle: HandleSource;
      readonly name?: undefined;
      /** Import a duplicate, so that the original may be closed or released during the call. NT handles only. */
      readonly duplicate?: boolean;
      /** Close the handle once it is imported; if the import fails it stays open. NT handles only. */
      readonly closeAfterImport?: boolean;
    }
  | {
      /** The name that an NT handle was shared under. No driver is asked about it: the resource decides on the memory type. */
      readonly name: string;
      readonly handle?: undefined;
      readonly duplicate?: undefined;
      readonly closeAfterImport?: undefined;
    };

/** The memory to import, and how. */
export type ImportOptions = HandleOrName & {
  /** The type of the handle. */
  readonly handleType: VkExternalMemoryHandleTypeFlagBits;
  /** LUID of the adapter that the handle was made on: another one is refused with WrongAdapterError. */
  readonly adapterLuid?: Luid;
  /** VkMemoryPropertyFlagBits preferred among the possible memory types; by default DEVICE_LOCAL. */
  readonly preferred?: number;
  /** Bytes: for D3D12_HEAP the heap's size, for opaque types the exporter's. Not allowed for other types. */
  readonly allocationSize?: Integer64;
  /** The exporter's memory type. Opaque types only, and required there. */
  readonly memoryTypeIndex?: number;
  /** Where in the heap the image or buffer begins, in bytes. D3D12_HEAP only. */
  readonly memoryOffset?: Integer64;
  /** If no memory type suits both handle and resource, warn and take one of the resource's: some drivers are too strict. */
  readonly fallBackToResource?: boolean;
};

/** The memory to import, and the image or buffer to bind to it. */
export type ImportMemoryOptions = ImportOptions & ResourceCreateInfo;

/** Names of the members of ImportOptions. */
export const IMPORT_OPTIONS = [
  ...(['handle', 'name', 'duplicate', 'closeAfterImport', 'handleType', 'adapterLuid', 'preferred'] as const),
  ...(['allocationSize', 'memoryTypeIndex', 'memoryOffset', 'fallBackToResource'] as const),
] as const;

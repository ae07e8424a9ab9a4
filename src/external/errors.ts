// Errors of imports on every system: a class for each reason, with the numbers behind it.
import { ours } from '../errors/user-call.ts';

/** The end of a message that lists likely causes. */
export const likely = (causes: readonly string[]): string =>
  causes.length > 0 ? `; likely ${causes.join('; or ')}` : '';

/** Thrown if the physical device cannot import this handle type for this image or buffer. */
export class NotImportableError extends Error {
  /** Always `'NotImportableError'`. */
  override readonly name = 'NotImportableError';
  /** The type asked for: VkExternalMemoryHandleTypeFlagBits of memory, VkExternalSemaphoreHandleTypeFlagBits of a fence. */
  readonly handleType: number;
  /** On Windows, the handle types that it can import for this resource; empty for a fence, and on other systems. */
  readonly importable: readonly number[];

  /** @internal */
  constructor(message: string, handleType: number, importable: readonly number[]) {
    super(message);
    ours(this);
    this.handleType = handleType;
    this.importable = importable;
  }
}

/** The memory types that each side allows, one bit a type. */
export interface MemoryTypeMasks {
  /** What the driver says the handle can be imported as; undefined where it gives no usable answer. */
  readonly handle: number | undefined;
  /** What the image or buffer can be bound to (VkMemoryRequirements). */
  readonly resource: number;
  /** The types that the device has. */
  readonly device: number;
  /** What remains: the type is chosen among these. */
  readonly usable: number;
}

/** LUIDs of both sides, as far as they are known; on Windows only. */
export interface Luids {
  readonly deviceLuid: Uint8Array | undefined;
  readonly adapterLuid: Uint8Array | undefined;
}

/** Thrown if no memory type suits both the handle and the resource: importing with a guess ends in OUT_OF_DEVICE_MEMORY. */
export class NoMemoryTypeError extends Error {
  /** Always `'NoMemoryTypeError'`. */
  override readonly name = 'NoMemoryTypeError';
  /** The masks that have no bit in common. */
  readonly masks: MemoryTypeMasks;
  /** LUID of the Vulkan device, undefined where the driver gives none. */
  readonly deviceLuid: Uint8Array | undefined;
  /** LUID of the adapter that the handle was made on, as the caller passed it. */
  readonly adapterLuid: Uint8Array | undefined;
  /** What may be wrong, likeliest first. */
  readonly suspects: readonly string[];

  /** @internal */
  constructor(
    path: string,
    masks: MemoryTypeMasks,
    suspects: readonly string[],
    { deviceLuid, adapterLuid, luidText }: Luids & { readonly luidText?: string } = NO_LUIDS,
  ) {
    const mask = (bits: number | undefined) => (bits === undefined ? 'unknown' : `0b${bits.toString(2)}`);
    super(
      [
        `${path}: no memory type suits both: handle ${mask(masks.handle)}, resource ${mask(masks.resource)}, device ${mask(masks.device)}`,
        ...(luidText === undefined ? [] : [luidText]),
        `suspects: ${suspects.join('; ')}`,
      ].join('; '),
    );
    ours(this);
    this.masks = masks;
    this.deviceLuid = deviceLuid;
    this.adapterLuid = adapterLuid;
    this.suspects = suspects;
  }
}

const NO_LUIDS: Luids = { deviceLuid: undefined, adapterLuid: undefined };

/** Thrown if the driver refuses an import after every check has passed; `cause` is its VulkanError. */
export class ImportFailedError extends Error {
  /** Always `'ImportFailedError'`. */
  override readonly name = 'ImportFailedError';
  /** The C name of the result. */
  readonly code: string;
  /** What usually leads to it, likeliest first. */
  readonly causes: readonly string[];
  /** The masks that led to the memory type; undefined where the import failed before one was chosen. */
  readonly masks: MemoryTypeMasks | undefined;
  /** LUID of the Vulkan device, undefined where the driver gives none. */
  readonly deviceLuid: Uint8Array | undefined;
  /** LUID of the adapter that the handle was made on, as the caller passed it. */
  readonly adapterLuid: Uint8Array | undefined;

  /** @internal */
  constructor(
    code: string,
    message: string,
    about: Partial<Luids> & { causes: readonly string[]; masks?: MemoryTypeMasks; cause: unknown },
  ) {
    super(message, { cause: about.cause });
    ours(this);
    this.code = code;
    this.causes = about.causes;
    this.masks = about.masks;
    this.deviceLuid = about.deviceLuid;
    this.adapterLuid = about.adapterLuid;
  }
}

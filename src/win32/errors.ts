// What stands in the way of an import: one error class a reason, with every number that led to it as a property.
import { explainC } from '../errors/explain.ts';
import { formatLuid, type Luid } from './luid.ts';

export const handleTypeName = (handleType: number): string =>
  explainC('VkExternalMemoryHandleTypeFlagBits', handleType);

export const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** Thrown for a HANDLE that cannot be used: NULL, closed, unknown to the kernel or the driver, of the wrong kind. */
export class InvalidHandleError extends Error {
  /** Always `'InvalidHandleError'`. */
  override readonly name = 'InvalidHandleError';
  /** Its value. */
  readonly handle: bigint;
  /** What usually leads to it, likeliest first. */
  readonly causes: readonly string[];

  constructor(handle: bigint, why: string, options: { causes?: readonly string[]; cause?: unknown } = {}) {
    const { causes = [], cause } = options;
    super(`handle ${hex(handle)}: ${why}${causes.length > 0 ? `; likely ${causes.join('; or ')}` : ''}`, {
      cause,
    });
    this.handle = handle;
    this.causes = causes;
  }
}

/** Thrown where the physical device cannot import such a handle type for such a resource. */
export class NotImportableError extends Error {
  /** Always `'NotImportableError'`. */
  override readonly name = 'NotImportableError';
  /** The type asked for: of memory VkExternalMemoryHandleTypeFlagBits, of a fence VkExternalSemaphoreHandleTypeFlagBits. */
  readonly handleType: number;
  /** The handle types of Windows that it can import for this resource; empty for a fence. */
  readonly importable: readonly number[];

  constructor(message: string, handleType: number, importable: readonly number[]) {
    super(message);
    this.handleType = handleType;
    this.importable = importable;
  }
}

/** Thrown where the handle was made on another adapter than the Vulkan device is. */
export class WrongAdapterError extends Error {
  /** Always `'WrongAdapterError'`. */
  override readonly name = 'WrongAdapterError';
  /** LUID of the Vulkan device. */
  readonly deviceLuid: Luid;
  /** LUID of the adapter that the handle was made on. */
  readonly adapterLuid: Luid;

  constructor(deviceName: string, deviceLuid: Luid, adapterLuid: Luid) {
    super(
      `the handle was made on the adapter with LUID ${formatLuid(adapterLuid)}, but ${deviceName} has LUID ` +
        `${formatLuid(deviceLuid)}: choose the device by findPhysicalDeviceByLuid(instance, adapterLuid)`,
    );
    this.deviceLuid = deviceLuid;
    this.adapterLuid = adapterLuid;
  }
}

/** The memory types that each side allows, one bit a type. */
export interface MemoryTypeMasks {
  /** What the driver said that the handle can be imported as; undefined where it said nothing usable. */
  readonly handle: number | undefined;
  /** What the image or buffer can be bound to (VkMemoryRequirements). */
  readonly resource: number;
  /** The types that the device has. */
  readonly device: number;
  /** What remains: the type is chosen among these. */
  readonly usable: number;
}

/** LUIDs of both sides, as far as they are known. */
export interface Luids {
  readonly deviceLuid: Luid | undefined;
  readonly adapterLuid: Luid | undefined;
}

/** Thrown where no memory type suits the handle and the resource: importing with a guess ends in OUT_OF_DEVICE_MEMORY. */
export class NoMemoryTypeError extends Error {
  /** Always `'NoMemoryTypeError'`. */
  override readonly name = 'NoMemoryTypeError';
  /** The masks that have no bit in common. */
  readonly masks: MemoryTypeMasks;
  /** LUID of the Vulkan device, undefined where the driver gives none. */
  readonly deviceLuid: Luid | undefined;
  /** LUID of the adapter that the handle was made on, as the caller said. */
  readonly adapterLuid: Luid | undefined;
  /** What may be wrong. */
  readonly suspects: readonly string[];

  constructor(masks: MemoryTypeMasks, { deviceLuid, adapterLuid }: Luids) {
    const suspects = suspectsOf(masks, adapterLuid !== undefined);
    const mask = (bits: number | undefined) => (bits === undefined ? 'unknown' : `0b${bits.toString(2)}`);
    super(
      `no memory type suits both: handle ${mask(masks.handle)}, resource ${mask(masks.resource)}, device ` +
        `${mask(masks.device)}; LUID of the device ${formatLuid(deviceLuid)}, of the handle's adapter ` +
        `${formatLuid(adapterLuid)}; suspects: ${suspects.join('; ')}`,
    );
    this.masks = masks;
    this.deviceLuid = deviceLuid;
    this.adapterLuid = adapterLuid;
    this.suspects = suspects;
  }
}

function suspectsOf({ handle, resource }: MemoryTypeMasks, adapterIsKnown: boolean): string[] {
  const suspects: string[] = [];
  if (handle === 0) suspects.push('the handle is of another type than was said', 'what it names is gone');
  else if (resource !== 0)
    suspects.push('format, usage or flags of the resource are not those that it was made with');
  if (!adapterIsKnown) suspects.push('the handle was made on another adapter');
  return suspects.length > 0 ? suspects : ['the driver'];
}

/** Thrown where the driver refuses an import whose every check passed; `cause` is its VulkanError. */
export class ImportFailedError extends Error {
  /** Always `'ImportFailedError'`. */
  override readonly name = 'ImportFailedError';
  /** The C name of the result. */
  readonly code: string;
  /** What usually leads to it, likeliest first. */
  readonly causes: readonly string[];
  /** The masks that led to the memory type; undefined where it did not come to that. */
  readonly masks: MemoryTypeMasks | undefined;
  /** LUID of the Vulkan device, undefined where the driver gives none. */
  readonly deviceLuid: Luid | undefined;
  /** LUID of the adapter that the handle was made on, as the caller said. */
  readonly adapterLuid: Luid | undefined;

  constructor(
    code: string,
    message: string,
    about: Luids & { causes: readonly string[]; masks?: MemoryTypeMasks; cause: unknown },
  ) {
    super(message, { cause: about.cause });
    this.code = code;
    this.causes = about.causes;
    this.masks = about.masks;
    this.deviceLuid = about.deviceLuid;
    this.adapterLuid = about.adapterLuid;
  }
}

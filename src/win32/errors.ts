// What stands in the way of the import of a Windows handle: one error class a reason, beside those of every system.
import { explainC } from '../errors/explain.ts';
import { ours } from '../errors/user-call.ts';
import { type Luids, type MemoryTypeMasks, NoMemoryTypeError } from '../external/errors.ts';
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
    ours(this);
    this.handle = handle;
    this.causes = causes;
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
    ours(this);
    this.deviceLuid = deviceLuid;
    this.adapterLuid = adapterLuid;
  }
}

/** The error of masks that have no bit in common, with both LUIDs and what may be wrong. */
export const noMemoryType = (masks: MemoryTypeMasks, luids: Luids): NoMemoryTypeError =>
  new NoMemoryTypeError(masks, suspectsOf(masks, luids.adapterLuid !== undefined), {
    ...luids,
    inWords: `LUID of the device ${formatLuid(luids.deviceLuid)}, of the handle's adapter ${formatLuid(luids.adapterLuid)}`,
  });

function suspectsOf({ handle, resource }: MemoryTypeMasks, adapterIsKnown: boolean): string[] {
  const suspects: string[] = [];
  if (handle === 0) suspects.push('the handle is of another type than was said', 'what it names is gone');
  else if (resource !== 0)
    suspects.push('format, usage or flags of the resource are not those that it was made with');
  if (!adapterIsKnown) suspects.push('the handle was made on another adapter');
  return suspects.length > 0 ? suspects : ['the driver'];
}

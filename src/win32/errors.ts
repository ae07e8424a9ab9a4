// Errors of importing a Windows handle, beside those of every system: a class for each reason.
import { hexOf } from '../errors/describe.ts';
import { ours } from '../errors/user-call.ts';
import { type Luids, likely, type MemoryTypeMasks, NoMemoryTypeError } from '../external/errors.ts';
import { formatLuid, type Luid } from './luid.ts';

/** Thrown for a HANDLE that cannot be used: NULL, closed, of the wrong kind, or unknown to the kernel or the driver. */
export class InvalidHandleError extends Error {
  /** Always `'InvalidHandleError'`. */
  override readonly name = 'InvalidHandleError';
  /** The value of the HANDLE. */
  readonly handle: bigint;
  /** What usually leads to it, likeliest first. */
  readonly causes: readonly string[];

  /** @internal */
  constructor(
    path: string,
    handle: bigint,
    why: string,
    options: { causes?: readonly string[]; cause?: unknown } = {},
  ) {
    const { causes = [], cause } = options;
    super(`${path}: handle ${hexOf(handle)}: ${why}${likely(causes)}`, { cause });
    ours(this);
    this.handle = handle;
    this.causes = causes;
  }
}

/** Thrown if the handle was made on an adapter that is not the Vulkan device. */
export class WrongAdapterError extends Error {
  /** Always `'WrongAdapterError'`. */
  override readonly name = 'WrongAdapterError';
  /** LUID of the Vulkan device. */
  readonly deviceLuid: Luid;
  /** LUID of the adapter that the handle was made on. */
  readonly adapterLuid: Luid;

  /** @internal */
  constructor(path: string, deviceName: string, deviceLuid: Luid, adapterLuid: Luid) {
    super(
      `${path}: the handle was made on the adapter with LUID ${formatLuid(adapterLuid)}, but ${deviceName} has LUID ` +
        `${formatLuid(deviceLuid)}: choose the device with findPhysicalDeviceByLuid(instance, adapterLuid)`,
    );
    ours(this);
    this.deviceLuid = deviceLuid;
    this.adapterLuid = adapterLuid;
  }
}

/** The error for masks without a bit in common, with both LUIDs and what may be wrong. */
export const noMemoryType = (path: string, masks: MemoryTypeMasks, luids: Luids): NoMemoryTypeError =>
  new NoMemoryTypeError(path, masks, suspectsOf(masks, luids.adapterLuid !== undefined), {
    ...luids,
    luidText: `LUID of the device ${formatLuid(luids.deviceLuid)}, of the handle's adapter ${formatLuid(luids.adapterLuid)}`,
  });

function suspectsOf({ handle, resource }: MemoryTypeMasks, adapterIsKnown: boolean): string[] {
  const suspects: string[] = [];
  if (handle === 0)
    suspects.push('the handle is not of the given type', 'the object behind it no longer exists');
  else if (resource !== 0)
    suspects.push('the resource has another format, usage or flags than it was made with');
  if (!adapterIsKnown) suspects.push('the handle was made on another adapter');
  return suspects.length > 0 ? suspects : ['a fault of the driver'];
}

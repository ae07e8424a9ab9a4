// LUIDs, by which Windows identifies adapters: a physical device's, and the physical device that has a given one.
import { VkStructureType } from '../../ffi/rows/enums.ts';
import { isEightBytes } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { coreOrAlias } from '../handles/core-or-alias.ts';
import { checkClass } from '../handles/object.ts';
import type { Instance } from '../objects/instance.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';

/** A locally unique identifier of an adapter: 8 bytes, as in DXGI_ADAPTER_DESC.AdapterLuid and in Vulkan. */
export type Luid = Uint8Array;

/** `0000000000001f3a`: high part, low part, as Windows tools print it. */
export const formatLuid = userCall(function formatLuid(luid: Luid | undefined): string {
  return luid === undefined
    ? 'unknown'
    : Buffer.from(checkLuid('formatLuid.luid', luid)).reverse().toString('hex');
});

export const sameLuid = (a: Luid, b: Luid): boolean => Buffer.compare(a, b) === 0;

/** Throws unless it is a LUID. */
export function checkLuid(path: string, luid: Luid): Luid {
  if (isEightBytes(luid)) return luid;
  throw ours(new TypeError(`${path}: expected a LUID (its 8 bytes), got ${describe(luid)}`));
}

/**
 * Reads the LUID of a physical device.
 * @param physicalDevice its instance needs Vulkan 1.1 or VK_KHR_get_physical_device_properties2
 * @returns its 8 bytes, or undefined if the driver has none (`deviceLUIDValid` false: outside Windows, older Wine)
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkPhysicalDeviceIDProperties.html
 */
export const luidOf = userCall(function luidOf(physicalDevice: PhysicalDevice): Luid | undefined {
  checkClass('luidOf.physicalDevice', physicalDevice, 'VkPhysicalDevice');
  const { pNext } = physicalDevice[coreOrAlias(physicalDevice, 'getPhysicalDeviceProperties2')]({
    pNext: [VkStructureType.PHYSICAL_DEVICE_ID_PROPERTIES],
  });
  const { deviceLUIDValid, deviceLUID } = pNext[0];
  return deviceLUIDValid ? deviceLUID : undefined;
});

/**
 * Finds the physical device that is the given Direct3D adapter: memory cannot be shared with any other.
 * @param instance the instance whose physical devices are searched
 * @param luid of the adapter (`D3D11Device.luid`, ID3D12Device::GetAdapterLuid, DXGI_ADAPTER_DESC.AdapterLuid)
 * @returns the physical device
 * @throws RangeError with the LUID of each physical device if none has this one
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkPhysicalDeviceIDProperties.html
 *
 * @example
 * const d3d = createD3D11Device();
 * const gpu = findPhysicalDeviceByLuid(instance, d3d.luid);
 */
export const findPhysicalDeviceByLuid = userCall(function findPhysicalDeviceByLuid(
  instance: Instance,
  luid: Luid,
): PhysicalDevice {
  checkClass('findPhysicalDeviceByLuid.instance', instance, 'VkInstance');
  checkLuid('findPhysicalDeviceByLuid.luid', luid);
  const gpus = instance.enumeratePhysicalDevices().map(gpu => ({ gpu, own: luidOf(gpu) }));
  const found = gpus.find(({ own }) => own !== undefined && sameLuid(own, luid));
  if (found !== undefined) return found.gpu;
  const list = gpus.map(({ gpu, own }) => {
    const { deviceName } = gpu.getPhysicalDeviceProperties();
    return `${deviceName}: ${own === undefined ? 'gives no LUID (deviceLUIDValid is false)' : formatLuid(own)}`;
  });
  throw ours(
    new RangeError(
      `findPhysicalDeviceByLuid.luid: no physical device has LUID ${formatLuid(luid)}; ${list.join(', ') || 'there are no physical devices'}`,
    ),
  );
});

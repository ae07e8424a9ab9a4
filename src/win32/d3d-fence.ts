// Imports a shared ID3D12Fence or ID3D11Fence as a timeline semaphore.
import {
  VkExternalSemaphoreFeatureFlagBits as Feature,
  VkExternalSemaphoreHandleTypeFlagBits,
} from '../../ffi/rows/bitmasks.ts';
import { VkSemaphoreType, VkStructureType } from '../../ffi/rows/enums.ts';
import type { VkSemaphore } from '../../ffi/types/structs.ts';
import { VulkanError } from '../errors/errors.ts';
import { userCall } from '../errors/user-call.ts';
import { requireCommand } from '../external/available.ts';
import { NotImportableError } from '../external/errors.ts';
import { coreOrAlias } from '../handles/core-or-alias.ts';
import { checkClass } from '../handles/object.ts';
import type { Device } from '../objects/device.ts';
import { checkWin32Handle } from './check-handle.ts';
import { InvalidHandleError } from './errors.ts';
import type { HandleSource } from './handle.ts';

// D3D11 fences have the same type: D3D11_FENCE is an alias of D3D12_FENCE.
const handleType = VkExternalSemaphoreHandleTypeFlagBits.D3D12_FENCE;
const semaphoreType = {
  sType: VkStructureType.SEMAPHORE_TYPE_CREATE_INFO,
  semaphoreType: VkSemaphoreType.TIMELINE,
} as const;

/**
 * Imports a D3D fence as a timeline semaphore: both have the same value, and either side can wait for it and signal it.
 * @param device with VK_KHR_external_semaphore_win32 and the feature timelineSemaphore enabled
 * @param handle NT handle from ID3D12Device::CreateSharedHandle or ID3D11Fence::CreateSharedHandle, which the caller closes
 * @returns the semaphore; the caller destroys it
 * @throws NotAvailableError without the extension, NotImportableError, InvalidHandleError, VulkanError
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkImportSemaphoreWin32HandleInfoKHR.html
 *
 * @example
 * const semaphore = importD3DFence(device, fenceHandle);
 * device.waitSemaphores({ pSemaphores: [semaphore], pValues: [frame] }, 1_000_000_000n);
 */
export const importD3DFence = userCall(function importD3DFence(
  device: Device,
  handle: HandleSource,
): VkSemaphore {
  checkClass('importD3DFence.device', device, 'VkDevice');
  requireCommand(device, 'vkImportSemaphoreWin32HandleKHR');
  const { value } = checkWin32Handle(
    'importD3DFence.handle',
    handle,
    'NT',
    () => 'VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_D3D12_FENCE_BIT',
  );
  const { physicalDevice } = device;
  const { externalSemaphoreFeatures } = physicalDevice[
    coreOrAlias(physicalDevice, 'getPhysicalDeviceExternalSemaphoreProperties')
  ]({ handleType, pNext: [semaphoreType] });
  if ((externalSemaphoreFeatures & Feature.IMPORTABLE) === 0)
    throw new NotImportableError(
      `importD3DFence: ${physicalDevice.getPhysicalDeviceProperties().deviceName} cannot import a D3D fence as a timeline semaphore`,
      handleType,
      [],
    );
  const semaphore = device.createSemaphore({ pNext: [semaphoreType] });
  try {
    device.importSemaphoreWin32HandleKHR({ semaphore, handleType, handle: value });
    return semaphore;
  } catch (error) {
    device.destroySemaphore(semaphore);
    if (error instanceof VulkanError && error.code === 'VK_ERROR_INVALID_EXTERNAL_HANDLE')
      throw new InvalidHandleError(
        'importD3DFence.handle',
        value,
        `${error.command} returned ${error.code}`,
        {
          causes: ['it is not the handle of a D3D fence', 'the fence was made on another adapter'],
          cause: error,
        },
      );
    throw error;
  }
});

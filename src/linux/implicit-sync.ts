// The work that a dma-buf's last user may not have finished, as a semaphore to wait for.
import { closeSync } from 'node:fs';
import {
  VkExternalSemaphoreFeatureFlagBits as Feature,
  VkExternalSemaphoreHandleTypeFlagBits,
  VkSemaphoreImportFlagBits,
} from '../../ffi/rows/bitmasks.ts';
import type { VkSemaphore } from '../../ffi/types/structs.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { core11, requireCommand } from '../external/available.ts';
import { NotImportableError } from '../external/errors.ts';
import { errorName, ioctlFd } from '../native/libc.ts';
import type { Device } from '../objects/device.ts';
import { InvalidFdError } from './errors.ts';
import { checkFd, type FdMemory } from './fd.ts';

/** DMA_BUF_IOCTL_EXPORT_SYNC_FILE of linux/dma-buf.h: _IOWR('b', 2, struct dma_buf_export_sync_file). */
export const EXPORT_SYNC_FILE = 0xc008_6202;
/** What the caller is about to do: to read he waits for who wrote, to write for everybody. */
export const SYNC_FLAGS = { read: 1, write: 2 } as const;
/** Of a kernel before 6.0, and of what is no dma-buf. */
const HAS_NONE = ['ENOTTY', 'EINVAL'];

const handleType = VkExternalSemaphoreHandleTypeFlagBits.SYNC_FD;

/**
 * Makes a semaphore of the work that a dma-buf's other users have not finished (implicit synchronisation): the first
 * submit that uses the frame waits for it.
 * @param device with VK_KHR_external_semaphore_fd enabled
 * @param fd file descriptor of a dma-buf; it stays the caller's
 * @param access what the device is to do: `'read'` waits for who wrote, `'write'` for who reads too
 * @returns a binary semaphore that can be waited for once, the caller destroys it; undefined where the kernel has none
 * (before Linux 6.0), and of memory that is no dma-buf: then who made the frame has to say when it is finished
 * @throws NotAvailableError without the extension, InvalidFdError, NotImportableError where the driver takes no sync files
 * @see https://docs.kernel.org/driver-api/dma-buf.html
 *
 * @example
 * const painted = importImplicitSync(device, fd, 'read');
 * const pWaitSemaphores = painted === undefined ? [] : [painted];
 * queue.queueSubmit([{ pWaitSemaphores, pWaitDstStageMask: pWaitSemaphores.map(() => TRANSFER), pCommandBuffers }]);
 */
export const importImplicitSync = userCall(function importImplicitSync(
  device: Device,
  fd: number,
  access: 'read' | 'write',
): VkSemaphore | undefined {
  requireCommand(device, 'vkImportSemaphoreFdKHR');
  const source = checkFd(fd, 'importImplicitSync.fd');
  if (!Object.hasOwn(SYNC_FLAGS, access))
    throw ours(new TypeError(`importImplicitSync.access: expected 'read' or 'write', got ${String(access)}`));
  const syncFile = exportSyncFile(source, SYNC_FLAGS[access]);
  if (syncFile === undefined) return undefined;
  let semaphore: VkSemaphore | undefined;
  try {
    requireSyncFiles(device);
    semaphore = device.createSemaphore({});
    device.importSemaphoreFdKHR({
      semaphore,
      flags: VkSemaphoreImportFlagBits.TEMPORARY,
      handleType,
      fd: syncFile,
    });
    return semaphore;
  } catch (error) {
    if (semaphore !== undefined) device.destroySemaphore(semaphore);
    closeSync(syncFile);
    throw error;
  }
});

function exportSyncFile(source: FdMemory, flags: number): number | undefined {
  const struct = Int32Array.of(flags, -1);
  if (ioctlFd(source.fd, EXPORT_SYNC_FILE, struct)) return struct[1];
  const code = errorName();
  if (HAS_NONE.includes(code)) return undefined;
  throw new InvalidFdError(source, `DMA_BUF_IOCTL_EXPORT_SYNC_FILE answered ${code}`);
}

function requireSyncFiles({ physicalDevice }: Device): void {
  const { externalSemaphoreFeatures } = physicalDevice[
    core11(physicalDevice, 'getPhysicalDeviceExternalSemaphoreProperties')
  ]({ handleType });
  if ((externalSemaphoreFeatures & Feature.IMPORTABLE) === 0)
    throw new NotImportableError(
      `${physicalDevice.getPhysicalDeviceProperties().deviceName} cannot import a sync file as a semaphore`,
      handleType,
      [],
    );
}

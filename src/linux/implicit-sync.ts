// Implicit synchronization: the unfinished work of a dma-buf's other users, as a semaphore to wait for.
import { closeSync } from 'node:fs';
import {
  VkExternalSemaphoreFeatureFlagBits as Feature,
  VkExternalSemaphoreHandleTypeFlagBits,
  VkSemaphoreImportFlagBits,
} from '../../ffi/rows/bitmasks.ts';
import type { VkSemaphore } from '../../ffi/types/structs.ts';
import { describe } from '../errors/describe.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { requireCommand } from '../external/available.ts';
import { NotImportableError } from '../external/errors.ts';
import { coreOrAlias } from '../handles/core-or-alias.ts';
import { checkClass } from '../handles/object.ts';
import { errorName, ioctlFd } from '../native/libc.ts';
import type { Device } from '../objects/device.ts';
import { InvalidFdError } from './errors.ts';
import { checkFd, type FdMemory } from './fd.ts';

/** DMA_BUF_IOCTL_EXPORT_SYNC_FILE of linux/dma-buf.h: _IOWR('b', 2, struct dma_buf_export_sync_file). */
export const EXPORT_SYNC_FILE = 0xc008_6202;
/** DMA_BUF_SYNC_READ waits for writers, DMA_BUF_SYNC_WRITE for readers too. */
export const SYNC_FLAGS = { read: 1, write: 2 } as const;
/** What the ioctl answers before Linux 6.0, and for what is not a dma-buf. */
const NO_SYNC_FILE = ['ENOTTY', 'EINVAL'];

const handleType = VkExternalSemaphoreHandleTypeFlagBits.SYNC_FD;

/**
 * Makes a semaphore from the work that a dma-buf's other users have not finished (implicit synchronization), for the
 * first submit that uses the frame to wait for.
 * @param device with VK_KHR_external_semaphore_fd enabled
 * @param fd file descriptor of a dma-buf, which the caller closes
 * @param access what the device will do: `'read'` waits for writers, `'write'` for writers and readers
 * @returns a binary semaphore to wait for once, which the caller destroys; undefined before Linux 6.0 and for memory
 * that is not a dma-buf: then the frame's producer has to say when it has finished
 * @throws NotAvailableError without the extension, InvalidFdError, NotImportableError if the driver imports no sync files
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
  checkClass('importImplicitSync.device', device, 'VkDevice');
  requireCommand(device, 'vkImportSemaphoreFdKHR');
  const source = checkFd('importImplicitSync.fd', fd);
  if (access !== 'read' && access !== 'write')
    throw ours(
      new TypeError(`importImplicitSync.access: expected 'read' or 'write', got ${describe(access)}`),
    );
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
  if (NO_SYNC_FILE.includes(code)) return undefined;
  throw new InvalidFdError(source, `DMA_BUF_IOCTL_EXPORT_SYNC_FILE failed with ${code}`);
}

function requireSyncFiles({ physicalDevice }: Device): void {
  const { externalSemaphoreFeatures } = physicalDevice[
    coreOrAlias(physicalDevice, 'getPhysicalDeviceExternalSemaphoreProperties')
  ]({ handleType });
  if ((externalSemaphoreFeatures & Feature.IMPORTABLE) === 0)
    throw new NotImportableError(
      `importImplicitSync: ${physicalDevice.getPhysicalDeviceProperties().deviceName} cannot import a sync file as a semaphore`,
      handleType,
      [],
    );
}

// Prints as JSON what becomes of a sync file, in a process with the pretended kernel of sync-file.c.
import { closeSync, fstatSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import {
  VkExternalSemaphoreFeatureFlagBits as Feature,
  VkExternalSemaphoreHandleTypeFlagBits as HandleType,
  VkResult,
  VkSemaphoreImportFlagBits,
} from '../../src/index.ts';
import { importImplicitSync } from '../../src/linux/index.ts';
import { open } from '../embedded/driver-open.ts';
import { memfd } from './memfd.ts';

const events = () =>
  readdirSync('/proc/self/fd').filter(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === 'anon_inode:[eventfd]';
    } catch {
      return false;
    }
  }).length;

const { driver, device, close } = open({ deviceExtensions: ['VK_KHR_external_semaphore_fd'] });
const fd = memfd(4096);
const before = events();
let externalSemaphoreFeatures: number = Feature.IMPORTABLE;
driver.override('vkGetPhysicalDeviceExternalSemaphoreProperties', () => ({ externalSemaphoreFeatures }));

/** What the driver was given; the descriptor is its own then. */
const given: object[] = [];
driver.override('vkImportSemaphoreFdKHR', (_real, _device, info) => {
  const { flags, handleType, fd: syncFile } = info as { flags: number; handleType: number; fd: number };
  const value = new BigUint64Array(1);
  readSync(syncFile, value);
  closeSync(syncFile);
  const isTemporary = flags === VkSemaphoreImportFlagBits.TEMPORARY;
  given.push({ asked: Number(value[0]), isTemporary, isSyncFile: handleType === HandleType.SYNC_FD });
});
const semaphores = (['read', 'write'] as const).map(access => importImplicitSync(device, fd, access)!);
for (const semaphore of semaphores) device.destroySemaphore(semaphore);
const afterSuccess = events() - before;

driver.override('vkImportSemaphoreFdKHR', () => {
  throw Object.assign(new Error('refused'), { result: VkResult.ERROR_OUT_OF_HOST_MEMORY });
});
const errors: string[] = [];
const attempt = () => {
  try {
    importImplicitSync(device, fd, 'read');
  } catch (error) {
    errors.push(String(error).replace(/;.*/, ''));
  }
};
attempt();
externalSemaphoreFeatures = 0;
attempt();
const afterFailure = events() - before;
fstatSync(fd); // It stays the caller's.
console.log(JSON.stringify({ given, errors, afterSuccess, afterFailure, left: close() }));

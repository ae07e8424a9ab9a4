// Keyed mutexes of imported memory: the struct that a submit takes, and a submit that returns VK_TIMEOUT.
import { VkResult, VkStructureType } from '../../ffi/rows/enums.ts';
import type {
  Integer64,
  VkDeviceMemory,
  VkFence,
  VkSubmitInfo,
  VkWin32KeyedMutexAcquireReleaseInfoKHR,
} from '../../ffi/types/structs.ts';
import { makeMethod } from '../commands/method.ts';
import { isArray, isRecord } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { chainOf, checkOptions, copyAt } from '../native/options.ts';
import type { Device } from '../objects/device.ts';
import type { Queue } from '../objects/queue.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';

const COMMAND = 'vkQueueSubmit';
const EXTENSION = 'VK_KHR_win32_keyed_mutex';
/** In milliseconds; with an infinite timeout some drivers wait forever. */
const DEFAULT_TIMEOUT = 1000;

/** A keyed mutex, and the key to acquire or release it with. */
export interface KeyedMutexUse {
  /** Memory of a texture with a keyed mutex, imported as D3D11_TEXTURE or D3D11_TEXTURE_KMT. */
  readonly memory: VkDeviceMemory;
  /** The key. */
  readonly key: Integer64;
}

/** A keyed mutex to acquire. */
export interface KeyedMutexAcquire extends KeyedMutexUse {
  /** Milliseconds to wait for the key; by default 1000. */
  readonly timeout?: number;
}

/** The keyed mutexes of one submit. */
export interface KeyedMutexes {
  /** Those to acquire before the submit's work begins. */
  readonly acquire?: readonly KeyedMutexAcquire[];
  /** Those to release when it has finished. */
  readonly release?: readonly KeyedMutexUse[];
}

/** A VkWin32KeyedMutexAcquireReleaseInfoKHR for VkSubmitInfo.pNext. */
type KeyedMutexInfo = VkWin32KeyedMutexAcquireReleaseInfoKHR & {
  sType: typeof VkStructureType.WIN32_KEYED_MUTEX_ACQUIRE_RELEASE_INFO_KHR;
};

/**
 * Builds the struct that makes a submit acquire and release keyed mutexes.
 * @param mutexes memory and keys, and how long to wait for each
 * @returns the struct, for VkSubmitInfo.pNext or VkSubmitInfo2.pNext
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkWin32KeyedMutexAcquireReleaseInfoKHR.html
 */
export const keyedMutexInfo = userCall(function keyedMutexInfo(mutexes: KeyedMutexes): KeyedMutexInfo {
  const given = checkOptions('keyedMutexInfo', mutexes, ['acquire', 'release']);
  const acquire = checkUses('keyedMutexInfo.acquire', given.acquire ?? [], ['memory', 'key', 'timeout']);
  const release = checkUses('keyedMutexInfo.release', given.release ?? [], ['memory', 'key']);
  return {
    sType: VkStructureType.WIN32_KEYED_MUTEX_ACQUIRE_RELEASE_INFO_KHR,
    pAcquireSyncs: acquire.map(a => a.memory),
    pAcquireKeys: acquire.map(a => a.key),
    pAcquireTimeouts: acquire.map(a => a.timeout ?? DEFAULT_TIMEOUT),
    pReleaseSyncs: release.map(r => r.memory),
    pReleaseKeys: release.map(r => r.key),
  };
});

function checkUses<T extends KeyedMutexUse>(
  path: string,
  uses: readonly T[],
  known: Parameters<typeof checkOptions<T>>[2],
): T[] {
  if (!isArray(uses)) throw ours(new TypeError(`${path}: expected an array, got ${describe(uses)}`));
  // The copy has no holes, which map would skip unchecked.
  return copyAt(path, uses).map((use, i) => checkOptions<T>(`${path}[${i}]`, use, known));
}

/**
 * Submits work that acquires and releases keyed mutexes (vkQueueSubmit).
 * @param device with VK_KHR_win32_keyed_mutex enabled
 * @param queue a queue of that device
 * @param submit one submit, without the keyed-mutex struct
 * @param mutexes what to acquire before it and release after it
 * @param fence signalled when the work has finished
 * @returns VK_SUCCESS, or VK_TIMEOUT if a key was not released in time: then nothing was submitted
 * @throws NotAvailableError without the extension, VulkanError
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkWin32KeyedMutexAcquireReleaseInfoKHR.html
 *
 * @example
 * const { memory } = texture;
 * const mutexes = { acquire: [{ memory, key: 1 }], release: [{ memory, key: 0 }] };
 * if (submitWithKeyedMutex(device, queue, { pCommandBuffers }, mutexes) === VkResult.TIMEOUT) retry();
 */
export const submitWithKeyedMutex = userCall(function submitWithKeyedMutex(
  device: Device,
  queue: Queue,
  submit: VkSubmitInfo,
  mutexes: KeyedMutexes,
  fence: VkFence | null = null,
): VkResult {
  checkClass('submitWithKeyedMutex.device', device, 'VkDevice');
  checkClass('submitWithKeyedMutex.queue', queue, 'VkQueue');
  // It must be looked up by name, since the extension has no command that would be missing.
  if (!device.enabledExtensions.has(EXTENSION))
    throw device.dispatch.notAvailable('VkWin32KeyedMutexAcquireReleaseInfoKHR');
  if (queue.dispatch !== device.dispatch)
    throw ours(new RangeError(`submitWithKeyedMutex.queue: ${queue} belongs to another device`));
  if (!isRecord(submit))
    throw ours(
      new TypeError(`submitWithKeyedMutex.submit: expected a VkSubmitInfo, got ${describe(submit)}`),
    );
  const given: VkSubmitInfo = copyAt('submitWithKeyedMutex.submit', submit);
  const chain = chainOf('submitWithKeyedMutex.submit.pNext', given.pNext);
  const info = { ...given, pNext: [...chain, keyedMutexInfo(mutexes)] };
  return submitMethod().call(queue, [info], fence) as VkResult;
});

/** vkQueueSubmit that returns VK_TIMEOUT: the registry does not list the code there, but drivers return it. */
const submitMethod = memoize(() => {
  const row = registry.command(COMMAND);
  return makeMethod({ ...row, successCodes: [...row.successCodes, VkResult.TIMEOUT] }, 'VkQueue');
});

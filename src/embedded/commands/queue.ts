// Queues: a batch runs when it is submitted, or once the semaphores that it waits for are signalled.
import { VkExternalMemoryHandleTypeFlagBits } from '../../../ffi/rows/bitmasks.ts';
import { VkResult } from '../../../ffi/rows/enums.ts';
import type { VkDeviceQueueInfo2, VkSubmitInfo, VkSubmitInfo2 } from '../../../ffi/types/structs.ts';
import { type DriverState, deviceOf, type Implementations } from '../driver-state.ts';
import type { Batch, CommandBufferState, KeyUse } from '../objects.ts';
import { type ChainLink, type Received, structInChain } from '../received.ts';
import { invalid, listOf, Refusal } from '../refusal.ts';

/** Runs all batches that are ready, on all queues, until none is. */
export function runReadyBatches(driver: DriverState): void {
  const queues = driver.objects.all('VkQueue');
  for (let ran = true; ran; ) {
    ran = false;
    for (const { device, pending } of queues)
      while (pending.length > 0 && isReady(pending[0])) {
        runBatch(driver, device, pending.shift() as Batch);
        ran = true;
      }
  }
}

const isReady = (batch: Batch) => batch.waits.every(({ semaphore, value }) => semaphore.reached(value));

function runBatch(driver: DriverState, device: bigint, batch: Batch): void {
  const state = driver.objects.get('VkDevice', device);
  for (const { semaphore } of batch.waits) semaphore.consume();
  try {
    for (const { commands } of batch.commandBuffers) for (const command of commands) command();
  } catch (error) {
    // A real GPU would have accessed memory that is not there, and the device would be lost.
    if (!(error instanceof Refusal)) throw error;
    state.lost = error.message;
  }
  for (const { memory, payload, key } of batch.keys.release) if (!memory.isFreed) payload.key = key;
  for (const { semaphore, value } of batch.signals) semaphore.value = semaphore.isTimeline ? value : 1n;
  if (batch.fence !== undefined) batch.fence.value = 1n;
}

export function queueCommands(driver: DriverState): Implementations {
  const { objects } = driver;
  const semaphore = (handle: bigint) => objects.get('VkSemaphore', handle);

  const find = (device: bigint, family: number, index: number): bigint => {
    const queue = deviceOf(driver, device).queues.find(handle => {
      const state = objects.get('VkQueue', handle);
      return state.family === family && state.index === index;
    });
    if (queue === undefined)
      throw invalid(`the device was created without queue ${index} of family ${family}`);
    return queue;
  };

  const commandBuffer = (handle: bigint | null): CommandBufferState => {
    const state = objects.get('VkCommandBuffer', handle);
    if (state.state !== 'executable') throw invalid(`a command buffer is ${state.state}, not executable`);
    return state;
  };

  const keyUses = (syncs: readonly bigint[] | null, keys: ArrayLike<bigint> | null): KeyUse[] =>
    listOf(syncs).map((handle, i) => {
      const memory = objects.get('VkDeviceMemory', handle);
      const { payload } = memory;
      const { D3D11_TEXTURE, D3D11_TEXTURE_KMT } = VkExternalMemoryHandleTypeFlagBits;
      if (payload === undefined || ![D3D11_TEXTURE, D3D11_TEXTURE_KMT].includes(payload.handleType as 8))
        throw invalid('only memory that was imported from a D3D11 texture has a keyed mutex');
      return { memory, payload, key: keys?.[i] ?? 0n };
    });
  const keysOf = (info: { readonly pNext: readonly ChainLink[] }): Batch['keys'] => {
    const mutex = structInChain(info, 'VkWin32KeyedMutexAcquireReleaseInfoKHR');
    return {
      acquire: keyUses(mutex?.pAcquireSyncs ?? null, (mutex?.pAcquireKeys ?? null) as bigint[] | null),
      release: keyUses(mutex?.pReleaseSyncs ?? null, (mutex?.pReleaseKeys ?? null) as bigint[] | null),
    };
  };

  const batchOf = (info: Received<VkSubmitInfo>): Batch => {
    const values = structInChain(info, 'VkTimelineSemaphoreSubmitInfo');
    const uses = (handles: readonly bigint[] | null, given: unknown) =>
      listOf(handles).map((handle, i) => ({
        semaphore: semaphore(handle),
        value: (given as bigint[] | null)?.[i] ?? 0n,
      }));
    return {
      waits: uses(info.pWaitSemaphores, values?.pWaitSemaphoreValues ?? null),
      commandBuffers: listOf(info.pCommandBuffers).map(commandBuffer),
      signals: uses(info.pSignalSemaphores, values?.pSignalSemaphoreValues ?? null),
      keys: keysOf(info),
      fence: undefined,
    };
  };

  const batchOf2 = (info: Received<VkSubmitInfo2>): Batch => {
    const uses = (list: Received<VkSubmitInfo2>['pWaitSemaphoreInfos']) =>
      listOf(list).map(use => ({ semaphore: semaphore(use.semaphore), value: use.value }));
    return {
      waits: uses(info.pWaitSemaphoreInfos),
      commandBuffers: listOf(info.pCommandBufferInfos).map(use => commandBuffer(use.commandBuffer)),
      signals: uses(info.pSignalSemaphoreInfos),
      keys: keysOf(info),
      fence: undefined,
    };
  };

  const submit = (handle: bigint, batches: Batch[], fence: bigint): number => {
    const queue = objects.get('VkQueue', handle);
    const device = deviceOf(driver, queue.device);
    const acquires = batches.flatMap(({ keys }) => keys.acquire);
    // Like NVIDIA's driver and Wine: if a key cannot be acquired, VK_TIMEOUT, and nothing runs.
    if (acquires.some(({ payload, key }) => payload.key !== key)) return VkResult.TIMEOUT;
    if (fence !== 0n) {
      // A fence without batches is signalled when all earlier batches have run.
      if (batches.length === 0) batches.push(batchOf({ pNext: [] } as unknown as Received<VkSubmitInfo>));
      batches[batches.length - 1].fence = objects.get('VkFence', fence);
    }
    queue.pending.push(...batches);
    runReadyBatches(driver);
    if (device.lost !== undefined) throw new Refusal(VkResult.ERROR_DEVICE_LOST, device.lost);
    return VkResult.SUCCESS;
  };

  const waitIdle = (device: bigint, queues: readonly bigint[]): void => {
    const state = deviceOf(driver, device);
    runReadyBatches(driver);
    if (queues.some(queue => objects.get('VkQueue', queue).pending.length > 0))
      state.lost ??=
        'a submission waits for a semaphore that nothing signals: a real driver would wait forever';
    deviceOf(driver, device);
  };

  return {
    vkGetDeviceQueue: find,
    vkGetDeviceQueue2: (device: bigint, info: Received<VkDeviceQueueInfo2>) =>
      find(device, info.queueFamilyIndex, info.queueIndex),
    vkQueueSubmit: (queue: bigint, submits: Received<VkSubmitInfo>[] | null, fence: bigint) =>
      submit(queue, listOf(submits).map(batchOf), fence),
    vkQueueSubmit2: (queue: bigint, submits: Received<VkSubmitInfo2>[] | null, fence: bigint) =>
      submit(queue, listOf(submits).map(batchOf2), fence),
    vkQueueWaitIdle: (queue: bigint) => waitIdle(objects.get('VkQueue', queue).device, [queue]),
    vkDeviceWaitIdle: (device: bigint) => waitIdle(device, deviceOf(driver, device).queues),
  };
}

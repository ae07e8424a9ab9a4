// Command pools and command buffers; a command is checked when it is recorded, and runs when it is submitted.
import { VkResult } from '../../../ffi/rows/enums.ts';
import type {
  VkCommandBufferAllocateInfo,
  VkCopyBufferInfo2,
  VkCopyBufferToImageInfo2,
  VkCopyImageInfo2,
  VkCopyImageToBufferInfo2,
  VkDependencyInfo,
} from '../../../ffi/types/structs.ts';
import { type DriverState, deviceOf, type Implementations } from '../driver-state.ts';
import type { Received } from '../received.ts';
import { invalid, listOf, Refusal } from '../refusal.ts';
import {
  type BufferImageRegion,
  type BufferRegion,
  copyBuffer,
  copyImage,
  copyImages,
  fillBuffer,
  type ImagesRegion,
  updateBuffer,
} from './transfer.ts';

/** The resources of barriers, which only have to exist: since nothing runs in parallel, barriers do nothing. */
interface Barriers {
  readonly buffers: readonly { readonly buffer: bigint }[] | null;
  readonly images: readonly { readonly image: bigint }[] | null;
}

export function recordCommands(driver: DriverState): Implementations {
  const { objects } = driver;
  const buffer = (handle: bigint) => objects.get('VkBuffer', handle);
  const image = (handle: bigint) => objects.get('VkImage', handle);
  const reset = (handle: bigint) => {
    const commandBuffer = objects.get('VkCommandBuffer', handle);
    commandBuffer.state = 'initial';
    commandBuffer.commands = [];
    return commandBuffer;
  };

  /** Records a command; one that is refused makes the command buffer invalid, which vkEndCommandBuffer reports. */
  const record = (handle: bigint, check: () => (() => void) | undefined): void => {
    const commandBuffer = objects.get('VkCommandBuffer', handle);
    if (commandBuffer.state !== 'recording' && commandBuffer.state !== 'invalid')
      throw invalid('the command buffer is not being recorded');
    try {
      const command = check();
      if (command !== undefined) commandBuffer.commands.push(command);
    } catch (error) {
      commandBuffer.state = 'invalid';
      throw error;
    }
  };
  const barrier = (handle: bigint, barriers: Barriers) =>
    record(handle, () => {
      for (const named of listOf(barriers.buffers)) buffer(named.buffer);
      for (const named of listOf(barriers.images)) image(named.image);
      return undefined;
    });
  const copyBuffers = (handle: bigint, from: bigint, to: bigint, regions: readonly BufferRegion[] | null) =>
    record(handle, () => copyBuffer(buffer(from), buffer(to), listOf(regions)));
  const copyFromImage = (
    handle: bigint,
    from: bigint,
    to: bigint,
    regions: readonly BufferImageRegion[] | null,
  ) => record(handle, () => copyImage(image(from), buffer(to), listOf(regions), 'out'));
  const copyBetween = (handle: bigint, from: bigint, to: bigint, regions: readonly ImagesRegion[] | null) =>
    record(handle, () => copyImages(image(from), image(to), listOf(regions)));
  const copyToImage = (
    handle: bigint,
    from: bigint,
    to: bigint,
    regions: readonly BufferImageRegion[] | null,
  ) => record(handle, () => copyImage(image(to), buffer(from), listOf(regions), 'in'));

  const free = (commandBuffers: Iterable<bigint>) => {
    for (const handle of commandBuffers) {
      const freed = objects.remove('VkCommandBuffer', handle);
      if (freed !== undefined) objects.find('VkCommandPool', freed.pool)?.buffers.delete(handle);
    }
  };

  return {
    vkCreateCommandPool(device: bigint) {
      deviceOf(driver, device);
      return objects.add('VkCommandPool', { device, buffers: new Set() });
    },
    vkDestroyCommandPool(_device: bigint, pool: bigint) {
      free([...(objects.remove('VkCommandPool', pool)?.buffers ?? [])]);
    },
    vkResetCommandPool(_device: bigint, pool: bigint) {
      for (const handle of objects.get('VkCommandPool', pool).buffers) reset(handle);
    },
    vkAllocateCommandBuffers(device: bigint, info: Received<VkCommandBufferAllocateInfo>) {
      deviceOf(driver, device);
      const pool = objects.get('VkCommandPool', info.commandPool);
      return Array.from({ length: info.commandBufferCount }, () => {
        const state = { pool: info.commandPool, state: 'initial' as const, commands: [] };
        const handle = objects.add('VkCommandBuffer', state);
        pool.buffers.add(handle);
        return handle;
      });
    },
    vkFreeCommandBuffers: (_device: bigint, _pool: bigint, handles: (bigint | null)[] | null) =>
      free(listOf(handles).map(handle => handle ?? 0n)),
    vkResetCommandBuffer: (handle: bigint) => void reset(handle),
    vkBeginCommandBuffer(handle: bigint) {
      reset(handle).state = 'recording';
    },
    vkEndCommandBuffer(handle: bigint) {
      const commandBuffer = objects.get('VkCommandBuffer', handle);
      if (commandBuffer.state !== 'recording')
        throw new Refusal(VkResult.ERROR_VALIDATION_FAILED, `the command buffer is ${commandBuffer.state}`);
      commandBuffer.state = 'executable';
    },

    vkCmdPipelineBarrier: (
      handle: bigint,
      _source: number,
      _destination: number,
      _flags: number,
      _memory: unknown,
      buffers: Barriers['buffers'],
      images: Barriers['images'],
    ) => barrier(handle, { buffers, images }),
    vkCmdPipelineBarrier2: (handle: bigint, info: Received<VkDependencyInfo>) =>
      barrier(handle, { buffers: info.pBufferMemoryBarriers, images: info.pImageMemoryBarriers }),
    vkCmdCopyBuffer: copyBuffers,
    vkCmdCopyBuffer2: (handle: bigint, info: Received<VkCopyBufferInfo2>) =>
      copyBuffers(handle, info.srcBuffer, info.dstBuffer, info.pRegions),
    vkCmdFillBuffer: (handle: bigint, to: bigint, offset: bigint, size: bigint, data: number) =>
      record(handle, () => fillBuffer(buffer(to), offset, size, data)),
    vkCmdUpdateBuffer: (handle: bigint, to: bigint, offset: bigint, bytes: Uint8Array) =>
      record(handle, () => updateBuffer(buffer(to), offset, bytes)),
    vkCmdCopyImage: (commands: bigint, from: bigint, _: number, to: bigint, __: number, r: ImagesRegion[]) =>
      copyBetween(commands, from, to, r),
    vkCmdCopyImage2: (handle: bigint, info: Received<VkCopyImageInfo2>) =>
      copyBetween(handle, info.srcImage, info.dstImage, info.pRegions),
    vkCmdCopyImageToBuffer: (commands: bigint, from: bigint, _: number, to: bigint, r: BufferImageRegion[]) =>
      copyFromImage(commands, from, to, r),
    vkCmdCopyImageToBuffer2: (handle: bigint, info: Received<VkCopyImageToBufferInfo2>) =>
      copyFromImage(handle, info.srcImage, info.dstBuffer, info.pRegions),
    vkCmdCopyBufferToImage: (commands: bigint, from: bigint, to: bigint, _: number, r: BufferImageRegion[]) =>
      copyToImage(commands, from, to, r),
    vkCmdCopyBufferToImage2: (handle: bigint, info: Received<VkCopyBufferToImageInfo2>) =>
      copyToImage(handle, info.srcBuffer, info.dstImage, info.pRegions),
  };
}

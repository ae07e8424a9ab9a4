// Bytes to and from memory that only the device sees, through a buffer that the host sees too.
import {
  VkAccessFlagBits as Access,
  VkMemoryPropertyFlagBits as Property,
  VkPipelineStageFlagBits as Stage,
  VkBufferUsageFlagBits,
} from '../../ffi/rows/bitmasks.ts';
import { VkImageLayout as Layout } from '../../ffi/rows/enums.ts';
import type { Bytes, VkBuffer, VkDeviceMemory, VkImageMemoryBarrier } from '../../ffi/types/structs.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { describe } from '../native/argument-error.ts';
import { isBytes, sizeOf } from '../native/bytes.ts';
import type { CommandBuffer } from '../objects/command-buffer.ts';
import { type MappedMemory, mapMemory } from '../objects/mapped-memory.ts';
import { allocateFor } from './allocation.ts';
import { type BufferRange, checkRange, copyOf, type ImageRegion, subresourcesOf } from './copied-range.ts';
import { flush, invalidate } from './mapped-range.ts';
import { type CommandTarget, checkTarget, submitOnce } from './one-time-commands.ts';

/** How an image or a buffer is used before or after a copy. */
interface Use {
  readonly layout: Layout;
  readonly stage: number;
  readonly access: number;
}

const anyUse = (layout: Layout): Use => ({
  layout,
  stage: Stage.ALL_COMMANDS,
  access: Access.MEMORY_READ | Access.MEMORY_WRITE,
});
const WRITTEN: Use = {
  layout: Layout.TRANSFER_DST_OPTIMAL,
  stage: Stage.TRANSFER,
  access: Access.TRANSFER_WRITE,
};
const READ: Use = {
  layout: Layout.TRANSFER_SRC_OPTIMAL,
  stage: Stage.TRANSFER,
  access: Access.TRANSFER_READ,
};
const ON_HOST: Use = { layout: Layout.GENERAL, stage: Stage.HOST, access: Access.HOST_READ };

/** Waits for one use before the other; gives an image the other's layout. */
function barrier(commands: CommandBuffer, from: Use, to: Use, region?: ImageRegion): void {
  const masks = { srcAccessMask: from.access, dstAccessMask: to.access };
  if (region === undefined) {
    commands.cmdPipelineBarrier(from.stage, to.stage, 0, [masks], [], []);
    return;
  }
  const image: VkImageMemoryBarrier = {
    ...masks,
    oldLayout: from.layout,
    newLayout: to.layout,
    image: region.image,
    subresourceRange: subresourcesOf(commands.scope, region),
  };
  commands.cmdPipelineBarrier(from.stage, to.stage, 0, [], [], [image]);
}

/** Makes a buffer that the host sees, for as long as `use` takes. */
function withStaging<T>(
  { device }: CommandTarget,
  size: number,
  use: (staging: VkBuffer, mapped: MappedMemory) => T,
): T {
  const usage = VkBufferUsageFlagBits.TRANSFER_SRC | VkBufferUsageFlagBits.TRANSFER_DST;
  const buffer = device.createBuffer({ size, usage });
  let memory: VkDeviceMemory | undefined;
  try {
    const allocation = allocateFor(
      device,
      { buffer },
      { required: Property.HOST_VISIBLE, preferred: Property.HOST_CACHED },
    );
    memory = allocation.memory;
    return use(buffer, mapMemory(device, memory, allocation.allocationSize));
  } finally {
    device.destroyBuffer(buffer);
    if (memory !== undefined) device.freeMemory(memory);
  }
}

/**
 * Copies bytes into a buffer or an image that the host does not see, and returns when they are there for every later
 * use on the queue. Makes a buffer with its memory ({@link allocateFor}), maps it, copies, flushes, and submits
 * vkCmdCopyBuffer, or vkCmdCopyBufferToImage between two layout transitions (`runOnce`); of a buffer it asks
 * vkGetBufferMemoryRequirements. Of an image, what the mip level and layers held before is lost, also beside the region
 * and in other aspects.
 * @param target device, queue and pool that copy
 * @param to where: `{ buffer }` from its `offset`, or `{ image, layout, imageExtent }`, which has that layout afterwards
 * @param bytes any typed array or ArrayBuffer; an image's texels row by row without gaps
 * @throws RangeError past the buffer's end, or where the region takes more bytes; VulkanError. Nothing is left behind then
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkCmdCopyBufferToImage.html
 *
 * @example
 * const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
 * upload({ device, queue, commandPool }, { buffer }, Float32Array.of(1, 2, 3));
 */
export const upload = userCall(function upload(
  target: CommandTarget,
  to: BufferRange | ImageRegion,
  bytes: Bytes,
): void {
  if (!isBytes(bytes))
    throw ours(
      new TypeError(
        `upload.bytes: expected bytes (ArrayBuffer, typed array, Buffer), got ${describe(bytes)}`,
      ),
    );
  const size = sizeOf(bytes);
  checkTarget('upload.target', target);
  checkRange('upload.to', target.device, to, size);
  if (size === 0) return;
  withStaging(target, size, (staging, mapped) => {
    mapped.write(bytes);
    flush(mapped);
    submitOnce(target, commands => {
      if ('buffer' in to) {
        commands.cmdCopyBuffer(staging, to.buffer, [{ dstOffset: to.offset, size }]);
        barrier(commands, WRITTEN, anyUse(Layout.GENERAL));
        return;
      }
      barrier(commands, anyUse(Layout.UNDEFINED), WRITTEN, to);
      commands.cmdCopyBufferToImage(staging, to.image, WRITTEN.layout, [copyOf(to)]);
      barrier(commands, WRITTEN, anyUse(to.layout), to);
    });
  });
});

/**
 * Copies bytes out of a buffer or an image that the host does not see. Makes a buffer with its memory
 * ({@link allocateFor}), submits vkCmdCopyBuffer, or vkCmdCopyImageToBuffer between two layout transitions
 * (`runOnce`), invalidates, and copies; of a buffer it asks vkGetBufferMemoryRequirements.
 * @param target device, queue and pool that copy; what was submitted to the queue before is waited for
 * @param from which: `{ buffer }` from its `offset`, or `{ image, layout, imageExtent }`, which keeps its layout
 * @param size number of bytes; an image's texels row by row without gaps
 * @returns a copy, the caller's own
 * @throws RangeError past the buffer's end, or where the region has another size; VulkanError. Nothing is left behind then
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkCmdCopyImageToBuffer.html
 *
 * @example
 * const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
 * const floats = new Float32Array(readBack({ device, queue, commandPool }, { buffer }, 12).buffer);
 */
export const readBack = userCall(function readBack(
  target: CommandTarget,
  from: BufferRange | ImageRegion,
  size: number,
): Uint8Array {
  checkTarget('readBack.target', target);
  if (!Number.isSafeInteger(size) || size < 0)
    throw ours(new RangeError(`readBack.size: expected a number of bytes, got ${describe(size)}`));
  const wanted = checkRange('readBack.from', target.device, from, size) ?? size;
  if (size > wanted)
    throw ours(
      new RangeError(`readBack.size: expected the ${wanted} bytes that the region takes, got ${size}`),
    );
  if (size === 0) return new Uint8Array(0);
  return withStaging(target, size, (staging, mapped) => {
    submitOnce(target, commands => {
      const region = 'buffer' in from ? undefined : from;
      const before = anyUse(region?.layout ?? Layout.GENERAL);
      barrier(commands, before, READ, region);
      if ('buffer' in from) commands.cmdCopyBuffer(from.buffer, staging, [{ srcOffset: from.offset, size }]);
      else {
        commands.cmdCopyImageToBuffer(from.image, READ.layout, staging, [copyOf(from)]);
        barrier(commands, READ, before, from);
      }
      barrier(commands, WRITTEN, ON_HOST);
    });
    invalidate(mapped);
    return mapped.read(0, size);
  });
});

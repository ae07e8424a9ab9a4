// Copies bytes to and from memory that is not host-visible, through a staging buffer.
import {
  VkAccessFlagBits as Access,
  VkMemoryPropertyFlagBits as Property,
  VkPipelineStageFlagBits as Stage,
  VkBufferUsageFlagBits,
} from '../../ffi/rows/bitmasks.ts';
import { VkImageLayout as Layout } from '../../ffi/rows/enums.ts';
import type { Bytes, VkBuffer, VkDeviceMemory, VkImageMemoryBarrier } from '../../ffi/types/structs.ts';
import { isBytes, sizeOf } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { ours, userCall } from '../errors/user-call.ts';
import type { CommandBuffer } from '../objects/command-buffer.ts';
import { type MappedMemory, mapMemory } from '../objects/mapped-memory.ts';
import { allocateFor } from './allocation.ts';
import {
  type BufferRange,
  checkCopiedRange,
  copyOf,
  type ImageRegion,
  subresourcesOf,
} from './copied-range.ts';
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

/** Records a barrier between two uses, which gives an image the second one's layout. */
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

/** Creates a host-visible buffer, and destroys it when `use` returns. */
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
 * Copies bytes into a buffer or an image that is not host-visible, and returns when every later use on the queue sees them.
 * Creates a staging buffer with memory ({@link allocateFor}), maps it, copies, flushes, and submits vkCmdCopyBuffer, or
 * vkCmdCopyBufferToImage between two layout transitions (`runOnce`); for a buffer it calls vkGetBufferMemoryRequirements.
 * An image loses the former contents of the mip level and layers, also outside the region and in other aspects.
 * @param target device, queue and command pool for the copy
 * @param to `{ buffer }`, from its `offset` on, or `{ image, layout, imageExtent }`, which has that layout afterwards
 * @param bytes an ArrayBuffer or any view of one; for an image its texels row by row, without gaps
 * @throws RangeError past the buffer's end, or if the region takes more bytes; VulkanError. Nothing is left behind
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
  const onto = checkTarget('upload.target', target);
  const { range: place } = checkCopiedRange('upload.to', onto.device, to, size);
  if (size === 0) return;
  withStaging(onto, size, (staging, mapped) => {
    mapped.write(bytes);
    flush(mapped);
    submitOnce(onto, commands => {
      if ('buffer' in place) {
        commands.cmdCopyBuffer(staging, place.buffer, [{ dstOffset: place.offset, size }]);
        barrier(commands, WRITTEN, anyUse(Layout.GENERAL));
        return;
      }
      barrier(commands, anyUse(Layout.UNDEFINED), WRITTEN, place);
      commands.cmdCopyBufferToImage(staging, place.image, WRITTEN.layout, [copyOf(place)]);
      barrier(commands, WRITTEN, anyUse(place.layout), place);
    });
  });
});

/**
 * Copies bytes out of a buffer or an image that is not host-visible, after what was submitted to the queue before. Creates
 * a staging buffer with memory ({@link allocateFor}), submits vkCmdCopyBuffer, or vkCmdCopyImageToBuffer between two layout
 * transitions (`runOnce`), invalidates, and copies; for a buffer it calls vkGetBufferMemoryRequirements.
 * @param target device, queue and command pool for the copy
 * @param from `{ buffer }`, from its `offset` on, or `{ image, layout, imageExtent }`, which keeps its layout
 * @param size number of bytes; for an image its texels row by row, without gaps
 * @returns a copy, which belongs to the caller
 * @throws RangeError past the buffer's end, or if the region has another size; VulkanError. Nothing is left behind
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
  const onto = checkTarget('readBack.target', target);
  if (!Number.isSafeInteger(size) || size < 0)
    throw ours(new RangeError(`readBack.size: expected a number of bytes, got ${describe(size)}`));
  const { range: place, bytes: wanted = size } = checkCopiedRange('readBack.from', onto.device, from, size);
  if (size > wanted)
    throw ours(
      new RangeError(`readBack.size: expected the ${wanted} bytes that the region takes, got ${size}`),
    );
  if (size === 0) return new Uint8Array(0);
  return withStaging(onto, size, (staging, mapped) => {
    submitOnce(onto, commands => {
      const region = 'buffer' in place ? undefined : place;
      const before = anyUse(region?.layout ?? Layout.GENERAL);
      barrier(commands, before, READ, region);
      if ('buffer' in place)
        commands.cmdCopyBuffer(place.buffer, staging, [{ srcOffset: place.offset, size }]);
      else {
        commands.cmdCopyImageToBuffer(place.image, READ.layout, staging, [copyOf(place)]);
        barrier(commands, READ, before, place);
      }
      barrier(commands, WRITTEN, ON_HOST);
    });
    invalidate(mapped);
    return mapped.read(0, size);
  });
});

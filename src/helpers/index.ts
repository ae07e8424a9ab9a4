// koffi-vulkan/helpers: what nearly every Vulkan program writes by hand. Nothing is hidden: each helper says which commands
// it calls, and takes and returns Vulkan's own handles and structs.
//
//   import { VkBufferUsageFlagBits, VkMemoryPropertyFlagBits } from 'koffi-vulkan';
//   import { allocateFor, readBack, runOnce } from 'koffi-vulkan/helpers';
//
//   const { TRANSFER_DST, TRANSFER_SRC } = VkBufferUsageFlagBits;
//   const buffer = device.createBuffer({ size: 4096, usage: TRANSFER_DST | TRANSFER_SRC });
//   allocateFor(device, { buffer }, { required: VkMemoryPropertyFlagBits.DEVICE_LOCAL });
//   const target = { device, queue, commandPool: device.createCommandPool({ queueFamilyIndex: 0 }) };
//   runOnce(target, commands => commands.cmdFillBuffer(buffer, 0, 4096, 7));
//   console.log(new Uint32Array(readBack(target, { buffer }, 16).buffer));
export { type Allocation, type AllocationWish, allocateFor, type Resource } from './allocation.ts';
export { type ChosenGpu, chooseGpu } from './choose-gpu.ts';
export type { BufferRange, ImageRegion } from './copied-range.ts';
export { createScope, DeviceScope } from './device-scope.ts';
export { type DeviceAnswer, type DeviceWish, type DeviceWishes, resolveDevice } from './device-wishes.ts';
export type { FeatureName } from './feature.ts';
export {
  type InstanceAnswer,
  type InstanceWish,
  type InstanceWishes,
  resolveInstance,
} from './instance-wishes.ts';
export { flush, invalidate, type TypedArrayClass, typedArray } from './mapped-range.ts';
export { chooseMemoryType, type MemoryWish } from './memory-type.ts';
export type { Message, MessageObject } from './message.ts';
export { showMessagesInThread } from './message-thread.ts';
export { type MessageOptions, messengerCreateInfo, showMessages } from './messages.ts';
export { type Missing, NotOfferedError } from './not-offered-error.ts';
export { type CommandTarget, runOnce } from './one-time-commands.ts';
export { readBack, upload } from './staging.ts';
export {
  type StructLayout,
  type StructValue,
  structLayout,
  structsFromBytes,
  structToBytes,
} from './struct-bytes.ts';
export { acquireImage, presentImage } from './swapchain-image.ts';
export { untilIdle, untilReached, untilSignaled } from './waits.ts';

// In: a device with one queue of family 0.
// Out: what every example needs: memory of a kind, and commands recorded, submitted and waited for.
import {
  type CommandBuffer,
  type Device,
  VkCommandBufferLevel,
  type VkDeviceMemory,
  type VkMemoryPropertyFlags,
  type VkMemoryRequirements,
} from '../../src/index.ts';

/** Allocates from the first memory type that may be used and has the properties (pick-memory-type.ts does it better). */
export function allocate(
  device: Device,
  { size, memoryTypeBits }: VkMemoryRequirements,
  properties: VkMemoryPropertyFlags,
): VkDeviceMemory {
  const { memoryTypes } = device.physicalDevice.getPhysicalDeviceMemoryProperties();
  const memoryTypeIndex = memoryTypes.findIndex(
    (type, i) => (memoryTypeBits >>> i) & 1 && (type.propertyFlags & properties) === properties,
  );
  return device.allocateMemory({ allocationSize: size, memoryTypeIndex });
}

/** Records into a command buffer, submits it, and returns when the GPU has done it. */
export function submit(device: Device, record: (commands: CommandBuffer) => void): void {
  const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
  const [commands] = device.allocateCommandBuffers({
    commandPool,
    level: VkCommandBufferLevel.PRIMARY,
    commandBufferCount: 1,
  });
  commands.beginCommandBuffer({});
  record(commands);
  commands.endCommandBuffer();
  const queue = device.getDeviceQueue(0, 0);
  queue.queueSubmit([{ pCommandBuffers: [commands] }]);
  queue.queueWaitIdle();
  device.destroyCommandPool(commandPool);
}

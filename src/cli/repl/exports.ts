// What the functions and classes that this package exports do, for help() at the prompt.

/** By name: how it is called, and the first sentence of its doc comment. The sentences of commands are generated. */
export const EXPORTS: Readonly<Record<string, readonly [call: string, sentence: string]>> = {
  loadVulkan: [
    'loadVulkan({ library?, getInstanceProcAddr? })',
    'Loads Vulkan; nothing happens before this is called.',
  ],
  explain: ["explain('VkMemoryPropertyFlags', 3)", 'Names a value of an enum or flags type.'],
  explainC: [
    "explainC('VkResult', -4)",
    "Names a value of an enum or flags type as C does: `'VK_ERROR_DEVICE_LOST'`.",
  ],
  mapMemory: ['mapMemory(device, memory, size?)', 'Maps host-visible memory (vkMapMemory).'],
  MappedMemory: ['mapMemory(device, memory, size?)', 'A mapped range of device memory; mapMemory makes it.'],
  formatVersion: [
    'formatVersion(version)',
    'Formats a packed version: `1.3.230`, with the variant before it if that is not 0: `1:1.3.230`.',
  ],
  makeApiVersion: ['makeApiVersion(major, minor, patch?)', 'Packs a version.'],
  leaksOf: [
    'leaksOf(object)',
    'Lists what was created from an instance or a device and is not destroyed yet, except what is freed with its pool.',
  ],
  trackLeaks: [
    'trackLeaks()',
    'Records where each handle is created from now on, and lists on stderr what is not destroyed when the process exits.',
  ],
  Vulkan: ['vulkan', 'A loaded Vulkan library; loadVulkan returns it.'],
  Instance: [
    'instance',
    'A VkInstance: `vulkan.createInstance(…)` makes it, `destroyInstance()` or `using` ends it.',
  ],
  PhysicalDevice: ['gpu', 'A VkPhysicalDevice; it lives as long as its instance.'],
  Device: [
    'device',
    'A VkDevice: `physicalDevice.createDevice(…)` makes it, `destroyDevice()` or `using` ends it.',
  ],
  Queue: ['queue', 'A VkQueue; it lives as long as its device.'],
  CommandBuffer: [
    'device.allocateCommandBuffers({ … })',
    'A VkCommandBuffer; it lives until it or its pool is freed.',
  ],
  VulkanError: [
    'error.code, error.causes',
    'Thrown when a command returns an error code, or returns success without the object that it should have created.',
  ],
  NotAvailableError: [
    'error.command',
    'Thrown when a command is called that is not available on this instance or device.',
  ],
  ValidUsageError: [
    'error.vuid',
    'Thrown before a call that would break a rule of the specification, one of those that this library checks.',
  ],
  LibraryNotFoundError: [
    'error.tried',
    'Thrown if no Vulkan library can be opened; the message lists each path that was tried and why it failed.',
  ],
};

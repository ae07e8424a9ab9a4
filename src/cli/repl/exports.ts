// What the functions and classes that this package exports do, for help() at the prompt.

/** By name: how it is called, and one sentence. The sentences of commands are generated. */
export const EXPORTS: Readonly<Record<string, readonly [call: string, sentence: string]>> = {
  loadVulkan: [
    'loadVulkan({ library?, getInstanceProcAddr? })',
    'Loads Vulkan; at this prompt it is loaded already, as `vulkan`.',
  ],
  explain: [
    'explain(type, value)',
    "Names a value of an enum or flags: explain('VkMemoryPropertyFlags', 3).",
  ],
  explainC: ['explainC(type, value)', 'Names a value of an enum or flags as C has it.'],
  mapMemory: [
    'mapMemory(device, memory, size?)',
    'Maps device memory for the host: .read(), .write(), .view(), .unmap().',
  ],
  MappedMemory: ['mapMemory(device, memory, size?)', 'Mapped memory, which mapMemory returns.'],
  formatVersion: ['formatVersion(version)', 'Formats a packed version as 1.3.0.'],
  makeApiVersion: [
    'makeApiVersion(major, minor, patch?)',
    'Packs a version as VkApplicationInfo.apiVersion takes it.',
  ],
  leaksOf: ['leaksOf(object)', 'Lists what was created from an instance or a device and is still alive.'],
  trackLeaks: [
    'trackLeaks()',
    'Records from now on where things are created, for leaksOf and for a report when the process exits.',
  ],
  Vulkan: ['vulkan', 'A loaded Vulkan library.'],
  Instance: ['instance', 'A VkInstance, from vulkan.createInstance.'],
  PhysicalDevice: ['gpu', 'A VkPhysicalDevice, from instance.enumeratePhysicalDevices.'],
  Device: ['device', 'A VkDevice, from gpu.createDevice.'],
  Queue: ['queue', 'A VkQueue, from device.getDeviceQueue.'],
  CommandBuffer: [
    'device.allocateCommandBuffers({ … })',
    'A VkCommandBuffer, which commands are recorded into.',
  ],
  VulkanError: ['error.code, error.causes', 'Thrown when a command returns an error code.'],
  NotAvailableError: [
    'error.command',
    'Thrown when an instance or device does not have a command; the message says what to enable.',
  ],
  ValidUsageError: ['error.vuid', 'Thrown before a call that would break a rule of the specification.'],
  LibraryNotFoundError: ['error.tried', 'Thrown when no Vulkan library can be opened.'],
};

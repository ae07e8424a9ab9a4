// What the functions and classes that this package exports do, for help() at the prompt.

/** By name: how it is called, and one sentence. Commands have their sentences from the registry's own file. */
export const EXPORTS: Readonly<Record<string, readonly [call: string, sentence: string]>> = {
  loadVulkan: [
    'loadVulkan({ library?, getInstanceProcAddr? })',
    'Loads Vulkan; here it is loaded already, as `vulkan`.',
  ],
  explain: [
    'explain(type, value)',
    "Names a value of an enum or flags: explain('VkMemoryPropertyFlags', 3).",
  ],
  explainC: ['explainC(type, value)', 'Names a value of an enum or flags as C has it.'],
  mapMemory: [
    'mapMemory(device, memory, size?)',
    'Gives device memory to the host as bytes: .read(), .write(), .view(), .unmap().',
  ],
  MappedMemory: ['mapMemory(device, memory, size?)', 'Mapped memory, which mapMemory makes.'],
  formatVersion: ['formatVersion(version)', 'Writes a packed version as 1.3.0.'],
  makeApiVersion: [
    'makeApiVersion(major, minor, patch?)',
    'Packs a version as VkApplicationInfo.apiVersion takes it.',
  ],
  leaksOf: ['leaksOf(object)', 'Lists what was made from an instance or a device and still lives.'],
  trackLeaks: [
    'trackLeaks()',
    'Notes from now on where things are created, for leaksOf and for a report at the end.',
  ],
  Vulkan: ['vulkan', 'A loaded Vulkan library.'],
  Instance: ['instance', 'A VkInstance, made by vulkan.createInstance.'],
  PhysicalDevice: ['gpu', 'A VkPhysicalDevice, found by instance.enumeratePhysicalDevices.'],
  Device: ['device', 'A VkDevice, made by gpu.createDevice.'],
  Queue: ['queue', 'A VkQueue, given by device.getDeviceQueue.'],
  CommandBuffer: [
    'device.allocateCommandBuffers({ … })',
    'A VkCommandBuffer, which commands are recorded into.',
  ],
  VulkanError: ['error.code, error.causes', 'Thrown when a command answers an error code.'],
  NotAvailableError: [
    'error.command',
    'Thrown when this instance or device does not have a command; the message says what to write.',
  ],
  ValidUsageError: ['error.vuid', 'Thrown before a call that would break a rule of the specification.'],
  LibraryNotFoundError: ['error.tried', 'Thrown where no Vulkan library opens.'],
};

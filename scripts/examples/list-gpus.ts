// This machine's GPUs, one a line.
import { resolveInstance } from '../../src/helpers/index.ts';
import { explain, formatVersion, loadVulkan } from '../../src/index.ts';

const vulkan = loadVulkan();
using instance = vulkan.createInstance(resolveInstance(vulkan, {}).createInfo);
for (const gpu of instance.enumeratePhysicalDevices()) {
  const { deviceName, deviceType, apiVersion } = gpu.getPhysicalDeviceProperties();
  console.log(
    `${deviceName}: ${explain('VkPhysicalDeviceType', deviceType)}, Vulkan ${formatVersion(apiVersion)}`,
  );
}

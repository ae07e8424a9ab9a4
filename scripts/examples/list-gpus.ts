// This machine's GPUs, one a line.
import { API_VERSION_1_0, explain, formatVersion, loadVulkan } from '../../src/index.ts';

using instance = loadVulkan().createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_0 } });
for (const gpu of instance.enumeratePhysicalDevices()) {
  const { deviceName, deviceType, apiVersion } = gpu.getPhysicalDeviceProperties();
  console.log(
    `${deviceName}: ${explain('VkPhysicalDeviceType', deviceType)}, Vulkan ${formatVersion(apiVersion)}`,
  );
}

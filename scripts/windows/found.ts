// Prints, in a Windows process, which Wine, Vulkan driver and Direct3D are there; Direct3D last, since it may end the process.
import { readFileSync } from 'node:fs';
import { createD3D11Device, createD3D12Device } from '../../src/d3d/index.ts';
import { API_VERSION_1_2, explain, formatVersion, loadVulkan, VkStructureType } from '../../src/index.ts';
import { systemDirectory } from '../../src/native/system-directory.ts';
import { formatLuid, luidOf, wineVersion } from '../../src/win32/index.ts';

const EXTENSION = 'VK_KHR_external_memory_win32';

/** Who made a DLL of the system: Wine, DXVK, vkd3d-proton or another. */
function makerOf(name: string): string {
  try {
    const file = readFileSync(`${systemDirectory()}\\${name}`);
    if (file.toString('latin1', 0x40, 0x60).startsWith('Wine')) return "Wine's own";
    return ['vkd3d-proton', 'DXVK'].find(maker => file.includes(maker)) ?? 'native';
  } catch {
    return 'not there';
  }
}

function tell(what: string, look: () => string[]): void {
  let lines: string[];
  try {
    lines = look();
  } catch (error) {
    lines = [(error as Error).message.split('\n')[0]];
  }
  for (const line of lines) console.log(`windows: ${what}: ${line}`);
}

tell('Wine', () => [wineVersion() ?? 'none: this is Windows']);
tell('Vulkan', () => {
  const instance = loadVulkan().createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_2 } });
  const lines = instance.enumeratePhysicalDevices().map(gpu => {
    const { deviceName, apiVersion } = gpu.getPhysicalDeviceProperties();
    const { pNext } = gpu.getPhysicalDeviceProperties2({
      pNext: [VkStructureType.PHYSICAL_DEVICE_DRIVER_PROPERTIES],
    });
    const offers = gpu.enumerateDeviceExtensionProperties().some(e => e.extensionName === EXTENSION);
    const driver = `${explain('VkDriverId', pNext[0].driverID)} ${pNext[0].driverInfo}`;
    return `${deviceName}, Vulkan ${formatVersion(apiVersion)}, ${driver}, LUID ${formatLuid(luidOf(gpu))}, ${offers ? 'with' : 'without'} ${EXTENSION}`;
  });
  instance.destroyInstance();
  return lines;
});
for (const [name, dll, create] of [
  ['Direct3D 11', 'd3d11.dll', createD3D11Device],
  ['Direct3D 12', 'd3d12.dll', createD3D12Device],
] as const)
  tell(name, () => {
    const device = create();
    const luid = formatLuid(device.luid);
    device[Symbol.dispose]();
    return [`${makerOf(dll)}, adapter with LUID ${luid}`];
  });

// Adds VK_EXT_device_memory_report, which no other driver here has, to an embedded driver.
import type { EmbeddedDriver } from '../../src/embedded/index.ts';
import { VkStructureType } from '../../src/index.ts';
import { reservePermanent } from '../../src/native/argument-memory.ts';
import { functionAt, layoutOf } from '../../src/native/row-types.ts';
import { registry } from '../../src/registry/registry.ts';

const REQUEST = VkStructureType.DEVICE_DEVICE_MEMORY_REPORT_CREATE_INFO_EXT;

/** Makes vkAllocateMemory call the functions that the device was created with. */
export function reportMemory(driver: EmbeddedDriver): void {
  const callbacks = new Map<bigint, bigint[]>();
  const fact = registry.fact('PFN_vkDeviceMemoryReportCallbackEXT');
  if (fact.kind !== 'callback') throw new Error('no such callback');
  const data = registry.struct('VkDeviceMemoryReportCallbackDataEXT');
  const { chunk, at } = reservePermanent(layoutOf(data).size);
  chunk.i32[at >> 2] = data.sType as number;
  driver.override('vkCreateDevice', (real, physicalDevice, info) => {
    const device = real(physicalDevice, info) as bigint;
    const requests = (info.pNext ?? []) as { sType: number; pfnUserCallback: bigint }[];
    const wanted = requests.filter(({ sType }) => sType === REQUEST);
    callbacks.set(
      device,
      wanted.map(({ pfnUserCallback }) => pfnUserCallback),
    );
    return device;
  });
  driver.override('vkAllocateMemory', (real, device, info) => {
    for (const address of callbacks.get(device) ?? []) functionAt(address, fact.row)(chunk.address + at, 0);
    return real(device, info);
  });
}

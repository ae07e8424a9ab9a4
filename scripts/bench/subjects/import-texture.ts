// Measures what it costs to import a D3D11 texture and to dispose of it, on the embedded driver.
import { createEmbeddedDriver } from '../../../src/embedded/index.ts';
import {
  API_VERSION_1_3,
  type Device,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  loadVulkan,
  VkFormat,
  VkImageTiling,
  VkImageType,
  VkImageUsageFlagBits,
} from '../../../src/index.ts';
import { importTextureWin32 } from '../../../src/win32/index.ts';
import { CMemory, memoryOf } from '../bytes.ts';
import { type Driver, type RacedCall, raceCall } from '../call.ts';
import { repeat, sink } from '../loop.ts';
import { countItself } from '../recorder.ts';
import type { Subject } from '../row.ts';

const extent = { width: 64, height: 64 };
const handleType = HandleType.D3D11_TEXTURE;
const format = VkFormat.R8G8B8A8_UNORM;
const usage = VkImageUsageFlagBits.TRANSFER_SRC;

/** A device's commands by name; the result of a run is the sum of what was read. */
export const driverOf = (device: Device): Driver => ({
  command: name => device.getDeviceProcAddr(name)!,
  counted: repeat,
});

/** Imports a texture of 64 by 64 pixels and disposes of it, beside the commands that no import can do without. */
export function importAndDispose(device: Device, texture: bigint): RacedCall {
  return {
    title: 'a D3D11 texture imported and disposed of, embedded driver',
    commands: [
      'vkCreateImage',
      'vkGetImageMemoryRequirements',
      'vkGetMemoryWin32HandlePropertiesKHR',
      'vkAllocateMemory',
      'vkBindImageMemory',
      'vkDestroyImage',
      'vkFreeMemory',
    ],
    ours() {
      const imported = importTextureWin32(device, { handle: texture, handleType, format, extent, usage });
      if (imported.image !== 0n) sink.sum++;
      imported[Symbol.dispose]();
    },
    /** Results checked. */
    bare([createImage, requirements, query, allocate, bind, destroyImage, free], of) {
      const external = memoryOf('VkExternalMemoryImageCreateInfo', { handleTypes: handleType });
      const imageInfo = memoryOf('VkImageCreateInfo', {
        pNext: external.bigint,
        imageType: VkImageType._2D,
        format,
        extent: { ...extent, depth: 1 },
        mipLevels: 1,
        arrayLayers: 1,
        samples: 1,
        tiling: VkImageTiling.OPTIMAL,
        usage,
      });
      const [needed, properties] = [
        memoryOf('VkMemoryRequirements'),
        memoryOf('VkMemoryWin32HandlePropertiesKHR'),
      ];
      const dedicated = memoryOf('VkMemoryDedicatedAllocateInfo');
      const imported = memoryOf('VkImportMemoryWin32HandleInfoKHR', {
        pNext: dedicated.bigint,
        handleType,
        handle: texture,
      });
      const memoryInfo = memoryOf('VkMemoryAllocateInfo', { pNext: imported.bigint });
      const [image, memory] = [new CMemory(8), new CMemory(8)];
      const [imageInfoAt, neededAt, propertiesAt] = [imageInfo, needed, properties].map(of);
      const [memoryInfoAt, imageAt, memoryAt] = [memoryInfo, image, memory].map(of);
      const [owner, handle, none] = [device.handle, texture, 0n].map(of);
      // Kept alive, since other structs point to them.
      [external, dedicated, imported].map(of);
      const succeeds = (result: number, name: string) => {
        if (result !== 0) throw new Error(`${name}: ${result}`);
      };
      return () => {
        succeeds(createImage(owner, imageInfoAt, none, imageAt), 'vkCreateImage');
        const made = of(image.u64[0]);
        requirements(owner, made, neededAt);
        succeeds(query(owner, handleType, handle, propertiesAt), 'the query');
        // Wine's answer has no memory types: the image's are taken then.
        const bits = properties.u32[4] & needed.u32[4] || needed.u32[4];
        memoryInfo.u64[2] = needed.u64[0];
        memoryInfo.u32[6] = 31 - Math.clz32(bits & -bits);
        dedicated.u64[2] = image.u64[0];
        succeeds(allocate(owner, memoryInfoAt, none, memoryAt), 'vkAllocateMemory');
        const bound = of(memory.u64[0]);
        succeeds(bind(owner, made, bound, 0), 'vkBindImageMemory');
        if (image.u64[0] !== 0n) sink.sum++;
        destroyImage(owner, made, none);
        free(owner, bound, none);
      };
    },
    expected: countItself,
    targets: [{ of: 'ours', most: 1.25, against: 'bare koffi' }],
  };
}

export const importTexture: Subject = {
  name: 'import-texture',
  run(context) {
    const embedded = createEmbeddedDriver();
    const { getInstanceProcAddr } = embedded;
    const instance = loadVulkan({ getInstanceProcAddr }).createInstance({
      pApplicationInfo: { apiVersion: API_VERSION_1_3 },
    });
    const device = instance.enumeratePhysicalDevices()[0].createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
      ppEnabledExtensionNames: ['VK_KHR_external_memory_win32'],
    });
    const texture = embedded.createExternalHandle(handleType, { size: extent.width * extent.height * 4 });
    const call = importAndDispose(device, texture);
    // Hundreds of functions of the driver's and of ours: V8 takes longer than usual to compile them.
    repeat(call.ours)(10_000);
    return [raceCall(call, driverOf(device), context)];
  },
};

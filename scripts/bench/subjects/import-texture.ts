// What it costs to import a D3D11 texture and to dispose of it, on the embedded driver.
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
  VkStructureType,
} from '../../../src/index.ts';
import { importTextureWin32 } from '../../../src/win32/index.ts';
import { Bytes, bare } from '../bare.ts';
import { contest, type Run } from '../contest.ts';
import type { Subject } from '../row.ts';

const EXTENSION = 'VK_KHR_external_memory_win32';
const extent = { width: 64, height: 64 };
const handleType = HandleType.D3D11_TEXTURE;
const format = VkFormat.R8G8B8A8_UNORM;
const usage = VkImageUsageFlagBits.TRANSFER_SRC;

/** Imports a texture of 64 by 64 pixels and disposes of it. */
export const importedAndDisposed =
  (device: Device, handle: bigint): Run =>
  times => {
    let made = 0;
    for (let i = 0; i < times; i++) {
      const imported = importTextureWin32(device, { handle, handleType, format, extent, usage });
      if (imported.image !== 0n) made++;
      imported[Symbol.dispose]();
    }
    return made;
  };

/** The commands that no import can do without, their structs written before, their results checked. */
export function sameCommands(device: Device, texture: bigint): Run {
  const P = 'uintptr_t';
  const command = (name: string, result: string, ...args: string[]) =>
    bare(device.getDeviceProcAddr(name)!, result, args);
  const createImage = command('vkCreateImage', 'int32_t', P, P, P, P);
  const requirements = command('vkGetImageMemoryRequirements', 'void', P, 'uint64_t', P);
  const query = command('vkGetMemoryWin32HandlePropertiesKHR', 'int32_t', P, 'int32_t', P, P);
  const allocate = command('vkAllocateMemory', 'int32_t', P, P, P, P);
  const bind = command('vkBindImageMemory', 'int32_t', P, 'uint64_t', 'uint64_t', 'uint64_t');
  const destroyImage = command('vkDestroyImage', 'void', P, 'uint64_t', P);
  const free = command('vkFreeMemory', 'void', P, 'uint64_t', P);

  const external = new Bytes(24);
  external.u32.set([VkStructureType.EXTERNAL_MEMORY_IMAGE_CREATE_INFO, 0, 0, 0, handleType]);
  const imageInfo = new Bytes(88);
  imageInfo.u32[0] = VkStructureType.IMAGE_CREATE_INFO;
  imageInfo.u64[1] = external.bigint;
  imageInfo.u32.set([0, VkImageType._2D, format, extent.width, extent.height, 1, 1, 1, 1], 4);
  imageInfo.u32.set([VkImageTiling.OPTIMAL, usage], 13);
  const [needed, properties] = [new Bytes(24), new Bytes(24)];
  properties.u32[0] = VkStructureType.MEMORY_WIN32_HANDLE_PROPERTIES_KHR;
  const [dedicated, imported, memoryInfo] = [new Bytes(32), new Bytes(40), new Bytes(32)];
  dedicated.u32[0] = VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO;
  imported.u32[0] = VkStructureType.IMPORT_MEMORY_WIN32_HANDLE_INFO_KHR;
  imported.u64[1] = dedicated.bigint;
  imported.u32[4] = handleType;
  imported.u64[3] = texture;
  memoryInfo.u32[0] = VkStructureType.MEMORY_ALLOCATE_INFO;
  memoryInfo.u64[1] = imported.bigint;
  const [image, memory] = [new Bytes(8), new Bytes(8)];
  const succeeds = (result: number, name: string) => {
    if (result !== 0) throw new Error(`${name}: ${result}`);
  };
  return times => {
    let made = 0;
    // Read here: addresses hold nothing, so this function has to.
    const held = [external, dedicated, imported];
    for (let i = 0; i < times; i++) {
      succeeds(createImage(device.handle, imageInfo.bigint, 0n, image.bigint), 'vkCreateImage');
      requirements(device.handle, image.u64[0], needed.bigint);
      succeeds(query(device.handle, handleType, texture, properties.bigint), 'the query');
      // Wine's answer has no memory types: the image's are taken then.
      const bits = properties.u32[4] & needed.u32[4] || needed.u32[4];
      memoryInfo.u64[2] = needed.u64[0];
      memoryInfo.u32[6] = 31 - Math.clz32(bits & -bits);
      dedicated.u64[2] = image.u64[0];
      succeeds(allocate(device.handle, memoryInfo.bigint, 0n, memory.bigint), 'vkAllocateMemory');
      succeeds(bind(device.handle, image.u64[0], memory.u64[0], 0n), 'vkBindImageMemory');
      if (held.length > 0 && image.u64[0] !== 0n) made++;
      destroyImage(device.handle, image.u64[0], 0n);
      free(device.handle, memory.u64[0], 0n);
    }
    return made;
  };
}

export const importTexture: Subject = {
  name: 'import-texture',
  run({ rounds }) {
    const driver = createEmbeddedDriver();
    const { getInstanceProcAddr } = driver;
    const instance = loadVulkan({ getInstanceProcAddr }).createInstance({
      pApplicationInfo: { apiVersion: API_VERSION_1_3 },
    });
    const device = instance.enumeratePhysicalDevices()[0].createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
      ppEnabledExtensionNames: [EXTENSION],
    });
    const texture = driver.createExternalHandle(handleType, { size: extent.width * extent.height * 4 });
    const [ours, commands] = [importedAndDisposed(device, texture), sameCommands(device, texture)];
    // Hundreds of functions of the driver's and of ours: the engine needs longer than usual to have compiled them.
    for (const run of [ours, commands]) run(10_000);
    return [
      contest({
        title: 'a D3D11 texture imported and disposed of, on the embedded driver',
        baseline: 'bare koffi',
        rounds,
        expected: times => times,
        contestants: [
          { name: 'ours', run: ours },
          { name: 'bare koffi, bigint', group: 'bare koffi', run: commands },
        ],
        targets: [{ of: 'ours', most: 1.25, against: 'bare koffi' }],
      }),
    ];
  },
};

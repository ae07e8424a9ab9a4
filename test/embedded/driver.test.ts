// The embedded driver: whether a program sees a Vulkan driver: its devices, its rules about addresses, its errors.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import { procAddrAt } from '../../src/handles/dispatch.ts';
import {
  API_VERSION_1_3,
  VkExternalMemoryFeatureFlagBits as Feature,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  loadVulkan,
  VkDebugUtilsMessageTypeFlagBitsEXT as MessageType,
  mapMemory,
  VkDebugUtilsMessageSeverityFlagBitsEXT as Severity,
  VkFormat,
  VkImageTiling,
  VkImageType,
  VkImageUsageFlagBits,
  VkPhysicalDeviceType,
  VkResult,
  VkStructureType,
  VulkanError,
} from '../../src/index.ts';
import { addressOf } from '../../src/native/koffi.ts';
import { callbacks } from '../callbacks.ts';
import { figure } from '../figure.ts';
import { hostBuffer, open, openDevice, raw, submit } from './driver-open.ts';

const WIN32 = 'VK_KHR_external_memory_win32';
const codeOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof VulkanError) return error.code;
    throw error;
  }
  return 'VK_SUCCESS';
};

describe('embedded driver', () => {
  it('says everywhere that it is simulated', () => {
    const opened = open();
    const properties = opened.gpu.getPhysicalDeviceProperties();
    expect(properties.deviceName).to.equal('embedded driver (simulated)');
    expect(properties.deviceType).to.equal(VkPhysicalDeviceType.CPU);
    expect(properties.apiVersion).to.equal(API_VERSION_1_3);
    const { pNext } = opened.gpu.getPhysicalDeviceProperties2({
      pNext: [VkStructureType.PHYSICAL_DEVICE_DRIVER_PROPERTIES],
    });
    expect(pNext[0].driverName).to.equal('embedded driver (simulated)');
    expect(opened.close()).to.deep.equal({});
  });

  it('has as many physical devices as it is told, each with its LUID', () => {
    const { gpus, close } = open({ physicalDevices: 2 });
    const luids = gpus.map(gpu => {
      const chain = [
        VkStructureType.PHYSICAL_DEVICE_ID_PROPERTIES,
        VkStructureType.PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES,
      ] as const;
      const [id, vulkan11] = gpu.getPhysicalDeviceProperties2({ pNext: chain }).pNext;
      expect(id.deviceLUIDValid).to.equal(true);
      expect(vulkan11.deviceLUID).to.deep.equal(id.deviceLUID);
      return Buffer.from(id.deviceLUID).toString('hex');
    });
    expect(new Set(luids).size).to.equal(2);
    close();
    const none = createEmbeddedDriver({ physicalDevices: 0 });
    const instance = loadVulkan({ getInstanceProcAddr: none.getInstanceProcAddr }).createInstance({});
    expect(instance.enumeratePhysicalDevices()).to.deep.equal([]);
    instance.destroyInstance();
    none.dispose();
  });

  it('has memory types as NVIDIA has them, one without properties, in two heaps', () => {
    const { gpu, close } = open();
    const { memoryTypes, memoryHeaps } = gpu.getPhysicalDeviceMemoryProperties();
    expect(memoryTypes.map(t => t.propertyFlags)).to.deep.equal([0, 1, 6, 14, 7]);
    expect(memoryHeaps.map(h => h.flags)).to.deep.equal([1, 0]);
    expect(gpu.getPhysicalDeviceMemoryProperties2().memoryProperties.memoryTypes).to.deep.equal(memoryTypes);
    close();
  });

  it('gives addresses by the rules of the proc-addr functions', () => {
    const opened = open({ deviceExtensions: [WIN32] });
    const { driver, vulkan, instance, gpu, device } = opened;
    const nobody = procAddrAt(driver.getInstanceProcAddr, 0n);
    expect(nobody('vkCreateInstance')).to.not.equal(0n);
    expect(nobody('vkGetInstanceProcAddr')).to.equal(driver.getInstanceProcAddr);
    expect(nobody('vkEnumeratePhysicalDevices')).to.equal(0n);
    const ofInstance = vulkan.procAddr(instance.handle);
    expect(ofInstance('vkEnumeratePhysicalDevices')).to.not.equal(0n);
    expect(ofInstance('vkGetMemoryWin32HandlePropertiesKHR'), 'offered').to.not.equal(0n);
    expect(ofInstance('vkCreateDebugUtilsMessengerEXT'), 'not enabled').to.equal(0n);
    expect(ofInstance('vkCreateSwapchainKHR'), 'not there').to.equal(0n);
    expect(ofInstance('vkNoSuchCommand'), 'unknown').to.equal(0n);
    const ofDevice = procAddrAt(ofInstance('vkGetDeviceProcAddr'), device.handle);
    expect(ofDevice('vkGetMemoryWin32HandlePropertiesKHR')).to.not.equal(0n);
    expect(ofDevice('vkGetMemoryHostPointerPropertiesEXT'), 'not enabled').to.equal(0n);
    expect(ofDevice('vkEnumeratePhysicalDevices'), 'of the instance').to.equal(0n);
    const plain = openDevice(gpu, []);
    const ofPlain = procAddrAt(ofInstance('vkGetDeviceProcAddr'), plain.handle);
    expect(ofPlain('vkGetMemoryWin32HandlePropertiesKHR')).to.equal(0n);
    plain.destroyDevice();
    opened.close();
  });

  it('gives a device of an instance of 1.0 no commands of later versions', () => {
    const driver = createEmbeddedDriver();
    const vulkan = loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr });
    const instance = vulkan.createInstance({});
    const device = openDevice(instance.enumeratePhysicalDevices()[0], ['VK_KHR_bind_memory2']);
    const ofDevice = procAddrAt(vulkan.procAddr(instance.handle)('vkGetDeviceProcAddr'), device.handle);
    expect(ofDevice('vkBindBufferMemory2')).to.equal(0n);
    expect(ofDevice('vkBindBufferMemory2KHR')).to.not.equal(0n);
    device.destroyDevice();
    instance.destroyInstance();
    driver.dispose();
  });

  it('hides a command', () => {
    const opened = open({ deviceExtensions: [WIN32] });
    opened.driver.hide('vkGetMemoryWin32HandlePropertiesKHR');
    expect(() => opened.device.getMemoryWin32HandlePropertiesKHR(HandleType.D3D11_TEXTURE, 4n)).to.throw(
      'the driver gives no address for it',
    );
    opened.driver.reset();
    expect(
      codeOf(() => opened.device.getMemoryWin32HandlePropertiesKHR(HandleType.D3D11_TEXTURE, 4n)),
    ).to.equal('VK_ERROR_INVALID_EXTERNAL_HANDLE');
    opened.close();
  });

  it('refuses what it does not offer', () => {
    const { vulkan, gpu, close } = open();
    expect(codeOf(() => vulkan.createInstance({ ppEnabledExtensionNames: ['VK_KHR_surface'] }))).to.equal(
      'VK_ERROR_EXTENSION_NOT_PRESENT',
    );
    expect(codeOf(() => vulkan.createInstance({ ppEnabledLayerNames: ['VK_LAYER_X'] }))).to.equal(
      'VK_ERROR_LAYER_NOT_PRESENT',
    );
    expect(codeOf(() => openDevice(gpu, ['VK_KHR_swapchain']))).to.equal('VK_ERROR_EXTENSION_NOT_PRESENT');
    const queues = [{ queueFamilyIndex: 0, pQueuePriorities: [1] }];
    expect(
      codeOf(() =>
        gpu.createDevice({ pQueueCreateInfos: queues, pEnabledFeatures: { geometryShader: true } }),
      ),
    ).to.equal('VK_ERROR_FEATURE_NOT_PRESENT');
    const sType = VkStructureType.PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    expect(
      codeOf(() =>
        gpu.createDevice({ pQueueCreateInfos: queues, pNext: [{ sType, bufferDeviceAddress: true }] }),
      ),
    ).to.equal('VK_ERROR_FEATURE_NOT_PRESENT');
    gpu
      .createDevice({ pQueueCreateInfos: queues, pNext: [{ sType, timelineSemaphore: true }] })
      .destroyDevice();
    expect(
      codeOf(() => gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 7, pQueuePriorities: [1] }] })),
    ).to.equal('VK_ERROR_VALIDATION_FAILED');
    expect(close()).to.deep.equal({});
  });

  it('tells what images and buffers can be imported as', () => {
    const { gpu, close } = open();
    const ask = (handleType: HandleType) =>
      gpu.getPhysicalDeviceImageFormatProperties2(
        {
          format: VkFormat.R8G8B8A8_UNORM,
          type: VkImageType._2D,
          tiling: VkImageTiling.OPTIMAL,
          usage: VkImageUsageFlagBits.SAMPLED,
          pNext: [{ sType: VkStructureType.PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO, handleType }],
        },
        { pNext: [VkStructureType.EXTERNAL_IMAGE_FORMAT_PROPERTIES] },
      );
    const { imageFormatProperties, pNext } = ask(HandleType.D3D11_TEXTURE);
    expect(imageFormatProperties.maxExtent.width).to.be.greaterThan(4096);
    expect(pNext[0].externalMemoryProperties).to.deep.equal({
      externalMemoryFeatures: Feature.DEDICATED_ONLY | Feature.IMPORTABLE,
      exportFromImportedHandleTypes: 0,
      compatibleHandleTypes: HandleType.D3D11_TEXTURE,
    });
    expect(codeOf(() => ask(HandleType.ZIRCON_VMO_FUCHSIA))).to.equal('VK_ERROR_FORMAT_NOT_SUPPORTED');
    const buffer = (handleType: HandleType) =>
      gpu.getPhysicalDeviceExternalBufferProperties({ usage: 1, handleType }).externalMemoryProperties;
    expect(buffer(HandleType.D3D12_HEAP).externalMemoryFeatures).to.equal(Feature.IMPORTABLE);
    expect(buffer(HandleType.D3D11_TEXTURE).externalMemoryFeatures).to.equal(0);
    expect(buffer(HandleType.OPAQUE_WIN32).externalMemoryFeatures).to.equal(
      Feature.IMPORTABLE | Feature.EXPORTABLE,
    );
    close();
  });

  it('fails when it is told to, and only then', () => {
    const { driver, device, close } = open();
    const allocate = () => device.allocateMemory({ allocationSize: 64, memoryTypeIndex: 1 });
    driver.fail('vkAllocateMemory', VkResult.ERROR_OUT_OF_DEVICE_MEMORY, { after: 1, times: 2 });
    const first = allocate();
    expect(codeOf(allocate)).to.equal('VK_ERROR_OUT_OF_DEVICE_MEMORY');
    expect(codeOf(allocate)).to.equal('VK_ERROR_OUT_OF_DEVICE_MEMORY');
    const last = allocate();
    expect(driver.counts().VkDeviceMemory).to.equal(2);
    device.freeMemory(first);
    device.freeMemory(last);
    expect(() => driver.fail('vkFreeMemory', -1)).to.throw(TypeError, 'vkFreeMemory returns no VkResult');
    expect(() => driver.fail('vkNothing', -1)).to.throw('unknown command vkNothing');
    expect(close()).to.deep.equal({});
  });

  it('answers what an override says, through the real command if that wants it', () => {
    const { driver, device, close } = open({ deviceExtensions: [WIN32] });
    const handle = driver.createExternalHandle(HandleType.D3D12_HEAP, { size: 4096 });
    const ask = () => device.getMemoryWin32HandlePropertiesKHR(HandleType.D3D12_HEAP, handle);
    const real = ask().memoryTypeBits;
    driver.override('vkGetMemoryWin32HandlePropertiesKHR', (query, ...args) => {
      const { memoryTypeBits } = query(...args) as { memoryTypeBits: number };
      return { memoryTypeBits: (memoryTypeBits | 0xffff_0000) >>> 0 };
    });
    expect(ask().memoryTypeBits).to.equal((real | 0xffff_0000) >>> 0);
    driver.override('vkGetMemoryWin32HandlePropertiesKHR', () => {
      throw new VulkanError('vkGetMemoryWin32HandlePropertiesKHR', VkResult.ERROR_OUT_OF_HOST_MEMORY);
    });
    expect(codeOf(ask)).to.equal('VK_ERROR_OUT_OF_HOST_MEMORY');
    driver.reset();
    expect(ask().memoryTypeBits).to.equal(real);
    close();
  });

  it('leaves an output unwritten where an override answers none', () => {
    const opened = open({ deviceExtensions: [WIN32] });
    opened.driver.override('vkGetMemoryWin32HandlePropertiesKHR', () => undefined);
    const out = new Uint32Array(6).fill(0xcdcd_cdcd);
    out[0] = VkStructureType.MEMORY_WIN32_HANDLE_PROPERTIES_KHR;
    out[2] = out[3] = 0;
    const query = raw(opened, 'vkGetMemoryWin32HandlePropertiesKHR');
    expect(query(opened.device.handle, HandleType.D3D11_TEXTURE, 4n, addressOf(out))).to.equal(0);
    expect(out[4]).to.equal(0xcdcd_cdcd);
    opened.driver.override('vkGetMemoryWin32HandlePropertiesKHR', () => ({ memoryTypeBits: undefined }));
    expect(query(opened.device.handle, HandleType.D3D11_TEXTURE, 4n, addressOf(out))).to.equal(0);
    expect(out[4], 'a member of it').to.equal(0xcdcd_cdcd);
    opened.close();
  });

  it('throws what an override throws where it can be seen, and answers VK_ERROR_UNKNOWN', async () => {
    const { driver, device, close } = open();
    driver.override('vkDeviceWaitIdle', () => {
      throw new Error('a mistake');
    });
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const seen = new Promise<Error>(resolve => process.once('uncaughtException', resolve));
    try {
      expect(codeOf(() => device.deviceWaitIdle())).to.equal('VK_ERROR_UNKNOWN');
      expect((await seen).message).to.equal('a mistake');
    } finally {
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
    driver.reset();
    close();
  });

  it('may give more at each call of an enumeration', () => {
    const { driver, instance, close } = open({ physicalDevices: 4 });
    let calls = 0;
    driver.override('vkEnumeratePhysicalDevices', (real, ...args) => {
      const four = real(...args) as bigint[];
      return Array.from({ length: 6 + Math.min(calls++, 4) }, (_, i) => four[i % 4]);
    });
    expect(instance.enumeratePhysicalDevices()).to.have.length(10);
    expect(calls).to.be.greaterThan(5);
    // What sufficed once is given at once.
    calls = 4;
    expect(instance.enumeratePhysicalDevices()).to.have.length(10);
    expect(calls).to.equal(5);
    close();
  });

  it('can be given commands that it does not have', () => {
    const { driver, device, close } = open();
    driver.override('vkGetRenderAreaGranularity', (_real, _device, renderPass) => ({
      width: Number(renderPass),
      height: 2,
    }));
    driver.override('vkCreateRenderPass', () => 3n);
    driver.override('vkDestroyRenderPass', () => undefined);
    const renderPass = device.createRenderPass({ pAttachments: [], pSubpasses: [{ pipelineBindPoint: 0 }] });
    expect(device.getRenderAreaGranularity(renderPass)).to.deep.equal({ width: 3, height: 2 });
    device.destroyRenderPass(renderPass);
    close();
  });

  it('refuses a handle that it does not know, and says so to the messengers', () => {
    const opened = open({ instanceExtensions: ['VK_EXT_debug_utils'], deviceExtensions: [WIN32] });
    const heard: string[] = [];
    const messenger = opened.instance.createDebugUtilsMessengerEXT({
      messageSeverity: Severity.ERROR | Severity.INFO,
      messageType: MessageType.VALIDATION | MessageType.GENERAL,
      pfnUserCallback: (severity, types, data) => {
        heard.push(`${severity} ${types} ${data.pMessageIdName} ${data.pMessage} ${data.pObjects?.length}`);
      },
    });
    expect(raw(opened, 'vkMapMemory')(opened.device.handle, 0x55n, 0, 1, 0, 0)).to.equal(
      VkResult.ERROR_VALIDATION_FAILED,
    );
    raw(opened, 'vkDestroyBuffer')(opened.device.handle, 0x66n, 0);
    raw(opened, 'vkDestroyBuffer')(opened.device.handle, 0n, 0);
    expect(raw(opened, 'vkDeviceWaitIdle')(0x77n)).to.equal(VkResult.ERROR_VALIDATION_FAILED);
    opened.instance.submitDebugUtilsMessageEXT(Severity.INFO, MessageType.GENERAL, {
      pMessageIdName: 'mine',
      pMessage: 'grüß',
      pObjects: [{ objectType: 3, objectHandle: opened.device.handle, pObjectName: null }],
    });
    opened.instance.submitDebugUtilsMessageEXT(Severity.VERBOSE, MessageType.GENERAL, {
      pMessage: 'not heard',
    });
    expect(heard).to.deep.equal([
      `${Severity.ERROR} 2 vkMapMemory vkMapMemory: 0x55 is no live VkDeviceMemory 0`,
      `${Severity.ERROR} 2 vkDestroyBuffer vkDestroyBuffer: 0x66 is no live VkBuffer 0`,
      `${Severity.ERROR} 2 vkDeviceWaitIdle vkDeviceWaitIdle: 0x77 is no live VkDevice 0`,
      `${Severity.INFO} 1 mine grüß 1`,
    ]);
    opened.instance.destroyDebugUtilsMessengerEXT(messenger);
    expect(opened.close()).to.deep.equal({});
  });

  it('refuses to write nothing into a buffer', () => {
    const opened = open({ instanceExtensions: ['VK_EXT_debug_utils'] });
    const { device, queue, close, instance } = opened;
    // As a program does it that has no checks.
    const update = raw(opened, 'vkCmdUpdateBuffer');
    const said: (string | null)[] = [];
    const messenger = instance.createDebugUtilsMessengerEXT({
      messageSeverity: Severity.ERROR,
      messageType: MessageType.VALIDATION,
      pfnUserCallback: (_severity, _types, data) => {
        said.push(data.pMessage);
      },
    });
    const { buffer, memory } = hostBuffer(device, 64);
    const record = () => submit(device, queue, commands => update(commands.handle, buffer, 8, 0, 0));
    expect(codeOf(record)).to.equal('VK_ERROR_VALIDATION_FAILED');
    expect(said.join()).to.include('from 4 to 65536 bytes may be given');
    instance.destroyDebugUtilsMessengerEXT(messenger);
    device.destroyBuffer(buffer);
    device.freeMemory(memory);
    close();
  });

  it('counts what was not destroyed', () => {
    const { driver, device, close } = open();
    const fence = device.createFence({});
    expect(driver.counts()).to.include({ VkInstance: 1, VkDevice: 1, VkQueue: 1, VkFence: 1 });
    device.destroyFence(fence);
    expect(close()).to.deep.equal({});
  });

  it('ends what came from it when it is disposed of, which says so', () => {
    const { driver, vulkan, instance, gpu, device, queue } = open();
    const fence = device.createFence({});
    const { memory } = hostBuffer(device, 64);
    const mapped = mapMemory(device, memory, 64);
    const view = mapped.view();
    driver.dispose();
    driver.dispose();
    const said = /belongs to an embedded driver that was disposed of/;
    expect(() => device.createSemaphore({})).to.throw(RangeError, said);
    expect(() => device.destroyFence(fence)).to.throw(RangeError, said);
    expect(() => device.destroyDevice()).to.throw(RangeError, said);
    expect(() => queue.queueWaitIdle()).to.throw(RangeError, said);
    expect(() => gpu.getPhysicalDeviceProperties()).to.throw(RangeError, said);
    expect(() => instance.destroyInstance()).to.throw(RangeError, said);
    expect(() => vulkan.createInstance({})).to.throw(RangeError, said);
    expect(() => mapped.read()).to.throw('the memory was unmapped');
    expect(view.byteLength).to.equal(0);
  });

  it('ends when the calls have returned that are in it', async () => {
    const { driver, device } = open();
    const fence = device.createFence({});
    const wait = device.async.waitForFences([fence], true, 50_000_000n);
    const submits = device.getDeviceQueue(0, 0).async.queueSubmit([]);
    driver.dispose();
    await submits;
    expect(await wait).to.equal(VkResult.TIMEOUT);
    expect(driver.counts()).to.deep.equal({});
  });

  it('leaves nothing behind', () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const rounds = (n: number) => {
      for (let i = 0; i < n; i++) open().close();
      gc();
      gc();
      return process.memoryUsage().heapUsed;
    };
    let last = rounds(200);
    // The engine takes room for compiled code now and then; what leaks takes it every time.
    const growth = Array.from({ length: 8 }, () => {
      const before = last;
      last = rounds(100);
      return (last - before) / 100;
    });
    figure(`${Math.min(...growth).toFixed(0)} bytes a driver`);
    expect(Math.min(...growth)).to.be.lessThan(1000);
  });

  it('gives its callbacks back, also when it is disposed of from within', async () => {
    const before = callbacks.held;
    const { driver, instance, device } = open();
    expect(callbacks.held).to.be.greaterThan(before);
    driver.override('vkDeviceWaitIdle', () => driver.dispose());
    device.deviceWaitIdle();
    expect(instance.alive).to.equal(false);
    await new Promise(resolve => setImmediate(resolve));
    expect(callbacks.held).to.equal(before);
    // More drivers than a process has callbacks for at once.
    for (let i = 0; i < 120; i++) createEmbeddedDriver().dispose();
  });
});

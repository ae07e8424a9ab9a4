// A program sees the embedded driver as a Vulkan driver: its devices, its rules about addresses, its errors.

import { expect } from 'chai';
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import { procAddrAt } from '../../src/handles/dispatch.ts';
import {
  API_VERSION_1_3,
  VkExternalMemoryFeatureFlagBits as Feature,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  loadVulkan,
  VkDebugUtilsMessageTypeFlagBitsEXT as MessageType,
  VkDebugUtilsMessageSeverityFlagBitsEXT as Severity,
  VkFormat,
  VkImageTiling,
  VkImageType,
  VkImageUsageFlagBits,
  VkPhysicalDeviceType,
  VkResult,
  VkStructureType,
} from '../../src/index.ts';
import { codeOf, hostBuffer, open, openDevice, raw, submit } from './driver-open.ts';

const WIN32 = 'VK_KHR_external_memory_win32';

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
      `${Severity.ERROR} 2 vkMapMemory vkMapMemory: 0x55 is not a live VkDeviceMemory 0`,
      `${Severity.ERROR} 2 vkDestroyBuffer vkDestroyBuffer: 0x66 is not a live VkBuffer 0`,
      `${Severity.ERROR} 2 vkDeviceWaitIdle vkDeviceWaitIdle: 0x77 is not a live VkDevice 0`,
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
    expect(said.join()).to.include('the size from 4 to 65536 bytes');
    instance.destroyDebugUtilsMessengerEXT(messenger);
    device.destroyBuffer(buffer);
    device.freeMemory(memory);
    close();
  });
});

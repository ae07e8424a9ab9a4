// Private data and debug names work on real objects; forged handles never reach the driver.
import { expect } from 'chai';
import {
  API_VERSION_1_3,
  type CommandBuffer,
  type Device,
  type Instance,
  loadVulkan,
  type PhysicalDevice,
  type Queue,
  ValidUsageError,
  VkBufferUsageFlagBits,
  VkObjectType,
} from '../../src/index.ts';
import { skipOrFail } from '../skip.ts';
import { createDevice } from './harness.ts';

describe('objects by their handles', () => {
  let instance: Instance;
  let gpu: PhysicalDevice;
  let device: Device;
  let queue: Queue;
  let commands: CommandBuffer;

  before(function () {
    try {
      instance = loadVulkan().createInstance({
        pApplicationInfo: { apiVersion: API_VERSION_1_3 },
        ppEnabledExtensionNames: ['VK_EXT_debug_utils'],
      });
    } catch (error) {
      skipOrFail(this, (error as Error).message);
    }
    [gpu] = instance.enumeratePhysicalDevices();
    device = createDevice(gpu, []);
    queue = device.getDeviceQueue(0, 0);
    const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
    [commands] = device.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 1 });
  });
  after(() => instance?.[Symbol.dispose]());

  it('private data is of what lives on the device', () => {
    const slot = device.createPrivateDataSlot({});
    const buffer = device.createBuffer({ size: 64, usage: VkBufferUsageFlagBits.TRANSFER_SRC });
    const objects: [VkObjectType, bigint][] = [
      [VkObjectType.BUFFER, buffer],
      [VkObjectType.DEVICE, device.handle],
      [VkObjectType.QUEUE, queue.handle],
      [VkObjectType.COMMAND_BUFFER, commands.handle],
    ];
    for (const [type, handle] of objects) {
      device.setPrivateData(type, handle, slot, handle + 1n);
      expect(device.getPrivateData(type, handle, slot)).to.equal(handle + 1n);
    }
    for (const [type, handle] of [
      [VkObjectType.BUFFER, 0x1234n],
      [VkObjectType.IMAGE, buffer],
      [VkObjectType.BUFFER, 0n],
      [VkObjectType.UNKNOWN, buffer],
      [VkObjectType.INSTANCE, instance.handle],
      [VkObjectType.PHYSICAL_DEVICE, gpu.handle],
    ] as const)
      for (const call of [
        () => device.setPrivateData(type, handle, slot, 5n),
        () => device.getPrivateData(type, handle, slot),
      ])
        expect(call).to.throw(
          ValidUsageError,
          /vk[SG]etPrivateData\.objectHandle: expected a .*VUID-vk[SG]etPrivateData-objectHandle/,
        );
    device.destroyBuffer(buffer);
    expect(() => device.setPrivateData(VkObjectType.BUFFER, buffer, slot, 5n)).to.throw(ValidUsageError);
    device.destroyPrivateDataSlot(slot);
  });

  it('debug names are of what lives', () => {
    const name = (objectType: VkObjectType, objectHandle: bigint) =>
      device.setDebugUtilsObjectNameEXT({ objectType, objectHandle, pObjectName: 'it' });
    // Not an instance: Debian 12's loader hands its own pointer to NVIDIA's driver, which reads through it. Not a physical
    // device: Mesa 22 frees its name through a device that it has not, when the instance goes.
    name(VkObjectType.DEVICE, device.handle);
    name(VkObjectType.QUEUE, queue.handle);
    name(VkObjectType.COMMAND_BUFFER, commands.handle);
    expect(() => name(VkObjectType.QUEUE, 0x1234n)).to.throw(
      ValidUsageError,
      'vkSetDebugUtilsObjectNameEXT.pNameInfo.objectHandle: expected a live VkQueue of this VkDevice, got 0x1234',
    );
    expect(() => name(VkObjectType.DEVICE, 0n)).to.throw(ValidUsageError, 'pNameInfo-02588');
    expect(() => name(VkObjectType.UNKNOWN, device.handle)).to.throw(ValidUsageError);
  });

  it('a message tells of objects of the devices, and of no others', () => {
    const said: (bigint | undefined)[] = [];
    const messenger = instance.createDebugUtilsMessengerEXT({
      messageSeverity: 0x1000,
      messageType: 1,
      pfnUserCallback: (_severity, _types, data) => {
        said.push(data?.pObjects?.[0]?.objectHandle);
        return false;
      },
    });
    const tell = (objectHandle: bigint) =>
      instance.submitDebugUtilsMessageEXT(0x1000, 1, {
        pMessage: 'm',
        messageIdNumber: 1,
        pObjects: [{ objectType: VkObjectType.DEVICE, objectHandle }],
      });
    tell(device.handle);
    expect(() => tell(0x1234n)).to.throw(ValidUsageError, 'pObjects[0].objectHandle');
    expect(said).to.deep.equal([device.handle]);
    instance.destroyDebugUtilsMessengerEXT(messenger);
  });
});

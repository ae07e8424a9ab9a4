// Objects that are used after their end, ended twice, or ended before what was made on them: refusals by name,
// before the driver is called; nothing left behind.
import { expect } from 'chai';
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import { callbacks } from '../../src/handles/busy.ts';
import {
  Device,
  Instance,
  leaksOf,
  loadVulkan,
  Queue,
  VkBufferUsageFlagBits,
  VkStructureType,
} from '../../src/index.ts';
import { open, openDevice } from '../embedded/driver-open.ts';

describe('lifetimes', () => {
  it('refuse use after destroy and double destroy, by name', () => {
    const { device, instance, gpu, queue, close } = open();
    const fence = device.createFence({});
    device.destroyFence(fence);
    expect(() => device.getFenceStatus(fence)).to.throw(
      RangeError,
      /^vkGetFenceStatus\.fence: expected a live VkFence/,
    );
    expect(() => device.destroyFence(fence)).to.throw(
      RangeError,
      /^vkDestroyFence\.fence: expected a live VkFence/,
    );
    close();
    expect(() => device.deviceWaitIdle()).to.throw(
      RangeError,
      /^vkDeviceWaitIdle: VkDevice\(0x.*\) was destroyed/,
    );
    expect(() => device.createFence({})).to.throw(RangeError, /VkDevice\(0x.*\) was destroyed/);
    expect(() => device.destroyDevice()).to.throw(RangeError, /was destroyed/);
    expect(() => queue.queueWaitIdle()).to.throw(RangeError, /was destroyed/);
    expect(() => gpu.getPhysicalDeviceProperties()).to.throw(RangeError, /was destroyed/);
    expect(() => instance.destroyInstance()).to.throw(RangeError, /was destroyed/);
  });

  it('refuse the end of a parent with live children, and go on when they are gone', () => {
    const { device, instance, close } = open();
    const buffer = device.createBuffer({ size: 64, usage: VkBufferUsageFlagBits.TRANSFER_DST });
    const pool = device.createCommandPool({ queueFamilyIndex: 0 });
    const [commands] = device.allocateCommandBuffers({ commandPool: pool, level: 0, commandBufferCount: 1 });
    expect(() => device.destroyDevice()).to.throw(
      `vkDestroyDevice: not destroyed yet: VkBuffer 0x${buffer.toString(16)}, VkCommandPool`,
    );
    expect(() => instance.destroyInstance()).to.throw(/vkDestroyInstance: not destroyed yet: VkDevice 0x/);
    expect(leaksOf(device).map(l => l.type)).to.have.members(['VkBuffer', 'VkCommandPool']);
    device.destroyBuffer(buffer);
    device.destroyCommandPool(pool);
    expect(commands.alive).to.equal(false);
    expect(close()).to.deep.equal({});
  });

  it('refuse what belongs to another device, and what only looks like a handle', () => {
    const { device, gpu, queue, close } = open();
    const other = openDevice(gpu, []);
    const fence = other.createFence({});
    expect(() => device.getFenceStatus(fence)).to.throw(
      RangeError,
      /expected a live VkFence of this VkDevice/,
    );
    const method = device.deviceWaitIdle as (this: unknown) => void;
    for (let i = 0; i < 100; i++) {
      method.call(other);
      for (const wrong of [queue, gpu, undefined, null, 5, {}, { ...device }])
        expect(() => method.call(wrong)).to.throw(TypeError, /^vkDeviceWaitIdle: it must be called on a/);
    }
    const forged = Object.create(Object.getPrototypeOf(device) as object) as Device;
    expect(() => forged.deviceWaitIdle()).to.throw(TypeError);
    const derived = Object.defineProperties(Object.create(device) as Device, {
      argument: { value: 5 },
      alive: { value: true },
    });
    expect(() => derived.deviceWaitIdle()).to.throw(TypeError, /^vkDeviceWaitIdle: it must be called on a/);
    expect(() => new Proxy(queue, {}).queueWaitIdle()).to.throw(
      TypeError,
      /^vkQueueWaitIdle: it must be called on a/,
    );
    expect(() => Object.assign(device, { handle: 5n })).to.throw(TypeError);
    // C would read the queue as if it were a VkCommandBuffer.
    expect(() => Object.assign(queue, { type: 'VkCommandBuffer' })).to.throw(TypeError);
    // What is said of it by a script is not asked, only what it was made with.
    Object.defineProperties(device, { scope: { value: other.scope }, dispatch: { value: undefined } });
    expect(() => device.getFenceStatus(fence)).to.throw(RangeError, /expected a live VkFence/);
    expect(device.deviceWaitIdle()).to.equal(undefined);
    other.destroyFence(fence);
    other.destroyDevice();
    close();
  });

  for (const calls of [0, 50])
    it(`refuse a call whose arguments destroy what it uses as they are read, after ${calls} others`, async () => {
      const { device, instance, gpu, driver } = open();
      const fences = () => [device.createFence({}), device.createFence({})];
      for (let i = 0; i < calls; i++) {
        const both = fences();
        device.resetFences(both);
        for (const fence of both) device.destroyFence(fence);
      }
      /** Reading the member ends something. */
      const ending = <T extends object>(info: T, member: PropertyKey, value: unknown, end: () => void): T =>
        Object.defineProperty(info, member, {
          enumerable: true,
          get() {
            end();
            return value;
          },
        });
      const said =
        /^vk(ResetFences|AllocateMemory|CreateFence|CreateDevice): something was destroyed while the arg/;

      const [gone, left] = fences();
      const array = ending([gone, left], 1, left, () => device.destroyFence(gone));
      expect(() => device.resetFences(array)).to.throw(RangeError, said);
      const memory = { allocationSize: 64, memoryTypeIndex: 0 };
      const promise = device.async.allocateMemory(
        ending(memory, 'memoryTypeIndex', 0, () => device.destroyFence(left)),
      );
      const error = await promise.catch((reason: Error) => reason);
      expect(error).to.be.instanceOf(RangeError).with.property('message').that.matches(said);
      const info = ending({}, 'flags', 0, () => device.destroyDevice());
      expect(() => device.createFence(info)).to.throw(RangeError, said);
      expect(device.alive).to.equal(false);
      const create = { pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] };
      const last = ending(create, 'flags', 0, () => instance.destroyInstance());
      expect(() => gpu.createDevice(last)).to.throw(RangeError, said);
      expect(driver.counts()).to.deep.equal({});
      driver.dispose();
    });

  it('refuse promise forms of what is no device or queue of ours', () => {
    const { device, queue, close } = open();
    const forms = (of: typeof Device | typeof Queue) =>
      Object.getOwnPropertyDescriptor(of.prototype, 'async')!.get!;
    for (const object of [queue, Device.prototype, Object.create(device), new Proxy(device, {})])
      expect(() => forms(Device).call(object)).to.throw(
        TypeError,
        /^VkDevice\.async: it must be read from a VkDevice/,
      );
    expect(() => forms(Queue).call(device)).to.throw(TypeError, /^VkQueue\.async: it must be read from a/);
    close();
  });

  it('release in the right order with `using`, also when the body throws', () => {
    const driver = createEmbeddedDriver();
    const { getInstanceProcAddr } = driver;
    expect(() => {
      using instance = loadVulkan({ getInstanceProcAddr }).createInstance({});
      using device = openDevice(instance.enumeratePhysicalDevices()[0], []);
      device.deviceWaitIdle();
      throw new Error('body');
    }).to.throw('body');
    expect(driver.counts()).to.deep.equal({});
    driver.dispose();
  });

  it('give back the callback of a messenger that an instance was created with', () => {
    const driver = createEmbeddedDriver();
    const vulkan = loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr });
    const before = callbacks.registered;
    for (let i = 0; i < 50; i++) {
      const instance = vulkan.createInstance({
        ppEnabledExtensionNames: ['VK_EXT_debug_utils'],
        pNext: [{ sType: 1000128004, messageSeverity: 0x1000, messageType: 1, pfnUserCallback: () => false }],
      });
      expect(callbacks.registered).to.equal(before + 1);
      instance.destroyInstance();
      expect(callbacks.registered).to.equal(before);
    }
    driver.dispose();
  });

  it('give back the callback that a device was created with', () => {
    const { gpu, close } = open();
    const before = callbacks.registered;
    for (let i = 0; i < 100; i++) {
      const device = gpu.createDevice({
        pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
        pNext: [
          {
            sType: VkStructureType.DEVICE_DEVICE_MEMORY_REPORT_CREATE_INFO_EXT,
            flags: 0,
            pfnUserCallback: () => undefined,
            pUserData: 1n,
          },
        ],
      });
      expect(callbacks.registered).to.equal(before + 1);
      device.destroyDevice();
      expect(callbacks.registered).to.equal(before);
    }
    close();
  });

  it('refuse the end of what a callback may be called for, from within one', () => {
    const { instance, device, close } = open({ instanceExtensions: ['VK_EXT_debug_utils'] });
    const heard: string[] = [];
    const said = (act: () => void) => {
      try {
        act();
      } catch (error) {
        heard.push((error as Error).message.replace(/ \(VUID.*/, ''));
      }
    };
    const fence = device.createFence({});
    const messenger = instance.createDebugUtilsMessengerEXT({
      messageSeverity: 0x1000,
      messageType: 1,
      pfnUserCallback: () => {
        said(() => instance.destroyDebugUtilsMessengerEXT(messenger));
        said(() => instance.destroyInstance());
        said(() => device.destroyDevice());
        device.destroyFence(fence);
        return false;
      },
    });
    instance.submitDebugUtilsMessageEXT(0x1000, 1, { pMessage: 'once' });
    expect(heard).to.deep.equal([
      'vkDestroyDebugUtilsMessengerEXT.messenger: a callback is still running, and may belong to it',
      'vkDestroyInstance: vkSubmitDebugUtilsMessageEXT is still running',
      'vkDestroyDevice: a callback is still running, and may belong to it',
    ]);
    instance.destroyDebugUtilsMessengerEXT(messenger);
    expect(close()).to.deep.equal({});
  });

  it('wrap raw handles that another thread has made', () => {
    const { driver, gpu, device, instance, close } = open();
    const vulkan = loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr });
    const wrapped = Instance.fromHandle(vulkan, instance.handle, { apiVersion: instance.apiVersion });
    const gpus = wrapped.enumeratePhysicalDevices();
    expect(gpus.map(g => g.handle)).to.deep.equal([gpu.handle]);
    const same = Device.fromHandle(gpus[0], device.handle);
    const fence = device.createFence({});
    expect(() => same.getFenceStatus(fence)).to.throw(RangeError, /expected a live VkFence/);
    same.adopt('VkFence', fence);
    expect(same.getFenceStatus(fence)).to.equal(1);
    expect(() => Device.fromHandle(gpus[0], 5 as never)).to.throw(
      TypeError,
      /^Device\.fromHandle\.handle: expected a raw/,
    );
    device.destroyFence(fence);
    close();
  });
});

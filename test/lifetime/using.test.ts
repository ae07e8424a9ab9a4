// `using` an instance or a device destroys all that was made from it, and keeps the script's own error.
import { expect } from 'chai';
import {
  VkBufferUsageFlagBits as Usage,
  type VkFence,
  VkFenceCreateFlagBits,
  VkResult,
} from '../../src/index.ts';
import { hostBuffer, open, openDevice } from '../embedded/driver-open.ts';

describe('using', () => {
  it('lets the error of the script through, whatever is left', () => {
    const { driver, gpu, instance } = open();
    const script = () => {
      using used = instance;
      using device = openDevice(gpu, []);
      device.createFence({});
      hostBuffer(device, 64);
      throw new Error(`my own mistake with ${used.type}`);
    };
    expect(script).to.throw(Error, /^my own mistake with VkInstance$/);
    expect(driver.counts()).to.deep.equal({});
    driver.dispose();
  });

  it('ends what was made in reverse order, devices before what belongs to the instance, and waits first', () => {
    const opened = open({ instanceExtensions: ['VK_EXT_debug_utils'] });
    const { driver, instance, device, gpu } = opened;
    instance.createDebugUtilsMessengerEXT({
      messageSeverity: 0x1000,
      messageType: 2,
      pfnUserCallback: () => false,
    });
    const second = openDevice(gpu, []);
    const buffer = device.createBuffer({ size: 64, usage: Usage.TRANSFER_DST });
    const fence = device.createFence({});
    device.createBuffer({ size: 64, usage: Usage.TRANSFER_DST });
    const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
    const [commands] = device.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 1 });
    const calls: string[] = [];
    for (const name of [
      'vkDeviceWaitIdle',
      'vkDestroyDevice',
      'vkDestroyBuffer',
      'vkDestroyFence',
      'vkDestroyCommandPool',
      'vkDestroyDebugUtilsMessengerEXT',
      'vkDestroyInstance',
    ] as const)
      driver.override(name, (real, ...args) => {
        calls.push(name);
        return real(...args);
      });
    instance[Symbol.dispose]();
    expect(calls).to.deep.equal([
      'vkDeviceWaitIdle',
      'vkDestroyDevice',
      'vkDeviceWaitIdle',
      'vkDestroyCommandPool',
      'vkDestroyBuffer',
      'vkDestroyFence',
      'vkDestroyBuffer',
      'vkDestroyDevice',
      'vkDestroyDebugUtilsMessengerEXT',
      'vkDestroyInstance',
    ]);
    for (const object of [instance, device, second, commands]) expect(object.alive).to.equal(false);
    expect(() => device.getFenceStatus(fence)).to.throw(/was destroyed/);
    expect(() => device.destroyBuffer(buffer)).to.throw(/was destroyed/);
    instance[Symbol.dispose]();
    expect(driver.counts()).to.deep.equal({});
    driver.dispose();
  });

  it('ends a device that is lost', () => {
    const { driver, instance, device } = open();
    device.createFence({});
    driver.fail('vkDeviceWaitIdle', VkResult.ERROR_DEVICE_LOST);
    instance[Symbol.dispose]();
    expect(driver.counts()).to.deep.equal({});
    driver.dispose();
  });

  it('lets a pending promise form end first, and holds nobody up meanwhile', async () => {
    const { driver, instance, device } = open();
    let fence: VkFence | undefined;
    let pending: Promise<VkResult> | undefined;
    const script = () => {
      using _instance = instance;
      using used = device;
      fence = used.createFence({ flags: VkFenceCreateFlagBits.SIGNALED });
      pending = used.async.waitForFences([fence], true, 1_000_000_000n);
      throw new Error('my own mistake');
    };
    expect(script).to.throw(/^my own mistake$/);
    expect(device.alive).to.equal(true);
    await pending;
    await new Promise(resolve => setImmediate(resolve));
    expect(device.alive || instance.alive).to.equal(false);
    expect(driver.counts()).to.deep.equal({});
    driver.dispose();
  });

  it('tells what could not be ended in a warning, and not by an error', () => {
    const { driver, instance, device } = open();
    device.createFence({});
    driver.hide('vkDestroyFence');
    const warnings: unknown[] = [];
    const { emitWarning } = process;
    process.emitWarning = warning => warnings.push(warning);
    device[Symbol.dispose]();
    process.emitWarning = emitWarning;
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/^VkDevice\(0x\w+\) could not be ended: vkDestroyFence/);
    driver.reset();
    instance[Symbol.dispose]();
    expect(driver.counts()).to.deep.equal({});
    driver.dispose();
  });
});

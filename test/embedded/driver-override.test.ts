// A script can make the embedded driver hide a command, fail, answer differently, or have more commands.
import { expect } from 'chai';
import {
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  VkResult,
  VkStructureType,
  VulkanError,
} from '../../src/index.ts';
import { addressOf } from '../../src/native/koffi.ts';
import { codeOf, open, raw } from './driver-open.ts';

const WIN32 = 'VK_KHR_external_memory_win32';

describe('embedded driver: overrides', () => {
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
    expect(() => driver.fail('vkFreeMemory', -1)).to.throw(
      TypeError,
      'fail.command: vkFreeMemory returns no VkResult',
    );
    expect(() => driver.fail('vkNothing', -1)).to.throw(
      'fail.command: expected the C name of a command, got "vkNothing"',
    );
    expect(close()).to.deep.equal({});
  });

  it('refuses to replace what gives addresses, which are called', () => {
    const { driver, device, close } = open();
    for (const name of ['vkGetInstanceProcAddr', 'vkGetDeviceProcAddr'])
      expect(() => driver.override(name, () => -1)).to.throw(
        TypeError,
        `override.command: ${name} cannot be replaced, since what it returns is called`,
      );
    device.destroySemaphore(device.createSemaphore({}));
    close();
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
});

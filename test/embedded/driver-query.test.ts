// The embedded driver says which memory types external handles and host pointers can be imported as.
import { expect } from 'chai';
import { VkExternalMemoryHandleTypeFlagBits as HandleType, VkResult } from '../../src/index.ts';
import { addressOf } from '../../src/native/koffi.ts';
import { codeOf, open, openDevice, raw } from './driver-open.ts';

const EXTENSIONS = ['VK_KHR_external_memory_win32', 'VK_EXT_external_memory_host'];
const { D3D11_TEXTURE, D3D11_TEXTURE_KMT, D3D12_HEAP, D3D12_RESOURCE, HOST_ALLOCATION_EXT, OPAQUE_WIN32 } =
  HandleType;

describe('embedded driver: the query', () => {
  const opened = open({ physicalDevices: 2, deviceExtensions: EXTENSIONS });
  const { driver, device, gpus } = opened;
  after(() => opened.close());
  const query = (type: HandleType, handle: bigint) => device.getMemoryWin32HandlePropertiesKHR(type, handle);

  it('answers other bits for each handle type', () => {
    const types = [D3D11_TEXTURE, D3D11_TEXTURE_KMT, D3D12_HEAP, D3D12_RESOURCE];
    const bits = types.map(type => {
      const handle = driver.createExternalHandle(type, { size: 4096 });
      const { memoryTypeBits } = query(type, handle);
      for (const other of types.filter(t => t !== type))
        expect(codeOf(() => query(other, handle))).to.equal('VK_ERROR_INVALID_EXTERNAL_HANDLE');
      driver.closeExternalHandle(handle);
      expect(codeOf(() => query(type, handle))).to.equal('VK_ERROR_INVALID_EXTERNAL_HANDLE');
      return memoryTypeBits;
    });
    expect(bits).to.deep.equal([0b00011, 0b00010, 0b10110, 0b10010]);
  });

  it('knows no handle that nobody made, and none of the other physical device', () => {
    for (const handle of [0x8n, 0xdeadn, 0x4000_1002n, 0xffff_ffff_ffffn])
      expect(codeOf(() => query(D3D11_TEXTURE, handle))).to.equal('VK_ERROR_INVALID_EXTERNAL_HANDLE');
    const handle = driver.createExternalHandle(D3D11_TEXTURE, { size: 4096, physicalDevice: 1 });
    expect(codeOf(() => query(D3D11_TEXTURE, handle))).to.equal('VK_ERROR_INVALID_EXTERNAL_HANDLE');
    const other = openDevice(gpus[1], EXTENSIONS);
    expect(other.getMemoryWin32HandlePropertiesKHR(D3D11_TEXTURE, handle).memoryTypeBits).to.equal(0b11);
    other.destroyDevice();
    driver.closeExternalHandle(handle);
  });

  it('gives handles that look like what they are', () => {
    const nt = driver.createExternalHandle(D3D11_TEXTURE, { size: 4096 });
    const kmt = driver.createExternalHandle(D3D11_TEXTURE_KMT, { size: 4096 });
    expect(nt % 4n === 0n && nt < 0x10_0000n, `0x${nt.toString(16)}`).to.equal(true);
    expect((kmt & 0xc000_0000n) !== 0n && (kmt & 0x3fn) === 2n, `0x${kmt.toString(16)}`).to.equal(true);
    driver.closeExternalHandle(nt);
    driver.closeExternalHandle(kmt);
    expect(() => driver.closeExternalHandle(kmt)).to.throw(RangeError, 'expected an open handle');
  });

  it('makes nothing outside Vulkan that only Vulkan makes', () => {
    expect(() => driver.createExternalHandle(OPAQUE_WIN32, { size: 1 })).to.throw(
      RangeError,
      'outside Vulkan',
    );
    expect(() => driver.createExternalHandle(D3D11_TEXTURE, { size: 0 })).to.throw(
      RangeError,
      'options.size: expected 1 to',
    );
    expect(() => driver.createExternalHandle(D3D11_TEXTURE_KMT, { size: 1, name: 'x' })).to.throw(TypeError);
    expect(() => driver.createExternalHandle(D3D11_TEXTURE, { size: 1, physicalDevice: 2 })).to.throw(
      RangeError,
    );
  });

  it('answers for host pointers', () => {
    const command = 'vkGetMemoryHostPointerPropertiesEXT';
    const out = new Uint32Array(6);
    const ask = (pointer: bigint) =>
      raw(opened, command)(device.handle, HOST_ALLOCATION_EXT, pointer, addressOf(out));
    expect(ask(0x7000_0000n)).to.equal(VkResult.SUCCESS);
    expect(out[4]).to.equal(0b01100);
    expect(ask(0x7000_0010n)).to.equal(VkResult.ERROR_INVALID_EXTERNAL_HANDLE);
  });

  it('is checked for host pointers by an extension where the instance is of Vulkan 1.0', () => {
    const instance = opened.vulkan.createInstance({
      ppEnabledExtensionNames: [
        'VK_KHR_get_physical_device_properties2',
        'VK_KHR_external_memory_capabilities',
      ],
    });
    const [gpu] = instance.enumeratePhysicalDevices();
    const old = openDevice(gpu, ['VK_KHR_external_memory', 'VK_EXT_external_memory_host']);
    expect(old.getMemoryHostPointerPropertiesEXT(HOST_ALLOCATION_EXT, 0x7000_0000n).memoryTypeBits).to.equal(
      0b01100,
    );
    expect(() => old.getMemoryHostPointerPropertiesEXT(HOST_ALLOCATION_EXT, 0x7000_0010n)).to.throw(
      'expected a multiple of minImportedHostPointerAlignment (4096), got 0x70000010',
    );
    old.destroyDevice();
    instance.destroyInstance();
  });

  it('says 0 for opaque handles, as other drivers do where somebody asks', () => {
    const out = new Uint32Array(6).fill(7, 4);
    const query = raw(opened, 'vkGetMemoryWin32HandlePropertiesKHR');
    expect(query(device.handle, OPAQUE_WIN32, 4n, addressOf(out))).to.equal(VkResult.SUCCESS);
    expect(out[4]).to.equal(0);
  });
});

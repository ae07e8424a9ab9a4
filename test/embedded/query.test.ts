// vkGetMemoryWin32HandlePropertiesKHR and commands like it, as a user sees them.
import { expect } from 'chai';
import { createEmbeddedDriver, type EmbeddedDriver } from '../../src/embedded/index.ts';
import {
  API_VERSION_1_3,
  type Device,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  type Instance,
  loadVulkan,
  mapMemory,
  NotAvailableError,
  type PhysicalDevice,
  ValidUsageError,
  VkResult,
  VkStructureType,
  VulkanError,
} from '../../src/index.ts';

const EXTENSION = 'VK_KHR_external_memory_win32';
const COMMAND = 'vkGetMemoryWin32HandlePropertiesKHR';

describe('the query', () => {
  let driver: EmbeddedDriver;
  let instance: Instance;
  let gpu: PhysicalDevice;
  let device: Device;
  let handle: bigint;

  const create = (...extensions: string[]) =>
    gpu.createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
      ppEnabledExtensionNames: extensions,
    });

  before(() => {
    driver = createEmbeddedDriver();
    const vulkan = loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr });
    instance = vulkan.createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_3 } });
    [gpu] = instance.enumeratePhysicalDevices();
    device = create(EXTENSION);
    handle = driver.createExternalHandle(HandleType.D3D11_TEXTURE, { size: 4096 });
  });
  after(() => {
    driver.closeExternalHandle(handle);
    device.destroyDevice();
    instance.destroyInstance();
    driver.dispose();
  });

  const ask = (type: HandleType, value: bigint | number | Uint8Array, on = device) =>
    on.getMemoryWin32HandlePropertiesKHR(type, value);

  it('answers memoryTypeBits and nothing else', () => {
    const answer = ask(HandleType.D3D11_TEXTURE, handle);
    expect(Object.keys(answer)).to.deep.equal(['memoryTypeBits']);
    expect(answer.memoryTypeBits).to.be.greaterThan(0);
  });

  it('takes a handle as bigint, number, and the 8 bytes that Electron gives', () => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(handle);
    const wanted = ask(HandleType.D3D11_TEXTURE, handle);
    expect(ask(HandleType.D3D11_TEXTURE, Number(handle))).to.deep.equal(wanted);
    expect(ask(HandleType.D3D11_TEXTURE, bytes)).to.deep.equal(wanted);
    expect(ask(HandleType.D3D11_TEXTURE, new Uint8Array(bytes))).to.deep.equal(wanted);
  });

  for (const type of [HandleType.OPAQUE_WIN32, HandleType.OPAQUE_WIN32_KMT]) {
    it(`refuses the opaque type ${type}`, () => {
      expect(() => ask(type, handle))
        .to.throw(ValidUsageError, 'is opaque')
        .with.property('vuid', `VUID-${COMMAND}-handleType-00666`);
    });
  }

  for (const [name, value] of [
    ['0', 0],
    ['0n', 0n],
    ['INVALID_HANDLE_VALUE', -1n],
    ['INVALID_HANDLE_VALUE as bytes', new Uint8Array(8).fill(255)],
  ] as const) {
    it(`refuses the handle ${name}`, () => {
      expect(() => ask(HandleType.D3D11_TEXTURE, value))
        .to.throw(ValidUsageError, 'expected a valid handle')
        .with.property('vuid', `VUID-${COMMAND}-handle-00665`);
    });
  }

  for (const value of ['4', 1.5, -5, 2 ** 53, null, undefined, {}, new Uint8Array(4), 2n ** 64n, -2n, true]) {
    it(`refuses ${typeof value} ${String(value)} as a handle, by name`, () => {
      expect(() => ask(HandleType.D3D11_TEXTURE, value as never)).to.throw(
        Error,
        `${COMMAND}.handle: expected a HANDLE`,
      );
    });
  }

  for (const value of [0, 3, 24, '8', undefined, 8n, 2 ** 32]) {
    it(`refuses ${typeof value} ${String(value)} as a handle type, naming its valid usage`, () => {
      expect(() => ask(value as never, handle)).to.throw(Error, `${COMMAND}.handleType: expected`);
    });
  }

  it('refuses one bit that is not the type of a Windows handle', () => {
    expect(() => ask((2 ** 31) as never, handle)).to.throw(
      ValidUsageError,
      'is not the type of a Windows handle',
    );
    expect(() => ask(HandleType.DMA_BUF_EXT, handle)).to.throw(
      ValidUsageError,
      'is not the type of a Windows handle',
    );
  });

  it('refuses too many arguments', () => {
    const { getMemoryWin32HandlePropertiesKHR: method } = device as never as Record<
      string,
      (...args: unknown[]) => void
    >;
    expect(() => method.call(device, 8, handle, 1)).to.throw(
      TypeError,
      `${COMMAND}: expected at most 2 arguments, got 3`,
    );
  });

  it('turns INVALID_EXTERNAL_HANDLE into an error with its likely causes', () => {
    try {
      ask(HandleType.D3D12_HEAP, handle);
      expect.fail('it should have thrown');
    } catch (error) {
      expect(error).to.be.instanceOf(VulkanError);
      const { code, result, command, causes, message } = error as VulkanError;
      expect({ code, result, command }).to.deep.equal({
        code: 'VK_ERROR_INVALID_EXTERNAL_HANDLE',
        result: -1000072003,
        command: COMMAND,
      });
      expect(causes).not.to.deep.equal([]);
      expect(message).to.include(causes[0]);
    }
  });

  for (const result of [
    VkResult.ERROR_OUT_OF_HOST_MEMORY,
    VkResult.ERROR_UNKNOWN,
    VkResult.ERROR_VALIDATION_FAILED,
  ]) {
    it(`throws ${result} when the driver answers it`, () => {
      driver.fail(COMMAND, result);
      expect(() => ask(HandleType.D3D11_TEXTURE, handle))
        .to.throw(VulkanError)
        .with.property('result', result);
      expect(ask(HandleType.D3D11_TEXTURE, handle).memoryTypeBits).to.be.greaterThan(0);
    });
  }

  it('is not available on a device without the extension, and says what to enable', () => {
    const bare = create();
    expect(() => ask(HandleType.D3D11_TEXTURE, handle, bare)).to.throw(
      NotAvailableError,
      `${COMMAND} is not available: enable ${EXTENSION}`,
    );
    // Nor is there another device's function behind the method.
    const { getMemoryWin32HandlePropertiesKHR: method } = device;
    expect(() => method.call(bare, HandleType.D3D11_TEXTURE, handle)).to.throw(NotAvailableError);
    bare.destroyDevice();
    expect(ask(HandleType.D3D11_TEXTURE, handle).memoryTypeBits).to.be.greaterThan(0);
  });

  it('is refused on a destroyed device', () => {
    const gone = create(EXTENSION);
    const method = gone.getMemoryWin32HandlePropertiesKHR;
    gone.destroyDevice();
    expect(() => method.call(gone, HandleType.D3D11_TEXTURE, handle)).to.throw(RangeError, 'was destroyed');
  });

  it('serves two devices at once, each with its own function', () => {
    const other = create(EXTENSION);
    const asked = () => device.dispatch.natives.filter(fn => fn !== undefined).length;
    const before = asked();
    other.deviceWaitIdle();
    expect(asked()).to.equal(before);
    expect(ask(HandleType.D3D11_TEXTURE, handle, other)).to.deep.equal(ask(HandleType.D3D11_TEXTURE, handle));
    other.destroyDevice();
  });

  it('leads to memory: import with what the query answered, write through one mapping, read through another', () => {
    const heap = driver.createExternalHandle(HandleType.D3D12_HEAP, { size: 4096 });
    const { memoryTypeBits } = ask(HandleType.D3D12_HEAP, heap);
    const { memoryTypes } = gpu.getPhysicalDeviceMemoryProperties();
    const memoryTypeIndex = memoryTypes.findIndex(
      (t, i) => (memoryTypeBits >>> i) & 1 && t.propertyFlags & 2,
    );
    const imports = [0, 1].map(() =>
      device.allocateMemory({
        allocationSize: 4096,
        memoryTypeIndex,
        pNext: [
          {
            sType: VkStructureType.IMPORT_MEMORY_WIN32_HANDLE_INFO_KHR,
            handleType: HandleType.D3D12_HEAP,
            handle: heap,
          },
        ],
      }),
    );
    const [one, two] = imports.map(memory => mapMemory(device, memory, 4096));
    one.write(Uint8Array.of(7, 8, 9), 64);
    expect([...two.read(64, 3)]).to.deep.equal([7, 8, 9]);
    one.unmap();
    two.unmap();
    for (const memory of imports) device.freeMemory(memory);
    driver.closeExternalHandle(heap);
  });

  it('exports memory as a handle that imports again', () => {
    const exported = device.allocateMemory({
      allocationSize: 4096,
      memoryTypeIndex: 2,
      pNext: [{ sType: VkStructureType.EXPORT_MEMORY_ALLOCATE_INFO, handleTypes: HandleType.OPAQUE_WIN32 }],
    });
    const shared = device.getMemoryWin32HandleKHR({ memory: exported, handleType: HandleType.OPAQUE_WIN32 });
    expect(shared > 0n).to.equal(true);
    device.freeMemory(exported);
  });

  it('checks the import struct before the driver sees it', () => {
    const importing = (info: object) => () =>
      device.allocateMemory({
        allocationSize: 4096,
        memoryTypeIndex: 2,
        pNext: [{ sType: VkStructureType.IMPORT_MEMORY_WIN32_HANDLE_INFO_KHR, ...info } as never],
      });
    expect(importing({ handleType: HandleType.D3D12_HEAP, handle, name: 'x' })).to.throw('handle-01441');
    expect(importing({ handleType: HandleType.D3D11_TEXTURE_KMT, name: 'x' })).to.throw('handleType-01439');
    expect(importing({ handleType: HandleType.D3D12_HEAP })).to.throw('handleType-00661');
    expect(importing({ handleType: HandleType.DMA_BUF_EXT, handle })).to.throw('handleType-00660');
  });
});

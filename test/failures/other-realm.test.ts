// Values of another realm (a vm context, jest, Electron's contexts) are what they are: each class of the language is
// recognized there as in the realm of this library.
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { runOnce, structsFromBytes, upload } from '../../src/helpers/index.ts';
import {
  type Device,
  mapMemory,
  type Queue,
  VkExternalMemoryHandleTypeFlagBits,
  VkFormat,
} from '../../src/index.ts';
import { importIOSurface, sharedTextureOf } from '../../src/shared-texture/index.ts';
import { findPhysicalDeviceByLuid, formatLuid, handleOf, queryMemoryTypes } from '../../src/win32/index.ts';
import { hostBuffer, type Opened, open, read } from '../embedded/driver-open.ts';

const { D3D11_TEXTURE } = VkExternalMemoryHandleTypeFlagBits;

// The types are what the script's realm would say.
const there = <T>(source: string, values: object = {}): T => runInNewContext(source, { ...values }) as T;

const eightBytes = (value: bigint): Uint8Array =>
  there('new Uint8Array(new BigUint64Array([value]).buffer)', { value });

describe('values of another realm', () => {
  let opened: Opened;
  let device: Device;
  let queue: Queue;
  beforeEach(() => {
    opened = open({ deviceExtensions: ['VK_KHR_external_memory_win32'] });
    ({ device, queue } = opened);
  });
  afterEach(() => opened.driver[Symbol.dispose]());

  it('are from one', () => {
    expect(eightBytes(1n)).not.to.be.instanceOf(Uint8Array);
    expect(there('Promise.resolve()')).not.to.be.instanceOf(Promise);
    expect(there('[]')).not.to.be.instanceOf(Array);
  });

  it('are read as the 8 bytes of a HANDLE, by helpers and commands alike', () => {
    const { driver } = opened;
    const handle = driver.createExternalHandle(D3D11_TEXTURE, { size: 64 });
    const bytes = eightBytes(handle);
    expect(handleOf(bytes).value).to.equal(handle);
    expect(handleOf(there('({ handle: { ntHandle } })', { ntHandle: bytes }))).to.include({ value: handle });
    if (process.platform !== 'win32') {
      const { memoryTypeBits } = device.getMemoryWin32HandlePropertiesKHR(D3D11_TEXTURE, handle);
      expect(device.getMemoryWin32HandlePropertiesKHR(D3D11_TEXTURE, bytes)).to.include({ memoryTypeBits });
      expect(queryMemoryTypes(device, D3D11_TEXTURE, bytes)).to.include({ memoryTypeBits });
    }
    driver.closeExternalHandle(handle);
  });

  it('are refused alike as a HANDLE by helpers and commands', () => {
    for (const bad of [-2, 1.5, 2 ** 53, -2n, 2n ** 64n, there<never>('new Uint8Array(7)'), 'no', {}]) {
      const text = /expected a HANDLE \(bigint, safe integer, its 8 bytes/;
      expect(() => handleOf(bad as never), String(bad)).to.throw(TypeError, text);
      expect(() => device.getMemoryWin32HandlePropertiesKHR(D3D11_TEXTURE, bad as never)).to.throw(text);
    }
    for (const invalid of [-1, -1n, 2n ** 64n - 1n])
      expect(() => handleOf(invalid)).to.throw('it is INVALID_HANDLE_VALUE');
  });

  it('are read as a LUID, and as the handles of Electron', () => {
    expect(formatLuid(eightBytes(0x1f3an))).to.equal('0000000000001f3a');
    expect(() => findPhysicalDeviceByLuid(opened.instance, eightBytes(0x1f3an))).to.throw(
      'has LUID 0000000000001f3a',
    );
    const shared = (handle: object) => ({
      pixelFormat: 'bgra' as const,
      codedSize: { width: 4, height: 4 },
      handle,
    });
    expect(sharedTextureOf(shared({ ntHandle: eightBytes(64n) }) as never).system).to.equal('win32');
    expect(sharedTextureOf(shared({ ioSurface: eightBytes(64n) }) as never).system).to.equal('darwin');
    const surface = { ioSurface: eightBytes(0n), format: VkFormat.R8_UNORM, extent: { width: 4, height: 4 } };
    expect(() => importIOSurface(device, { ...surface, usage: 1 })).to.throw('ioSurface: it is NULL');
  });

  it('are read as bytes: views, buffers and shared buffers', () => {
    const { buffer, memory } = hostBuffer(device, 4);
    const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
    const target = { device, queue, commandPool };
    const forms = [
      'new Uint8Array([1, 2, 3, 4])',
      'new DataView(new Uint8Array([1, 2, 3, 4]).buffer)',
      'new Uint8Array([1, 2, 3, 4]).buffer',
      'const shared = new SharedArrayBuffer(4); new Uint8Array(shared).set([1, 2, 3, 4]); shared',
    ];
    for (const form of forms) {
      const bytes = there<Uint8Array>(form);
      const write = (data: Uint8Array) => {
        const mapped = mapMemory(device, memory, 4);
        mapped.write(data);
        mapped.unmap();
      };
      const clear = () => write(new Uint8Array(4));
      write(bytes);
      expect(read(device, memory, 4), form).to.deep.equal([1, 2, 3, 4]);
      clear();
      runOnce(target, commands => commands.cmdUpdateBuffer(buffer, 0, bytes));
      expect(read(device, memory, 4), form).to.deep.equal([1, 2, 3, 4]);
      clear();
      upload(target, { buffer }, bytes);
      expect(read(device, memory, 4), form).to.deep.equal([1, 2, 3, 4]);
    }
    const offsets = there<Uint8Array>('new Uint8Array(new Int32Array([1, 2]).buffer)');
    expect(structsFromBytes('VkOffset2D', offsets)).to.deep.equal([{ x: 1, y: 2 }]);
  });

  it('are read as arrays and structs, and refused as options by their class', () => {
    const info = there<object>('({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] })');
    opened.gpu.createDevice(info as never).destroyDevice();
    for (const [source, name] of [
      ['[]', 'an array of 0'],
      ['new Map()', 'a Map'],
      ['Promise.resolve()', 'a Promise (is an await missing?)'],
      ['new Date()', 'a Date'],
      ['new Error()', 'an Error'],
      ['new Uint8Array(8)', 'a Uint8Array of 8 bytes'],
      ['new ArrayBuffer(8)', 'an ArrayBuffer'],
    ]) {
      expect(() => importIOSurface(device, there(source)), source).to.throw(`got ${name}`);
      expect(() => device.createFence(there(source)), source).to.throw(`got ${name}`);
    }
  });

  it('are a promise of a function that should have returned', () => {
    const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
    const record = there<() => void>('async () => {}');
    expect(() => runOnce({ device, queue, commandPool }, record)).to.throw('got a promise');
  });

  it('are errors: the RangeError of a getter stays one', () => {
    for (const kind of ['RangeError', 'TypeError', 'Error']) {
      const info = there<object>(`({ get flags() { throw new ${kind}('mine'); } })`);
      const name = kind === 'Error' ? 'TypeError' : kind;
      expect(() => device.createFence(info as never))
        .to.throw(`vkCreateFence.pCreateInfo.flags: reading it threw ${kind}: mine`)
        .with.property('name', name);
    }
  });
});

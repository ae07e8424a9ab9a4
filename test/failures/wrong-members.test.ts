// Every argument of a right call of a helper, and every member of it, is replaced by every kind of wrong value: the helper
// takes it, or its error is this library's, with a path, and begins at the line of the call.
import { expect } from 'chai';
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import * as helpers from '../../src/helpers/index.ts';
import * as main from '../../src/index.ts';
import * as linux from '../../src/linux/index.ts';
import * as sharedTexture from '../../src/shared-texture/index.ts';
import * as win32 from '../../src/win32/index.ts';
import { hostBuffer, type Opened, open } from '../embedded/driver-open.ts';
import { checkRefusal, thrownBy, WRONG } from './wrong-values.ts';

type Call = readonly [fn: (...args: never[]) => unknown, self: unknown, ...args: unknown[]];

const { D3D11_TEXTURE } = main.VkExternalMemoryHandleTypeFlagBits;
const extent = { width: 16, height: 8 };
const texture = { format: main.VkFormat.R8G8B8A8_UNORM, extent, usage: 3 };
const image = {
  imageType: main.VkImageType._2D,
  format: texture.format,
  extent: { ...extent, depth: 1 },
  mipLevels: 1,
  arrayLayers: 1,
  samples: 1,
  tiling: 0,
  usage: 3,
  sharingMode: 0,
  initialLayout: 0,
  pNext: [],
};
const planes = [{ fd: 1_000_000, stride: 64, offset: 0, size: 512 }];
const use = { queueFamilyIndex: 0, accessMask: 1 };
const wishes = { apiVersion: main.API_VERSION_1_1, extensions: [], features: ['timelineSemaphore'] };

/** On Windows the embedded driver has no file descriptors. */
const EXTENSIONS = [
  ...['VK_KHR_external_memory_win32', 'VK_KHR_win32_keyed_mutex'],
  ...(process.platform === 'win32' ? [] : ['VK_KHR_external_memory_fd', 'VK_EXT_external_memory_dma_buf']),
];

/** Right calls, as far as this system and driver have what they need; none has a raw handle, which is not validated. */
function rightCalls({ device, gpu, instance, vulkan, queue, driver }: Opened): Record<string, Call> {
  const { buffer, memory } = hostBuffer(device, 256);
  const target = { device, queue, commandPool: device.createCommandPool({ queueFamilyIndex: 0 }) };
  const mapped = main.mapMemory(device, memory, 64);
  const fresh = device.allocateMemory({ allocationSize: 64, memoryTypeIndex: 2 });
  const bare = device.createBuffer({ size: 64, usage: 3 });
  const drawn = device.createImage(image as never);
  helpers.allocateFor(device, { image: drawn });
  const shared = driver.createExternalHandle(D3D11_TEXTURE, { size: 512 });
  const ntHandle = new Uint8Array(new BigUint64Array([shared]).buffer);
  const info = {
    pixelFormat: 'rgba',
    codedSize: extent,
    visibleRect: { x: 0, y: 0, ...extent },
    colorSpace: { primaries: 'bt709', transfer: 'srgb', matrix: 'rgb', range: 'full' },
    handle: { ntHandle },
  };
  const nativePixmap = { planes, modifier: '0', supportsZeroCopyWebGpuImport: false };
  const region = { layout: 1, imageExtent: { width: 1, height: 1, depth: 1 }, imageOffset: { x: 0 } };
  const subresource = { aspectMask: 1, layerCount: 1, baseArrayLayer: 0, mipLevel: 0 };
  const mutexes = { acquire: [{ memory, key: 0, timeout: 5 }], release: [{ memory, key: 1 }] };
  return {
    mapMemory: [main.mapMemory, null, device, fresh, 64, 0],
    read: [mapped.read, mapped, 0, 4],
    write: [mapped.write, mapped, new Uint8Array(4), 0],
    adopt: [device.adopt, device, 'VkFence', 77n],
    release: [device.release, device, 'VkFence', 77n],
    allocateFor: [
      helpers.allocateFor,
      null,
      device,
      { buffer: bare },
      { required: 1, preferred: 1, pNext: [] },
    ],
    chooseGpu: [helpers.chooseGpu, null, instance, { required: wishes, preferred: wishes }],
    resolveDevice: [helpers.resolveDevice, null, gpu, { required: wishes, preferred: wishes }],
    resolveInstance: [
      helpers.resolveInstance,
      null,
      vulkan,
      { required: { extensions: ['x'], layers: ['x'] } },
    ],
    chooseMemoryType: [helpers.chooseMemoryType, null, gpu, 7, { required: 1, preferred: 2 }],
    typedArray: [helpers.typedArray, null, mapped, Float32Array, 0, 4],
    flush: [helpers.flush, null, mapped, 0, 64],
    messengerCreateInfo: [helpers.messengerCreateInfo, null, { to: () => {}, severity: 0x1111 }],
    runOnce: [helpers.runOnce, null, target, () => {}],
    readBack: [helpers.readBack, null, target, { buffer, offset: 0 }, 16],
    'readBack of an image': [
      helpers.readBack,
      null,
      target,
      { image: drawn, ...region, imageSubresource: subresource },
      4,
    ],
    upload: [helpers.upload, null, target, { buffer, offset: 0 }, new Uint8Array(16)],
    structToBytes: [helpers.structToBytes, null, 'VkExtent2D', [{ width: 1, height: 2 }], device],
    structsFromBytes: [helpers.structsFromBytes, null, 'VkExtent2D', new Uint8Array(16), 0],
    untilIdle: [helpers.untilIdle, null, device, queue, { signal: undefined }],
    untilReached: [helpers.untilReached, null, device, 5n, 0n, {}],
    'canImport of an image': [win32.canImport, null, gpu, { image }, D3D11_TEXTURE],
    'canImport of a buffer': [win32.canImport, null, gpu, { buffer: { size: 64, usage: 3 } }, D3D11_TEXTURE],
    importableHandleTypes: [win32.importableHandleTypes, null, gpu, { image }],
    importMemoryWin32: [
      win32.importMemoryWin32,
      null,
      device,
      { handle: shared, handleType: D3D11_TEXTURE, image, adapterLuid: undefined, preferred: 1 },
    ],
    importTextureWin32: [
      win32.importTextureWin32,
      null,
      device,
      {
        handle: shared,
        handleType: D3D11_TEXTURE,
        ...texture,
        mipLevels: 1,
        arrayLayers: 1,
        name: undefined,
      },
    ],
    findPhysicalDeviceByLuid: [win32.findPhysicalDeviceByLuid, null, instance, new Uint8Array(8)],
    keyedMutexInfo: [win32.keyedMutexInfo, null, mutexes],
    submitWithKeyedMutex: [win32.submitWithKeyedMutex, null, device, queue, { pNext: [] }, mutexes, null],
    handleOf: [win32.handleOf, null, info],
    queryMemoryTypes: [win32.queryMemoryTypes, null, device, D3D11_TEXTURE, shared],
    acquireFromExternal: [
      win32.acquireFromExternal,
      null,
      drawn,
      { ...use, layout: 1, subresourceRange: {} },
    ],
    releaseBufferToForeign: [linux.releaseBufferToForeign, null, buffer, use],
    'canImport of a dma-buf': [linux.canImport, null, gpu, { ...texture, modifier: 0n }],
    importDmaBuf: [linux.importDmaBuf, null, device, { planes, modifier: 0n, ...texture }],
    modifiersOf: [linux.modifiersOf, null, gpu, texture.format],
    findPhysicalDeviceByDrmNode: [
      linux.findPhysicalDeviceByDrmNode,
      null,
      instance,
      { major: 226, minor: 0 },
    ],
    createSharedTexture: [sharedTexture.createSharedTexture, null, device, texture],
    importIOSurface: [
      sharedTexture.importIOSurface,
      null,
      device,
      { ioSurface: new Uint8Array(8).fill(1), ...texture },
    ],
    importSharedTexture: [sharedTexture.importSharedTexture, null, device, info, { usage: 3 }],
    sharedTextureOf: [sharedTexture.sharedTextureOf, null, { ...info, handle: { nativePixmap } }],
    textureInfoOf: [
      sharedTexture.textureInfoOf,
      null,
      { shared: { handle: shared, handleType: D3D11_TEXTURE, format: texture.format, extent } },
    ],
    'textureInfoOf of planes': [
      sharedTexture.textureInfoOf,
      null,
      { shared: { planes, modifier: 0n, format: texture.format, extent } },
    ],
    fail: [driver.fail, driver, 'vkCreateSampler', -1, { after: 0, times: 0 }],
    override: [driver.override, driver, 'vkCreateSampler', () => 0n],
    hide: [driver.hide, driver, 'vkCreateSampler'],
    createExternalHandle: [
      driver.createExternalHandle,
      driver,
      D3D11_TEXTURE,
      { size: 64, name: undefined, physicalDevice: 0 },
    ],
    createExternalFence: [driver.createExternalFence, driver, { value: 1n, name: undefined }],
    readExternal: [driver.readExternal, driver, shared, 0, 4],
    writeExternal: [driver.writeExternal, driver, shared, new Uint8Array(4), 0],
    closeExternalHandle: [driver.closeExternalHandle, driver, 5n],
    makeApiVersion: [main.makeApiVersion, null, 0, 1, 2, 3],
  };
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The arguments once for each place in them, with another value there, made from what was there. */
function* replaced(
  whole: unknown,
  value: (part: unknown) => unknown,
  path = '',
): Generator<readonly [string, unknown]> {
  if (path !== '') yield [path, value(whole)];
  if (Array.isArray(whole)) {
    for (const [i, part] of whole.entries())
      for (const [at, other] of replaced(part, value, `${path}[${i}]`)) yield [at, whole.with(i, other)];
  } else if (isPlain(whole)) {
    for (const [key, part] of Object.entries(whole))
      for (const [at, other] of replaced(part, value, `${path}.${key}`))
        yield [at, { ...whole, [key]: other }];
  }
}

const TRAPS = ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf'] as const;
const mine = new Error('mine');

/** The same object behind a Proxy that throws in a trap, when that was used so often. */
function trapped(part: unknown, trap: (typeof TRAPS)[number], after: number): unknown {
  if (!Array.isArray(part) && !isPlain(part)) return part;
  let times = 0;
  return new Proxy(part, {
    [trap](...args: never[]) {
      if (times++ >= after) throw mine;
      return (Reflect[trap] as (...all: never[]) => unknown)(...args);
    },
  });
}

const openWithAll = () => open({ deviceExtensions: EXTENSIONS });

describe('wrong members', () => {
  it('of every argument of every helper are taken or refused with a path, at the line of the call', async () => {
    const opened = openWithAll();
    let refused = 0;
    for (const [name, [fn, self, ...args]] of Object.entries(rightCalls(opened)))
      for (const value of WRONG)
        for (const [path, wrong] of replaced(args, () => value)) {
          const error = await thrownBy(() => Reflect.apply(fn, self, wrong as unknown[]));
          if (error === undefined) continue;
          refused++;
          checkRefusal(
            error,
            `${name}, at ${path}, value ${WRONG.indexOf(value)}`,
            /wrong-members\.test\.ts:\d+/,
          );
        }
    expect(refused).to.be.above(6000);
    opened.driver[Symbol.dispose]();
  });

  it('that throw when they are read are told with a path, and what they threw is the cause', async () => {
    const opened = openWithAll();
    const { driver, vulkan, instance } = opened;
    const names = ['VK_EXT_debug_utils'];
    const created = { apiVersion: main.API_VERSION_1_1, enabledExtensions: names };
    const calls: Record<string, Call> = {
      ...rightCalls(opened),
      loadVulkan: [main.loadVulkan, null, { getInstanceProcAddr: driver.getInstanceProcAddr }],
      createEmbeddedDriver: [createEmbeddedDriver, null, { physicalDevices: 1 }],
      'Instance.fromHandle': [main.Instance.fromHandle, main.Instance, vulkan, instance.handle, created],
    };
    let told = 0;
    for (const [name, [fn, self, ...args]] of Object.entries(calls))
      for (const trap of TRAPS)
        for (const after of [0, 1, 2, 3, 5])
          for (const [path, wrong] of replaced(args, part => trapped(part, trap, after))) {
            const error = await thrownBy(() => Reflect.apply(fn, self, wrong as unknown[]));
            if (error === undefined) continue;
            const what = `${name}, at ${path}, ${trap} ${after}`;
            checkRefusal(error, what, /wrong-members\.test\.ts:\d+/);
            const { message, cause } = error as Error;
            if (!message.includes('threw')) continue;
            expect(cause, what).to.equal(mine);
            told++;
          }
    expect(told).to.be.above(300);
    opened.driver[Symbol.dispose]();
  });
});

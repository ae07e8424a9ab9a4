// What the functions and classes of every entry throw begins, in its stack, with the line of the script that called them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import * as d3d from '../../src/d3d/index.ts';
import * as embedded from '../../src/embedded/index.ts';
import * as helpers from '../../src/helpers/index.ts';
import * as main from '../../src/index.ts';
import * as linux from '../../src/linux/index.ts';
import * as sharedTexture from '../../src/shared-texture/index.ts';
import * as win32 from '../../src/win32/index.ts';
import { type Opened, open } from '../embedded/driver-open.ts';

const ROOT = join(import.meta.dirname, '../..');

type Calls = Record<string, (opened: Opened) => unknown>;

const { D3D11_TEXTURE, OPAQUE_WIN32 } = main.VkExternalMemoryHandleTypeFlagBits;
const image = { format: main.VkFormat.R8_UNORM, extent: { width: 4, height: 4 }, usage: 1 };
const noExtension = { required: { extensions: ['VK_KHR_nothing'] } };
const any = (value: unknown) => value as never;
const mapped = ({ device }: Opened) =>
  main.mapMemory(device, device.allocateMemory({ allocationSize: 64, memoryTypeIndex: 2 }), 64);
const target = ({ device, queue }: Opened) => ({
  device,
  queue,
  commandPool: device.createCommandPool({ queueFamilyIndex: 0 }),
});

/** One wrong call of each function; of a class, of each of its methods that can be called wrongly. */
const WRONG: Record<string, Calls> = {
  'koffi-vulkan': {
    explain: () => main.explain('VkNothing' as never, any(1)),
    formatVersion: () => main.formatVersion(any('1.3')),
    leaksOf: () => main.leaksOf(any({})),
    makeApiVersion: () => main.makeApiVersion(0, 128, 0, 0),
    explainC: () => main.explainC('VkNothing' as never, any(1)),
    loadVulkan: () => main.loadVulkan(any({ library: 5 })),
    mapMemory: ({ device }) => main.mapMemory(device, any(77n), 4),
    'Device.fromHandle': () => main.Device.fromHandle(any({}), 5n, any([])),
    'Device.adopt': ({ device }) => device.adopt(any('VkNothing'), 5n),
    'Device.release': ({ device }) => device.release(any('VkNothing'), any(5n)),
    'Instance.fromHandle': () => main.Instance.fromHandle(any({}), 5n, any({})),
    'Instance.adopt': ({ instance }) => instance.adopt(any('VkNothing'), 5n),
    'Vulkan.release': ({ vulkan }) => vulkan.release('VkInstance', any({})),
    'MappedMemory.read': opened => mapped(opened).read(60, 5),
    'MappedMemory.write': opened => mapped(opened).write(any(5)),
    'MappedMemory.unmap': opened => {
      const memory = mapped(opened);
      memory.unmap();
      memory.unmap();
    },
  },
  'koffi-vulkan/helpers': {
    acquireImage: ({ device }) => helpers.acquireImage(device, any(5n), any(5n)),
    allocateFor: ({ device }) => helpers.allocateFor(device, any({})),
    chooseGpu: ({ instance }) => helpers.chooseGpu(instance, noExtension),
    chooseMemoryType: ({ gpu }) => helpers.chooseMemoryType(gpu, 0, { required: 1 }),
    createScope: () => helpers.createScope(any({})),
    'DeviceScope.createFence': ({ device }) => helpers.createScope(device).createFence(any({ flags: 'no' })),
    flush: opened => helpers.flush(mapped(opened), 0, 65),
    invalidate: opened => helpers.invalidate(mapped(opened), 0, 65),
    messengerCreateInfo: () => helpers.messengerCreateInfo({ to: any(5) }),
    presentImage: ({ queue }) => helpers.presentImage(queue, any(5n), 0, any(5n)),
    readBack: opened => helpers.readBack(target(opened), { buffer: any(5n) }, 4),
    resolveDevice: ({ gpu }) => helpers.resolveDevice(gpu, noExtension),
    resolveInstance: ({ vulkan }) => helpers.resolveInstance(vulkan, noExtension),
    runOnce: ({ device, queue }) => helpers.runOnce({ device, queue, commandPool: any(5n) }, () => {}),
    showMessages: ({ instance }) => helpers.showMessages(instance),
    showMessagesInThread: ({ instance }) => helpers.showMessagesInThread(instance, { to: any(5) }),
    structLayout: () => helpers.structLayout('VkNothing'),
    structToBytes: () => helpers.structToBytes('VkExtent2D', any({ width: 'no', height: 1 })),
    structsFromBytes: () => helpers.structsFromBytes('VkExtent2D', new Uint8Array(8), 9),
    typedArray: opened => helpers.typedArray(mapped(opened), Float32Array, 0, 17),
    untilIdle: ({ device, queue }) => {
      device.destroyDevice();
      return helpers.untilIdle(device, queue);
    },
    untilReached: ({ device }) => helpers.untilReached(device, any(5n), 5),
    untilSignaled: ({ device }) => helpers.untilSignaled(device, any(5n)),
    upload: opened => helpers.upload(target(opened), { buffer: any(5n) }, any(5)),
  },
  'koffi-vulkan/win32': {
    acquireBufferFromExternal: () => win32.acquireBufferFromExternal(any(5n), any({})),
    acquireFromExternal: () => win32.acquireFromExternal(any(5n), any({})),
    formatLuid: () => win32.formatLuid(any(5)),
    luidOf: () => win32.luidOf(any({})),
    releaseBufferToExternal: () => win32.releaseBufferToExternal(any(5n), any({})),
    releaseToExternal: () => win32.releaseToExternal(any(5n), any({})),
    canImport: ({ gpu }) => win32.canImport(gpu, any({}), D3D11_TEXTURE),
    closeHandle: () => win32.closeHandle(0n),
    duplicateHandle: () => win32.duplicateHandle(0n),
    findPhysicalDeviceByLuid: ({ instance }) => win32.findPhysicalDeviceByLuid(instance, new Uint8Array(8)),
    getHandleInformation: () => win32.getHandleInformation(0n),
    handleOf: () => win32.handleOf(0n),
    importableHandleTypes: ({ gpu }) => win32.importableHandleTypes(gpu, any({})),
    importD3DFence: ({ device }) => win32.importD3DFence(device, 8n),
    importMemoryWin32: ({ device }) => win32.importMemoryWin32(device, any({})),
    importTextureWin32: ({ device }) =>
      win32.importTextureWin32(device, { handle: 8n, handleType: D3D11_TEXTURE, ...image }),
    keyedMutexInfo: () => win32.keyedMutexInfo(any({ nothing: 1 })),
    queryMemoryTypes: ({ device }) => win32.queryMemoryTypes(device, OPAQUE_WIN32, 8n),
    sharedTextureOf: () => win32.sharedTextureOf(any({ pixelFormat: 'no' })),
    submitWithKeyedMutex: ({ device, queue }) => win32.submitWithKeyedMutex(device, queue, {}, {}),
  },
  'koffi-vulkan/linux': {
    acquireBufferFromForeign: () => linux.acquireBufferFromForeign(any(5n), any({})),
    acquireFromForeign: () => linux.acquireFromForeign(any(5n), any({})),
    drmNodesOf: () => linux.drmNodesOf(any({})),
    modifiersOf: ({ gpu }) => linux.modifiersOf(gpu, any('no')),
    releaseBufferToForeign: () => linux.releaseBufferToForeign(any(5n), any({})),
    releaseToForeign: () => linux.releaseToForeign(any(5n), any({})),
    canImport: ({ gpu }) => linux.canImport(gpu, any({})),
    findPhysicalDeviceByDrmNode: ({ instance }) => linux.findPhysicalDeviceByDrmNode(instance, any({})),
    importDmaBuf: ({ device }) => linux.importDmaBuf(device, any({})),
    importImplicitSync: ({ device }) => linux.importImplicitSync(device, 1, any('no')),
    queryMemoryTypes: ({ device }) => linux.queryMemoryTypes(device, -1),
  },
  'koffi-vulkan/shared-texture': {
    createSharedTexture: ({ device }) => sharedTexture.createSharedTexture(device, any({})),
    importIOSurface: ({ device }) => sharedTexture.importIOSurface(device, any({})),
    importSharedTexture: ({ device }) => sharedTexture.importSharedTexture(device, any({}), any({})),
    sharedTextureOf: () => sharedTexture.sharedTextureOf(any({ pixelFormat: 'no' })),
    textureInfoOf: () => sharedTexture.textureInfoOf(any({})),
  },
  'koffi-vulkan/d3d': {
    createD3D11Device: () => d3d.createD3D11Device(any({ nothing: 1 })),
    createD3D12Device: () => d3d.createD3D12Device(any({ nothing: 1 })),
    ...(process.platform === 'win32' ? {} : { listAdapters: () => d3d.listAdapters() }),
  },
  'koffi-vulkan/embedded': {
    createEmbeddedDriver: () => embedded.createEmbeddedDriver(any({ nothing: 1 })),
    'EmbeddedDriver.fail': ({ driver }) => driver.fail('vkNothing', -1),
    'EmbeddedDriver.createExternalHandle': ({ driver }) => driver.createExternalHandle(any(1), { size: 4 }),
    'EmbeddedDriver.readExternal': ({ driver }) => driver.readExternal(5n),
  },
};

/** They take nothing, and throw at most what `wrong-calls.test.ts` looks at. */
const WITHOUT_ARGUMENTS = ['trackLeaks', 'wineVersion', 'listAdapters', 'sharedTextureWishes'];

const entries: Record<string, object> = {
  'koffi-vulkan': main,
  'koffi-vulkan/helpers': helpers,
  'koffi-vulkan/win32': win32,
  'koffi-vulkan/linux': linux,
  'koffi-vulkan/shared-texture': sharedTexture,
  'koffi-vulkan/d3d': d3d,
  'koffi-vulkan/embedded': embedded,
};

async function thrownBy(call: () => unknown): Promise<Error> {
  try {
    await call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it threw nothing');
}

const frameOf = ({ stack = '' }: Error) => /\n( +at .*)/.exec(stack)?.[1];

describe('the stack of what helpers throw', () => {
  let opened: Opened;
  beforeEach(() => {
    opened = open();
  });
  afterEach(() => opened.driver[Symbol.dispose]());

  for (const [entry, calls] of Object.entries(WRONG)) {
    it(`is looked at for every function of ${entry}`, () => {
      const isFunction = (value: unknown) =>
        typeof value === 'function' && !/^class/.test(Function.prototype.toString.call(value));
      const functions = Object.entries(entries[entry]).filter(([, value]) => isFunction(value));
      expect(
        functions.map(([name]) => name).filter(name => !WITHOUT_ARGUMENTS.includes(name)),
      ).to.have.members(
        Object.keys(calls).filter(name => !name.includes('.') && !WITHOUT_ARGUMENTS.includes(name)),
      );
    });

    for (const [name, call] of Object.entries(calls))
      it(`begins at the call of ${name}`, async () => {
        const error = await thrownBy(() => call(opened));
        expect(frameOf(error), error.stack).to.match(/helper-stack\.test\.ts:\d+/);
      });
  }

  it('knows every error that is made in the folders of helpers', () => {
    for (const folder of ['d3d', 'external', 'helpers', 'linux', 'objects', 'shared-texture', 'win32'])
      for (const name of readdirSync(join(ROOT, 'src', folder)).filter(name => name.endsWith('.ts'))) {
        const text = readFileSync(join(ROOT, 'src', folder, name), 'utf8');
        const unknown = text.match(/(throw|return|=>)\s+new (Type|Range)?Error\(.*/g);
        expect(unknown, `${folder}/${name}: to be given to \`ours\``).to.equal(null);
      }
  });

  it('begins where a function of the script threw, which a helper called', async () => {
    const { device } = opened;
    const own = new Error('mine');
    const { stack } = own;
    const thrown = await thrownBy(() =>
      helpers.runOnce(target(opened), () => {
        throw own;
      }),
    );
    expect(thrown).to.equal(own);
    expect(own.stack).to.equal(stack);
    const record = () => device.createFence(any({ flags: 'no' }));
    const inside = await thrownBy(() => helpers.runOnce(target(opened), record));
    expect(frameOf(inside)).to.match(/at record .*helper-stack\.test\.ts/);
  });
});

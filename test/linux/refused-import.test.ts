// Imports of dma-bufs that cannot work, and odd answers of drivers, become errors that say why, and leave nothing behind.
import { expect } from 'chai';
import { type Device, VkImageUsageFlagBits as ImageUsage, VkFormat, VkResult } from '../../src/index.ts';
import {
  type DmaBufFrame,
  drmNodesOf,
  findPhysicalDeviceByDrmNode,
  ImportFailedError,
  InvalidFdError,
  importDmaBuf,
  importImplicitSync,
  ModifierError,
  NoMemoryTypeError,
  NotImportableError,
  PlaneLayoutError,
  queryMemoryTypes,
  WrongGpuError,
} from '../../src/linux/index.ts';
import { type Opened, openDevice } from '../embedded/driver-open.ts';
import { figure } from '../figure.ts';
import { asImage, BASE, dmaBufSuite, NV12, ROWS, rgba, TWO_PLANES } from './dma-buf.ts';
import { openMemfds } from './memfd.ts';

describe('linux: dma-bufs that are refused (embedded driver)', () => {
  let opened: Opened;
  let device: Device;
  let counts: Record<string, number>;
  const dmaBuf = dmaBufSuite((made, itsCounts) => {
    opened = made;
    ({ device } = made);
    counts = itsCounts;
  });

  const failure = (frame: DmaBufFrame, on = device): Error => {
    try {
      importDmaBuf(on, frame)[Symbol.dispose]();
    } catch (error) {
      return error as Error;
    }
    throw new Error('it was imported');
  };

  it('refuses by name what cannot be, and nothing stays behind', () => {
    const { fd } = dmaBuf(4000);
    const elsewhere = dmaBuf(4000, 1);
    const second = dmaBuf(4096);
    const plane = { fd, stride: 64, offset: 0 };
    const two = { planes: [plane, { ...plane, fd: second.fd }] };
    const cases: [DmaBufFrame, new (...args: never[]) => Error, string][] = [
      [
        rgba(fd, { modifier: 5n }),
        ModifierError,
        'embedded driver (simulated) has 0x0000000000000000, 0xff00000000000001, 0xff00000000000002 for this format',
      ],
      [
        rgba(fd, { modifier: ROWS, format: VkFormat.BC1_RGB_UNORM_BLOCK }),
        ModifierError,
        'has no modifiers for this format',
      ],
      [rgba(fd, { modifier: 0x00ff_ffff_ffff_ffffn }), ModifierError, 'DRM_FORMAT_MOD_INVALID means'],
      [
        rgba(fd, two),
        PlaneLayoutError,
        'importDmaBuf.planes: expected 1, which R8G8B8A8_UNORM has with modifier 0xff00000000000001, got 2',
      ],
      [rgba(fd, { modifier: TWO_PLANES }), PlaneLayoutError, 'expected 2'],
      [
        rgba(fd, { ...two, modifier: TWO_PLANES }),
        PlaneLayoutError,
        'expected all planes in the same dma-buf',
      ],
      [
        rgba(fd, { planes: [{ ...plane, stride: 65 }] }),
        PlaneLayoutError,
        'the driver refuses stride 65 at offset 0',
      ],
      [
        rgba(fd, { planes: [{ ...plane, offset: 8 }] }),
        PlaneLayoutError,
        'the driver refuses stride 64 at offset 8',
      ],
      [rgba(fd, { planes: [{ ...plane, offset: 8192 }] }), PlaneLayoutError, `but fd ${fd} has 4096 bytes`],
      [rgba(fd, { planes: [{ ...plane, offset: 4000 }] }), PlaneLayoutError, 'the driver needs'],
      [rgba(fd, { planes: [] }), PlaneLayoutError, 'expected an array of 1 to 4 planes'],
      [rgba(fd, { planes: [{ ...plane, stride: 0 }] }), RangeError, 'importDmaBuf.planes[0].stride'],
      [
        rgba(fd, { planes: [{ ...plane, pitch: 64 } as never] }),
        TypeError,
        'importDmaBuf.planes[0].pitch: there is no such option',
      ],
      [rgba(fd, { planes: [{ ...plane, fd: -1 }] }), RangeError, 'importDmaBuf.planes[0].fd'],
      [
        rgba(fd, { planes: [{ ...plane, fd: 4000 }] }),
        InvalidFdError,
        'importDmaBuf.planes[0].fd: fd 4000: the kernel does not know it (EBADF)',
      ],
      [
        rgba(elsewhere.fd),
        InvalidFdError,
        `importDmaBuf.planes[0].fd: fd ${elsewhere.fd}: vkGetMemoryFdPropertiesKHR returned VK_ERROR_INVALID_EXTERNAL_HANDLE`,
      ],
      [rgba(fd, { planes: new Array(1) }), TypeError, 'importDmaBuf.planes[0]: expected { fd'],
      [
        rgba(fd, { drmNode: '/dev/no-such' }),
        TypeError,
        'importDmaBuf.drmNode: expected a device node such as',
      ],
      [
        rgba(fd, { drmNode: '/etc/passwd' }),
        TypeError,
        'importDmaBuf.drmNode: expected a device node such as',
      ],
      [
        rgba(fd, { format: VkFormat.S8_UINT }),
        TypeError,
        'importDmaBuf.format: expected a VkFormat of colours, got S8_UINT',
      ],
      [
        rgba(fd, { drmNode: { major: 226, minor: 129 } }),
        WrongGpuError,
        'importDmaBuf.drmNode: the frame was made on the GPU of DRM node 226:129, but embedded driver (simulated) is DRM node 226:0 and 226:128',
      ],
      [rgba(fd, { drmNode: '/dev/null' }), WrongGpuError, 'DRM node 1:3'],
      [
        rgba(fd, { format: NV12, ...two, extent: { width: 5, height: 2 } }),
        RangeError,
        'importDmaBuf.extent.width: expected an even number for G8_B8R8_2PLANE_420_UNORM, got 5 (VUID-VkImageCreateInfo-format-04712)',
      ],
      [rgba(fd, { extent: { width: 20000, height: 1 } }), RangeError, 'VUID-VkImageCreateInfo-extent-02252'],
    ];
    for (const [frame, type, text] of cases) {
      const error = failure(frame);
      expect(error, text).to.be.instanceOf(type);
      expect(error.message).to.contain(text);
      figure(`${error.name}: ${error.message.slice(0, 160)}`);
    }
    asImage(importDmaBuf(device, rgba(fd, { drmNode: { major: 226, minor: 128 } })))[Symbol.dispose]();
  });

  it('names the extension that is missing, with the line to write', () => {
    const { fd } = dmaBuf(4096);
    const bare = openDevice(opened.gpu, ['VK_KHR_external_memory_fd']);
    expect(failure(rgba(fd), bare).message).to.equal(
      "importDmaBuf is not available: enable VK_EXT_external_memory_dma_buf on this device, by createDevice({ ..., ppEnabledExtensionNames: ['VK_EXT_external_memory_dma_buf'] })",
    );
    bare.destroyDevice();
    const linearOnly = openDevice(opened.gpu, BASE);
    expect(failure(rgba(fd), linearOnly).message).to.equal(
      "importDmaBuf of modifier 0xff00000000000001 is not available: enable VK_EXT_image_drm_format_modifier on this device, by createDevice({ ..., ppEnabledExtensionNames: ['VK_EXT_image_drm_format_modifier'] })",
    );
    linearOnly.destroyDevice();
  });

  it('undoes what was made when a later step fails, whichever', () => {
    const { fd } = dmaBuf(4096);
    const second = dmaBuf(4096);
    const plane = { fd, stride: 64, offset: 0 };
    const frames = [
      rgba(fd),
      rgba(fd, { modifier: 0n }),
      rgba(fd, {
        format: NV12,
        extent: { width: 4, height: 2 },
        planes: [plane, { ...plane, fd: second.fd }],
      }),
    ];
    const commands = [
      'vkCreateImage',
      'vkGetMemoryFdPropertiesKHR',
      'vkAllocateMemory',
      'vkBindImageMemory',
      'vkBindImageMemory2',
    ];
    let failed = 0;
    const open = openMemfds();
    for (const frame of frames)
      for (const command of commands)
        for (const after of [0, 1]) {
          opened.driver.fail(command, VkResult.ERROR_OUT_OF_DEVICE_MEMORY, { after });
          try {
            importDmaBuf(device, frame)[Symbol.dispose]();
          } catch (error) {
            failed++;
            expect(String(error)).to.contain('VK_ERROR_OUT_OF_DEVICE_MEMORY');
          }
          opened.driver.reset();
          expect(opened.driver.counts(), command).to.deep.equal(counts);
          expect(openMemfds(), command).to.equal(open);
        }
    expect(failed).to.be.above(10);
    opened.driver.fail('vkAllocateMemory', VkResult.ERROR_OUT_OF_DEVICE_MEMORY);
    expect(failure(rgba(fd))).to.be.instanceOf(ImportFailedError);
  });

  it('tells what the driver says of a descriptor as it is', () => {
    const { fd } = dmaBuf(4096);
    const warned: string[] = [];
    const listen = (warning: Error) => warned.push(warning.message);
    process.on('warning', listen);
    expect(queryMemoryTypes(device, fd)).to.deep.include({
      status: 'answered',
      memoryTypeBits: 0b11100,
      warnings: [],
    });
    const answers = (memoryTypeBits: number | undefined) =>
      opened.driver.override('vkGetMemoryFdPropertiesKHR', () => ({ memoryTypeBits }));
    answers(undefined);
    expect(queryMemoryTypes(device, fd)).to.deep.include({
      status: 'unwritten',
      memoryTypeBits: undefined,
      rawBits: undefined,
    });
    answers(0xffff_fffc);
    expect(queryMemoryTypes(device, fd)).to.deep.include({
      memoryTypeBits: 0b11100,
      excessBits: 0xffff_ffe0,
    });
    answers(0);
    expect(queryMemoryTypes(device, fd)).to.deep.include({ status: 'answered', memoryTypeBits: 0 });
    const error = failure(rgba(fd)) as NoMemoryTypeError;
    expect(error).to.be.instanceOf(NoMemoryTypeError);
    expect(error.message).to.equal(
      'importDmaBuf: no memory type suits both: handle 0b0, resource 0b11110, device 0b11111; suspects: it is not a dma-buf',
    );
    expect(() => queryMemoryTypes(device, 4000)).to.throw(InvalidFdError, 'EBADF');
    process.off('warning', listen);
  });

  it('says so where the driver takes no dma-bufs for such images', () => {
    const { fd } = dmaBuf(4096);
    const command = 'vkGetPhysicalDeviceImageFormatProperties2';
    opened.driver.fail(command, VkResult.ERROR_FORMAT_NOT_SUPPORTED, { times: 9 });
    opened.driver.override('vkGetPhysicalDeviceExternalBufferProperties', () => ({
      externalMemoryProperties: {},
    }));
    expect(failure(rgba(fd, { usage: ImageUsage.STORAGE })))
      .to.be.instanceOf(NotImportableError)
      .with.property('message')
      .that.contains('as an image of format R8G8B8A8_UNORM, modifier 0xff00000000000001 and usage STORAGE');
    expect(failure(rgba(fd, { modifier: 0n, usage: ImageUsage.STORAGE })).message).to.contain(
      'nor as a buffer',
    );
  });

  it('finds a physical device by its DRM node', () => {
    expect(drmNodesOf(opened.gpus[1])).to.deep.equal({
      primary: { major: 226, minor: 1 },
      render: { major: 226, minor: 129 },
    });
    expect(findPhysicalDeviceByDrmNode(opened.instance, { major: 226, minor: 129 })).to.equal(opened.gpus[1]);
    expect(() => findPhysicalDeviceByDrmNode(opened.instance, '/dev/null')).to.throw(
      RangeError,
      'no physical device has DRM node 1:3; embedded driver (simulated): 226:0 and 226:128, embedded driver (simulated): 226:1 and 226:129',
    );
  });

  it('has no implicit synchronisation for memory that is no dma-buf, and says so quietly', () => {
    const { fd } = dmaBuf(4096);
    const syncing = openDevice(opened.gpu, ['VK_KHR_external_semaphore_fd']);
    expect(importImplicitSync(syncing, fd, 'read')).to.equal(undefined);
    expect(importImplicitSync(syncing, fd, 'write')).to.equal(undefined);
    expect(() => importImplicitSync(syncing, 4000, 'read')).to.throw(InvalidFdError, 'EBADF');
    expect(() => importImplicitSync(syncing, fd, 'rw' as never)).to.throw(
      TypeError,
      "expected 'read' or 'write'",
    );
    expect(() => importImplicitSync(device, fd, 'read')).to.throw('VK_KHR_external_semaphore_fd');
    syncing.destroyDevice();
  });
});

// When a driver announces more than its memory holds, values are as long as the memory, and nothing beyond it is read.
import { expect } from 'chai';
import { VkStructureType } from '../../src/index.ts';
import { addressOf, copy } from '../../src/native/koffi.ts';
import { layoutOf } from '../../src/native/row-types.ts';
import { readUint64 } from '../../src/native/uint64-at.ts';
import { registry } from '../../src/registry/registry.ts';
import { type Lie, openLying, type Raw } from './lies.ts';

const B = 'B'.codePointAt(0)!;
const NAME = 'B'.repeat(256);
const SUCCESS = 0;

const write = (to: Raw, bytes: Uint8Array) => copy(to, addressOf(bytes), bytes.byteLength);
const fill = (to: Raw, size: number, byte = B) => write(to, new Uint8Array(size).fill(byte));
const put = (to: Raw, value: number | bigint) =>
  write(
    to,
    new Uint8Array((typeof value === 'bigint' ? BigUint64Array : Uint32Array).of(value as never).buffer),
  );
const sizeOf = (struct: string) => layoutOf(registry.struct(struct)).size;
const offsetOf = (struct: string, member: string) =>
  layoutOf(registry.struct(struct)).members.get(member)!.offset;

/** Announces `room` elements, fills them, and says that there were `said`. */
const enumerates =
  (room: number, said: number, size: number, at: number): Lie =>
  (...raw) => {
    const [count, array] = raw.slice(at);
    if (BigInt(array) !== 0n) fill(array, room * size);
    put(count, BigInt(array) === 0n ? room : said);
    return SUCCESS;
  };

describe('a driver that says more than it may', () => {
  it('strings without NUL end with their array', () => {
    using lying = openLying({
      vkGetPhysicalDeviceProperties: (_gpu, out) => void fill(out, sizeOf('VkPhysicalDeviceProperties')),
      vkEnumerateDeviceExtensionProperties: enumerates(3, 3, sizeOf('VkExtensionProperties'), 2),
      vkEnumerateDeviceLayerProperties: enumerates(2, 2, sizeOf('VkLayerProperties'), 1),
    });
    const { gpu } = lying;
    const { deviceName, deviceID, pipelineCacheUUID } = gpu.getPhysicalDeviceProperties();
    expect(deviceName).to.equal(NAME);
    expect({ deviceID, pipelineCacheUUID }).to.deep.equal({
      deviceID: 0x42424242,
      pipelineCacheUUID: new Uint8Array(16).fill(B),
    });
    const extension = { extensionName: NAME, specVersion: 0x42424242 };
    expect(gpu.enumerateDeviceExtensionProperties()).to.deep.equal([extension, extension, extension]);
    for (const { layerName, description } of gpu.enumerateDeviceLayerProperties())
      expect([layerName, description]).to.deep.equal([NAME, NAME]);
  });

  it('a character that the end of the array cuts stays within it', () => {
    const name = offsetOf('VkPhysicalDeviceProperties', 'deviceName');
    using lying = openLying({
      // 255 of one byte, then the first of two; what follows would complete it.
      vkGetPhysicalDeviceProperties(_gpu, out) {
        fill(out, sizeOf('VkPhysicalDeviceProperties'), 0xa9);
        fill(BigInt(out) + BigInt(name), 255);
        fill(BigInt(out) + BigInt(name + 255), 1, 0xc3);
        return undefined;
      },
    });
    const { gpu } = lying;
    expect(gpu.getPhysicalDeviceProperties().deviceName).to.equal(`${NAME.slice(1)}\ufffd`);
  });

  it('counts larger than the array are those of the array', () => {
    using lying = openLying({
      vkEnumerateDeviceExtensionProperties: enumerates(3, 5, sizeOf('VkExtensionProperties'), 2),
      vkGetPhysicalDeviceQueueFamilyProperties: enumerates(
        3,
        4_000_000_000,
        sizeOf('VkQueueFamilyProperties'),
        1,
      ),
    });
    const { gpu } = lying;
    expect(gpu.enumerateDeviceExtensionProperties()).to.have.length(3);
    expect(gpu.getPhysicalDeviceQueueFamilyProperties()).to.have.length(3);
  });

  it('counts in a struct are at most its array: fixed, or given room after the first call', () => {
    const list = 'VkDrmFormatModifierPropertiesListEXT';
    let gpuHandle = 0n;
    using lying = openLying({
      vkEnumeratePhysicalDeviceGroups(_instance, count, array) {
        put(count, 1);
        if (BigInt(array) === 0n) return SUCCESS;
        const at = (member: string) =>
          BigInt(array) + BigInt(offsetOf('VkPhysicalDeviceGroupProperties', member));
        const handles = BigUint64Array.from({ length: 32 }, () => gpuHandle);
        write(at('physicalDevices'), new Uint8Array(handles.buffer));
        put(at('physicalDeviceCount'), 4_000_000_000);
        return SUCCESS;
      },
      vkGetPhysicalDeviceFormatProperties2(_gpu, _format, out) {
        const chained = readUint64(BigInt(out) + 8n);
        const array = readUint64(chained + BigInt(offsetOf(list, 'pDrmFormatModifierProperties')));
        if (array !== 0n) fill(array, 2 * sizeOf('VkDrmFormatModifierPropertiesEXT'));
        put(chained + BigInt(offsetOf(list, 'drmFormatModifierCount')), array === 0n ? 2 : 5);
        return undefined;
      },
    });
    const { gpu, instance } = lying;
    gpuHandle = gpu.handle;
    const [{ physicalDevices }] = instance.enumeratePhysicalDeviceGroups();
    expect(physicalDevices).to.deep.equal(Array.from({ length: 32 }, () => gpu));
    const { pNext } = gpu.getPhysicalDeviceFormatProperties2(37, {
      pNext: [VkStructureType.DRM_FORMAT_MODIFIER_PROPERTIES_LIST_EXT],
    });
    expect(pNext[0].pDrmFormatModifierProperties).to.have.length(2);
  });

  it('a count that no memory holds is refused by name, before room is made for it', () => {
    using lying = openLying({
      vkEnumerateDeviceExtensionProperties: enumerates(4_000_000_000, 0, 0, 2),
      vkGetPhysicalDeviceToolProperties: enumerates(4_000_000_000, 0, 0, 1),
    });
    const { gpu } = lying;
    expect(() => gpu.enumerateDeviceExtensionProperties()).to.throw(
      RangeError,
      /^vkEnumerateDeviceExtensionProperties\.pProperties: expected at most \d+ elements, got 4000000000/,
    );
    expect(() => gpu.getPhysicalDeviceToolProperties()).to.throw(
      RangeError,
      /^vkGetPhysicalDeviceToolProperties\.pToolProperties: expected at most \d+ elements/,
    );
  });
});

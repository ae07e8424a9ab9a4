// Ranges of mapped memory: typed arrays of them, flushed and invalidated in whole atoms.
import { expect } from 'chai';
import { allocateFor, flush, invalidate, typedArray } from '../../src/helpers/index.ts';
import {
  VkBufferUsageFlagBits as Buffers,
  type Device,
  mapMemory,
  VkMemoryPropertyFlagBits as Property,
} from '../../src/index.ts';
import { open } from '../embedded/driver-open.ts';
import { liveSuite } from '../live/harness.ts';

const TRANSFER = Buffers.TRANSFER_SRC | Buffers.TRANSFER_DST;
const WHOLE_SIZE = 0xffff_ffff_ffff_ffffn;

function ranges(device: Device): void {
  const { nonCoherentAtomSize } = device.physicalDevice.getPhysicalDeviceProperties().limits;
  const atom = Number(nonCoherentAtomSize);
  const buffer = device.createBuffer({ size: 10 * atom, usage: TRANSFER });
  const { memory, allocationSize } = allocateFor(device, { buffer }, { required: Property.HOST_VISIBLE });
  const mapped = mapMemory(device, memory, WHOLE_SIZE);
  const words = typedArray(mapped, Uint16Array, 2 * atom, 8);
  words.set([1, 2, 3, 4, 5, 6, 7, 8]);
  expect([...mapped.read(2 * atom, 4)]).to.deep.equal([1, 0, 2, 0]);
  expect(typedArray(mapped, BigUint64Array)).to.have.length(Number(allocationSize) / 8);
  flush(mapped, 2 * atom + 1, 3);
  flush(mapped, mapped.size - 1, 1);
  flush(mapped, 5, 0);
  invalidate(mapped);
  expect(() => flush(mapped, 1, mapped.size)).to.throw(RangeError, /within \d+ bytes/);
  expect(() => typedArray(mapped, Float32Array, 2)).to.throw(RangeError, /multiple of 4 for a Float32Array/);
  expect(() => typedArray(mapped, Float32Array, 0, mapped.size)).to.throw(RangeError, /within/);
  expect(() => typedArray(mapped, Float32Array, mapped.size + 4)).to.throw(RangeError, /within/);
  mapped.unmap();
  expect(() => flush(mapped, 0, 1)).to.throw(/unmapped/);
  if (atom > 1) {
    const part = mapMemory(device, memory, atom, atom + 1);
    expect(() => flush(part)).to.throw(
      RangeError,
      new RegExp(`^flush: .* nonCoherentAtomSize \\(${atom}\\)`),
    );
    part.unmap();
    const inner = mapMemory(device, memory, 2 * atom, atom);
    flush(inner, 1, 2);
    invalidate(inner, atom + 1, 1);
    inner.unmap();
  }
  device.destroyBuffer(buffer);
  device.freeMemory(memory);
}

describe('mapped ranges (embedded driver)', () => {
  it('flush and invalidate whole atoms', () => {
    const { device, close } = open();
    ranges(device);
    expect(close()).to.deep.equal({});
  });

  it('flush and invalidate whole atoms of an odd size, and never past the memory', () => {
    const { device, driver, gpu, close } = open();
    const properties = gpu.getPhysicalDeviceProperties();
    driver.override('vkGetPhysicalDeviceProperties', () => ({
      ...properties,
      limits: { ...properties.limits, nonCoherentAtomSize: 48 },
    }));
    const seen: string[] = [];
    for (const name of ['vkFlushMappedMemoryRanges', 'vkInvalidateMappedMemoryRanges'])
      driver.override(name, (real, ...args) => {
        const [{ offset, size }] = args.at(-1) as { offset: bigint; size: bigint }[];
        seen.push(`${offset}+${size}`);
        return real(...args);
      });
    const { memoryTypes } = gpu.getPhysicalDeviceMemoryProperties();
    const memoryTypeIndex = memoryTypes.findIndex(type => type.propertyFlags & Property.HOST_VISIBLE);
    const memory = device.allocateMemory({ allocationSize: 100, memoryTypeIndex });
    const mapped = mapMemory(device, memory, WHOLE_SIZE);
    flush(mapped);
    flush(mapped, 47, 2);
    invalidate(mapped, 99, 1);
    invalidate(mapped, 48);
    expect(seen).to.deep.equal(['0+100', '0+96', '96+4', '48+52']);
    mapped.unmap();
    const part = mapMemory(device, memory, 48, 10);
    expect(() => flush(part, 0, 1)).to.throw(/^flush: .*nonCoherentAtomSize \(48\) .*got bytes 10 to 58$/);
    expect(() => invalidate(part, 40, 1)).to.throw(/^invalidate: /);
    part.unmap();
    device.freeMemory(memory);
    expect(close()).to.deep.equal({});
  });

  it('say what was wrong about a range of mapped memory', () => {
    const { device, gpu, close } = open();
    const { memoryTypes } = gpu.getPhysicalDeviceMemoryProperties();
    const memoryTypeIndex = memoryTypes.findIndex(type => type.propertyFlags & Property.HOST_VISIBLE);
    const memory = device.allocateMemory({ allocationSize: 104, memoryTypeIndex });
    const mapped = mapMemory(device, memory, 100, 4);
    const as = (...args: unknown[]) => (typedArray as (...args: unknown[]) => ArrayLike<unknown>)(...args);
    expect(as(mapped, Float32Array)).to.have.length(25);
    expect(as(mapped, Uint16Array, 2)).to.have.length(49);
    expect(as(mapped, Float32Array, 100, 0)).to.have.length(0);
    for (const [args, words] of [
      [
        [mapped, Float64Array, 8],
        /^typedArray\.mapped: expected a multiple of 8 .*, got a mapping from byte 4$/,
      ],
      [[mapped, Float32Array, 2], /^typedArray\.offset: expected a multiple of 4 for a Float32Array, got 2$/],
      [[mapped, Float32Array, '4'], /within 100 bytes, got at "4"$/],
      [[mapped, Float32Array, 4n], /within 100 bytes, got at 4n$/],
      [[mapped, Float32Array, 0, 1.25], /^typedArray\.length: expected a number of elements, got 1.25$/],
      [[mapped, Float32Array, 0, -1], /within 100 bytes, got -4 bytes at 0$/],
      [[mapped, Array], /^typedArray\.Class: expected a typed array's class, got a function$/],
      [[mapped, undefined], /^typedArray\.Class: /],
      [[{}, Float32Array], /^typedArray\.mapped: expected what mapMemory returned, got an object$/],
    ] as const)
      expect(() => as(...args), String(words)).to.throw(words);
    for (const [name, act] of Object.entries({ flush, invalidate })) {
      expect(() => act(null as never)).to.throw(`${name}.mapped: expected what mapMemory returned, got null`);
      expect(() => act(mapped, 4n as never)).to.throw(/within 100 bytes, got at 4n$/);
    }
    expect(() => mapped.read(4n as never)).to.throw(/within 100 bytes, got at 4n$/);
    device.freeMemory(memory);
    expect(close()).to.deep.equal({});
  });
});

describe('mapped ranges (lavapipe)', () => {
  let device: Device;
  liveSuite(opened => {
    ({ device } = opened);
  });

  it('flush and invalidate whole atoms', () => ranges(device));
});

// Mapped memory is never accessed past its range or after its end; where views are refused, copying works.
import { expect } from 'chai';
import { type Device, type MappedMemory, mapMemory, VkMemoryPropertyFlagBits } from '../../src/index.ts';
import { open } from '../embedded/driver-open.ts';
import { transfer } from '../transfer.ts';

const WHOLE_SIZE = 0xffff_ffff_ffff_ffffn;

describe('mapped memory', () => {
  function allocate(device: Device) {
    const { memoryTypes } = device.physicalDevice.getPhysicalDeviceMemoryProperties();
    const memoryTypeIndex = memoryTypes.findIndex(
      t => (t.propertyFlags & VkMemoryPropertyFlagBits.HOST_VISIBLE) !== 0,
    );
    return device.allocateMemory({ allocationSize: 4096, memoryTypeIndex });
  }

  it('refuses what lies past the range, and past the memory', () => {
    const { device, close } = open();
    const memory = allocate(device);
    expect(() => mapMemory(device, memory, 4097)).to.throw(RangeError, /within 4096 bytes/);
    expect(() => mapMemory(device, memory, 8, 4090)).to.throw(RangeError, /within 4096 bytes/);
    const all = mapMemory(device, memory, WHOLE_SIZE, 96);
    expect(all.size).to.equal(4000);
    expect(() => all.read(3999, 2)).to.throw(RangeError, /within 4000 bytes/);
    expect(() => all.write(new Uint8Array(2), 3999)).to.throw(RangeError);
    expect(() => all.write(new Uint8Array(1), -1)).to.throw(RangeError);
    expect(() => all.read(Number.NaN, 1)).to.throw(RangeError);
    all.unmap();
    device.freeMemory(memory);
    close();
  });

  it('ends with unmap, vkUnmapMemory, vkFreeMemory and the device', () => {
    const { device, close } = open();
    const memory = allocate(device);
    const one = mapMemory(device, memory, 64);
    const view = one.view();
    one.unmap();
    expect(view.byteLength).to.equal(0);
    expect(() => one.read()).to.throw('the memory was unmapped');
    expect(() => one.unmap()).to.throw('the memory was unmapped');
    const two = mapMemory(device, memory, 64);
    device.unmapMemory(memory);
    expect(() => two.read()).to.throw('the memory was unmapped');
    const three = mapMemory(device, memory, 64);
    device.freeMemory(memory);
    expect(() => three.write(new Uint8Array(1))).to.throw('the memory was unmapped');
    close();
  });

  it('stays where its view was transferred, since nothing could take the bytes from the new buffer', () => {
    const { device } = open();
    const memory = allocate(device);
    const mapped = mapMemory(device, memory, 64);
    const view = mapped.view() as ArrayBuffer & { transfer?(): ArrayBuffer };
    // Nothing else moves it: a structured clone copies, or refuses.
    for (const move of [() => structuredClone(view, { transfer: [view] }), () => structuredClone(view)])
      try {
        move();
      } catch (error) {
        expect((error as Error).name).to.equal('DataCloneError');
      }
    expect(view.byteLength).to.equal(64);
    const moved = new Uint8Array(transfer(view));
    mapped.write(Uint8Array.of(7));
    for (const end of [
      () => mapped.unmap(),
      () => device.unmapMemory(memory),
      () => device.freeMemory(memory),
    ])
      expect(end).to.throw(/^MappedMemory: view\(\) was transferred/);
    expect(moved[0]).to.equal(7);
    expect(() => device.destroyDevice()).to.throw(/VkDeviceMemory/);
  });

  it('is made by mapMemory alone, of a range with a size', () => {
    const { device, close } = open();
    const memory = allocate(device);
    const mapped = mapMemory(device, memory, 64);
    const Made = mapped.constructor as new (...args: unknown[]) => MappedMemory;
    expect(() => new Made(device, memory, 4096n, 0n, 4096)).to.throw('call mapMemory, not the constructor');
    expect(() => Object.assign(mapped, { address: 4096n })).to.throw(TypeError);
    expect(() => Object.assign(mapped, { size: 2 ** 40 })).to.throw(TypeError);
    // Whatever a script puts on it, the range is checked: to read past it ended the process.
    Object.assign(mapped, { check: () => 2 ** 28 });
    expect(() => mapped.read(0, 2 ** 28)).to.throw(RangeError, /within 64 bytes/);
    expect(() => mapped.read(69)).to.throw(RangeError, 'a range within 64 bytes, got at 69');
    const { read } = mapped;
    for (const other of [undefined, {}, Object.create(mapped)])
      expect(() => read.call(other as never)).to.throw(
        TypeError,
        /^MappedMemory.read: it must be called on a MappedMemory/,
      );
    mapped.unmap();
    const refused = (size: unknown, offset: unknown, words: RegExp) =>
      expect(() => mapMemory(device, memory, size as never, offset as never)).to.throw(words);
    refused('64', 0, /^mapMemory.size: expected uint64 .*, got "64"$/);
    refused(1.5, 0, /^mapMemory.size: expected uint64 .*, got 1.5$/);
    refused(64, -1, /^mapMemory.offset: expected uint64 .*, got -1$/);
    refused(64, null, /^mapMemory.offset: expected uint64 .*, got null$/);
    refused(0, 0, /^mapMemory.size: expected a range within 4096 bytes, got 0 bytes/);
    for (const size of [WHOLE_SIZE, 1, 0])
      for (const offset of [4096, 5000n, 2n ** 64n - 1n])
        refused(
          size,
          offset,
          new RegExp(`^mapMemory.offset: expected less than the 4096 bytes .*, got ${offset}$`),
        );
    refused(WHOLE_SIZE - 1n, 1, /^mapMemory.size: expected a range within 4096 bytes/);
    const forged = { scope: device.scope, mapMemory: () => 4096n };
    expect(() => mapMemory(forged as never, memory, 64)).to.throw('mapMemory.device: expected a Device');
    device.freeMemory(memory);
    close();
  });

  it('copies in Electron, which refuses external buffers', () => {
    const { device, close } = open();
    const memory = allocate(device);
    const mapped = mapMemory(device, memory, 64);
    const { versions } = process;
    Object.defineProperty(process, 'versions', { value: { ...versions, electron: '40.0.0' } });
    try {
      expect(() => mapped.view()).to.throw('use read() and write()');
      mapped.write(Uint8Array.of(1, 2, 3), 5);
      expect([...mapped.read(5, 3)]).to.deep.equal([1, 2, 3]);
    } finally {
      Object.defineProperty(process, 'versions', { value: versions });
    }
    mapped.unmap();
    device.freeMemory(memory);
    close();
  });
});

// The right memory type is chosen for the memoryTypeBits that drivers were seen to return, wrong ones too.
import { expect } from 'chai';
import { bestMemoryType } from '../../src/external/memory-type.ts';
import { VkMemoryPropertyFlagBits as Property } from '../../src/index.ts';
import { toHandleAnswer } from '../../src/win32/memory-type.ts';

describe('win32: memory type bits', () => {
  it('believes bits that have a memory type, and tells of the others (mock driver: 0xFFFF with 6 types)', () => {
    expect(toHandleAnswer(0b101, 6, false)).to.deep.equal({
      status: 'answered',
      memoryTypeBits: 0b101,
      excessBits: 0,
    });
    expect(toHandleAnswer(0xffff, 6, false)).to.deep.equal({
      status: 'answered',
      memoryTypeBits: 0x3f,
      excessBits: 0xffc0,
    });
    expect(toHandleAnswer(0xffff_ffff, 32, false).memoryTypeBits).to.equal(0xffff_ffff);
    expect(toHandleAnswer(0x8000_0001, 1, false)).to.include({ memoryTypeBits: 1, excessBits: 0x8000_0000 });
  });

  it('tells an answer of zero from one that was never written', () => {
    expect(toHandleAnswer(0, 6, false)).to.include({ status: 'answered', memoryTypeBits: 0 });
    expect(toHandleAnswer(undefined, 6, false)).to.include({
      status: 'unwritten',
      memoryTypeBits: undefined,
    });
  });

  it("takes Wine's handle-type bits for none under Wine, and for memory types elsewhere", () => {
    for (const bits of [0x6a, 0x14]) {
      expect(toHandleAnswer(bits, 16, true)).to.include({ status: 'wine', memoryTypeBits: undefined });
      expect(toHandleAnswer(bits, 16, false)).to.include({ status: 'answered', memoryTypeBits: bits });
    }
    expect(toHandleAnswer(0b1, 16, true)).to.include({ status: 'answered', memoryTypeBits: 1 });
  });
});

describe('win32: choosing a memory type', () => {
  const { DEVICE_LOCAL, HOST_VISIBLE, HOST_COHERENT } = Property;
  const types = [
    0,
    HOST_VISIBLE,
    HOST_VISIBLE | HOST_COHERENT,
    DEVICE_LOCAL,
    DEVICE_LOCAL | HOST_VISIBLE,
  ].map(propertyFlags => ({ propertyFlags, heapIndex: 0 }));

  it('takes the lowest with all that is preferred, else with some of it, else the lowest', () => {
    expect(bestMemoryType(types, 0b11111, DEVICE_LOCAL)).to.equal(3);
    expect(bestMemoryType(types, 0b11111, DEVICE_LOCAL | HOST_VISIBLE)).to.equal(4);
    expect(bestMemoryType(types, 0b01110, DEVICE_LOCAL | HOST_VISIBLE)).to.equal(1);
    expect(bestMemoryType(types, 0b00110, DEVICE_LOCAL)).to.equal(1);
  });

  it('leaves a type without properties (NVIDIA) aside while another remains', () => {
    expect(bestMemoryType(types, 0b00011, 0)).to.equal(1);
    expect(bestMemoryType(types, 0b00001, DEVICE_LOCAL)).to.equal(0);
  });
});

// Structs become exactly C's bytes and come back unchanged; a struct that bytes cannot hold is refused by its name.
import { expect } from 'chai';
import { square } from '../../scripts/examples/shaders/spirv.ts';
import {
  allocateFor,
  readBack,
  runOnce,
  structLayout,
  structsFromBytes,
  structToBytes,
  upload,
} from '../../src/helpers/index.ts';
import {
  API_VERSION_1_1,
  VkBufferUsageFlagBits as Buffers,
  type PlainStructs,
  VkMemoryPropertyFlagBits as Property,
  VkDescriptorUpdateTemplateType,
  VkPipelineBindPoint,
} from '../../src/index.ts';
import { registry } from '../../src/registry/registry.ts';
import type { StructRow } from '../../src/registry/rows.ts';
import { open } from '../embedded/driver-open.ts';
import { computePipeline, descriptorType, storageSet } from '../live/compute.ts';
import { createDevice, openLive } from '../live/harness.ts';

const INSTANCE = {
  transform: {
    matrix: [
      [1, 0, 0, 5],
      [0, 1, 0, 6],
      [0, 0, 1, 7],
    ],
  },
  instanceCustomIndex: 0xab_cdef,
  mask: 0x12,
  instanceShaderBindingTableRecordOffset: 0x34_5678,
  flags: 0x9a,
  accelerationStructureReference: 0x1122_3344_5566_7788n,
} as const;

/** As <vulkan/vulkan_core.h> lays it out, member by member. */
function instanceByHand(): Uint8Array {
  const view = new DataView(new ArrayBuffer(64));
  for (const [i, value] of INSTANCE.transform.matrix.flat().entries()) view.setFloat32(i * 4, value, true);
  view.setUint32(48, INSTANCE.instanceCustomIndex | (INSTANCE.mask << 24), true);
  view.setUint32(52, (INSTANCE.instanceShaderBindingTableRecordOffset | (INSTANCE.flags << 24)) >>> 0, true);
  view.setBigUint64(56, INSTANCE.accelerationStructureReference, true);
  return new Uint8Array(view.buffer);
}

describe('bytes of structs', () => {
  it('with bit-fields are exact, and come back as they were', () => {
    const bytes = structToBytes('VkAccelerationStructureInstanceKHR', [INSTANCE, { ...INSTANCE, mask: 255 }]);
    expect(bytes).to.have.length(128);
    expect(bytes.subarray(0, 64)).to.deep.equal(instanceByHand());
    expect(bytes[64 + 51]).to.equal(255);
    expect(structsFromBytes('VkAccelerationStructureInstanceKHR', bytes)).to.deep.equal([
      INSTANCE,
      { ...INSTANCE, mask: 255 },
    ]);
    expect(structsFromBytes('VkAccelerationStructureInstanceKHR', bytes, 64)).to.have.length(1);
    expect(structsFromBytes('VkAccelerationStructureInstanceKHR', bytes, 65)).to.have.length(0);
  });

  it('of indirect commands lie one behind the other, with zeros for what is left out', () => {
    const draws = [
      { vertexCount: 3, instanceCount: 1, firstVertex: 7, firstInstance: 9 },
      { vertexCount: 6, instanceCount: 2, firstVertex: 0, firstInstance: 0 },
    ];
    expect([...new Uint32Array(structToBytes('VkDrawIndirectCommand', draws).buffer)]).to.deep.equal([
      3, 1, 7, 9, 6, 2, 0, 0,
    ]);
    expect([...structToBytes('VkDrawMeshTasksIndirectCommandEXT', { groupCountX: 1 })]).to.deep.equal([
      1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]);
    expect(structToBytes('VkDrawIndirectCommand', [])).to.have.length(0);
    expect(
      structsFromBytes('VkClearValue', structToBytes('VkClearValue', { color: { uint32: [1, 2, 3, 4] } }))[0],
    )
      .to.have.property('color')
      .that.deep.includes({ uint32: [1, 2, 3, 4] });
  });

  it('read from any bytes, at any place', () => {
    const bytes = new Uint8Array(100);
    bytes.set(instanceByHand(), 3);
    const views = [bytes, Buffer.from(bytes), bytes.buffer, new DataView(bytes.buffer)];
    for (const view of views)
      expect(structsFromBytes('VkAccelerationStructureInstanceKHR', view, 3)).to.deep.equal([INSTANCE]);
    const detached = new ArrayBuffer(64);
    structuredClone(detached, { transfer: [detached] });
    expect(structsFromBytes('VkRect2D', detached)).to.deep.equal([]);
  });

  it('of every struct without pointers and handles come back as they were', () => {
    let tried = 0;
    for (const name of registry.tables.structs.names()) {
      const row = registry.struct(name);
      const isPlain = (inner: StructRow): boolean =>
        inner.members.every(m => {
          const fact = registry.fact(m.base);
          if (fact.kind === 'struct') return m.pointers === '' && isPlain(fact.row) && !fact.row.union;
          const isNarrow = m.base.includes('FlagBits') || m.base === 'char';
          return m.pointers === '' && !isNarrow && ['bool', 'scalar', 'enum', 'flags'].includes(fact.kind);
        });
      if (row.name !== name || row.union || row.returnedOnly || !isPlain(row)) continue;
      const plain = name as keyof PlainStructs;
      const { size } = structLayout(name);
      // No float is NaN by them, no number is forbidden: each is a multiple of 64.
      const bytes = Uint8Array.from({ length: size * 2 }, (_, i) =>
        i % 4 === 0 ? 64 : 1 + ((i * 37) % 100),
      );
      const values = structsFromBytes(plain, bytes);
      expect(values, name).to.have.length(2);
      const again = structToBytes(plain, values as never);
      expect(structsFromBytes(plain, again), name).to.deep.equal(values);
      tried++;
    }
    expect(tried).to.be.above(120);
  });

  it('that a compiled encoder writes are those of the first call', () => {
    const first = structToBytes('VkAabbPositionsKHR', {
      minX: 1,
      minY: 2,
      minZ: 3,
      maxX: 4,
      maxY: 5,
      maxZ: 6,
    });
    for (let i = 0; i < 40; i++)
      expect(
        structToBytes('VkAabbPositionsKHR', { minX: 1, minY: 2, minZ: 3, maxX: 4, maxY: 5, maxZ: 6 }),
      ).to.deep.equal(first);
    expect([...new Float32Array(first.buffer)]).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });

  it('have sizes and offsets, those of structs with pointers too', () => {
    expect(structLayout('VkAccelerationStructureInstanceKHR')).to.deep.equal({
      size: 64,
      alignment: 8,
      offsets: {
        transform: 0,
        instanceCustomIndex: 48,
        mask: 48,
        instanceShaderBindingTableRecordOffset: 52,
        flags: 52,
        accelerationStructureReference: 56,
      },
    });
    expect(structLayout('VkDescriptorImageInfo')).to.deep.include({ size: 24, alignment: 8 });
    expect(structLayout('VkApplicationInfo').offsets).to.include({ sType: 0, pNext: 8, apiVersion: 44 });
  });

  it('are refused by name where they cannot be', () => {
    const refuses = (call: () => unknown, message: string | RegExp) =>
      expect(call).to.throw(TypeError, message);
    const loose = structToBytes as (name: string, value: unknown) => unknown;
    refuses(
      () => loose('VkApplicationInfo', {}),
      'structToBytes: VkApplicationInfo.pNext is a pointer, and bytes cannot',
    );
    refuses(() => loose('VkDeviceOrHostAddressKHR', {}), 'VkDeviceOrHostAddressKHR.hostAddress is a pointer');
    refuses(
      () => loose('VkStridedDeviceAddressRegionKHR_', {}),
      'structToBytes: expected the name of a struct, got "VkStridedDeviceAddressRegionKHR_"',
    );
    refuses(
      () => loose('VkDescriptorImageInfo', {}),
      'VkDescriptorImageInfo has a VkSampler: expected the device',
    );
    refuses(
      () => loose('VkDrawIndirectCommand', [{}, { vertexCount: '3' }]),
      'VkDrawIndirectCommand[1].vertexCount: expected uint32, got "3"',
    );
    refuses(
      () => loose('VkDrawIndirectCommand', { vertices: 3 }),
      'VkDrawIndirectCommand.vertices: unknown member',
    );
    refuses(
      () => structsFromBytes('VkDrawIndirectCommand', 'abc' as never),
      'structsFromBytes: expected bytes',
    );
    refuses(() => structLayout('VkNothing'), 'structLayout: expected the name of a struct, got "VkNothing"');
    expect(() => loose('VkAccelerationStructureInstanceKHR', { mask: 256 })).to.throw(
      RangeError,
      'VkAccelerationStructureInstanceKHR.mask: expected an integer of 8 bits, got 256',
    );
    expect(() => structsFromBytes('VkDrawIndirectCommand', new Uint8Array(16), 17)).to.throw(
      RangeError,
      /within 16 bytes, got 17/,
    );
  });

  it('with handles check that these live on the device', () => {
    const { device, queue, close } = open();
    const buffer = device.createBuffer({ size: 64, usage: Buffers.STORAGE_BUFFER });
    const bytes = structToBytes('VkDescriptorBufferInfo', { buffer, offset: 16, range: 32 }, device);
    expect([...new BigUint64Array(bytes.buffer)]).to.deep.equal([buffer, 16n, 32n]);
    expect(structsFromBytes('VkDescriptorBufferInfo', bytes)).to.deep.equal([
      { buffer, offset: 16n, range: 32n },
    ]);
    device.destroyBuffer(buffer);
    expect(() => structToBytes('VkDescriptorBufferInfo', { buffer, range: 32 }, device)).to.throw(
      RangeError,
      /^VkDescriptorBufferInfo\.buffer: expected a live VkBuffer/,
    );
    for (const wrong of [null, {}, queue])
      expect(() => structToBytes('VkDescriptorBufferInfo', { buffer, range: 1 }, wrong as never)).to.throw(
        TypeError,
        'structToBytes.device: expected a Device',
      );
    expect(close()).to.deep.equal({});
  });
});

describe('bytes of structs (lavapipe)', () => {
  it('are read by an update template and by an indirect dispatch', function () {
    const live = openLive(this);
    expect(live.instance.apiVersion).to.be.at.least(API_VERSION_1_1);
    const device = createDevice(live.gpu, []);
    const queue = device.getDeviceQueue(0, 0);
    const target = { device, queue, commandPool: device.createCommandPool({ queueFamilyIndex: 0 }) };
    const make = (size: number, usage: number) => {
      const buffer = device.createBuffer({
        size,
        usage: usage | Buffers.TRANSFER_SRC | Buffers.TRANSFER_DST,
      });
      allocateFor(device, { buffer }, { required: Property.DEVICE_LOCAL });
      return buffer;
    };
    const numbers = make(64, Buffers.STORAGE_BUFFER);
    const indirect = make(16, Buffers.INDIRECT_BUFFER);
    upload(target, { buffer: numbers }, Float32Array.of(1, 2, 3, 4));
    upload(
      target,
      { buffer: indirect, offset: 4 },
      structToBytes('VkDispatchIndirectCommand', { x: 1, y: 1, z: 1 }),
    );
    const { set, setLayout, layout } = storageSet(device);
    const template = device.createDescriptorUpdateTemplate({
      pDescriptorUpdateEntries: [
        {
          dstBinding: 0,
          dstArrayElement: 0,
          descriptorCount: 1,
          descriptorType,
          offset: 24,
          stride: structLayout('VkDescriptorBufferInfo').size,
        },
      ],
      templateType: VkDescriptorUpdateTemplateType.DESCRIPTOR_SET,
      descriptorSetLayout: setLayout,
    });
    const data = new Uint8Array(48);
    data.set(structToBytes('VkDescriptorBufferInfo', { buffer: numbers, range: 64 }, device), 24);
    device.updateDescriptorSetWithTemplate(set, template, data);
    const pipeline = computePipeline(device, square, layout);
    runOnce(target, commands => {
      commands.cmdBindPipeline(VkPipelineBindPoint.COMPUTE, pipeline);
      commands.cmdBindDescriptorSets(VkPipelineBindPoint.COMPUTE, layout, 0, [set], []);
      commands.cmdDispatchIndirect(indirect, 4);
    });
    const squares = new Float32Array(readBack(target, { buffer: numbers }, 16).buffer);
    expect([...squares]).to.deep.equal([1, 4, 9, 16]);
    device[Symbol.dispose]();
    live.end();
    expect(live.messages).to.deep.equal([]);
  });
});

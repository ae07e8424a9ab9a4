// A shader finds out by ray queries which rays meet a triangle.
import { expect } from 'chai';
import {
  VkBufferUsageFlagBits as BufferUsage,
  VkAccelerationStructureBuildTypeKHR as BuildType,
  VkAccelerationStructureTypeKHR as StructureType,
  VkStructureType as T,
  type VkAccelerationStructureBuildGeometryInfoKHR,
  type VkBuffer,
  VkBuildAccelerationStructureModeKHR,
  VkDescriptorType,
  VkFormat,
  VkGeometryFlagBitsKHR,
  VkGeometryTypeKHR,
  VkIndexType,
} from '../../src/index.ts';
import { computePipeline, descriptorType, dispatch, pBindings } from './compute.ts';
import { compileShader } from './glsl.ts';
import { floats, hostBuffer, newerSuite, submit } from './newer.ts';

describe('live: ray queries', () => {
  const openDevice = newerSuite();

  it('rays are asked whether they meet a triangle', function () {
    const device = openDevice(
      this,
      ['VK_KHR_acceleration_structure', 'VK_KHR_ray_query', 'VK_KHR_deferred_host_operations'],
      [
        { sType: T.PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES, bufferDeviceAddress: true },
        { sType: T.PHYSICAL_DEVICE_ACCELERATION_STRUCTURE_FEATURES_KHR, accelerationStructure: true },
        { sType: T.PHYSICAL_DEVICE_MAINTENANCE_4_FEATURES, maintenance4: true },
        { sType: T.PHYSICAL_DEVICE_RAY_QUERY_FEATURES_KHR, rayQuery: true },
      ],
    );
    const INPUT =
      BufferUsage.ACCELERATION_STRUCTURE_BUILD_INPUT_READ_ONLY_KHR | BufferUsage.SHADER_DEVICE_ADDRESS;
    const addressOf = (buffer: VkBuffer) => device.getBufferDeviceAddress({ buffer });

    /** Makes a structure of one geometry with one primitive, and builds it. */
    function build(
      type: StructureType,
      geometry: NonNullable<VkAccelerationStructureBuildGeometryInfoKHR['pGeometries']>[number],
    ) {
      const info = { type, mode: VkBuildAccelerationStructureModeKHR.BUILD, pGeometries: [geometry] };
      const sizes = device.getAccelerationStructureBuildSizesKHR(BuildType.DEVICE, info, [1]);
      const size = Number(sizes.accelerationStructureSize);
      const room = BufferUsage.ACCELERATION_STRUCTURE_STORAGE_KHR | BufferUsage.SHADER_DEVICE_ADDRESS;
      const { buffer } = hostBuffer(device, size, room);
      const structure = device.createAccelerationStructureKHR({ buffer, size, type });
      const usage = BufferUsage.STORAGE_BUFFER | BufferUsage.SHADER_DEVICE_ADDRESS;
      const scratch = hostBuffer(device, Number(sizes.buildScratchSize) + 256, usage);
      // Its alignment is at most 256 bytes on drivers that are known.
      const deviceAddress = (addressOf(scratch.buffer) + 255n) & ~255n;
      submit(device, commands =>
        commands.cmdBuildAccelerationStructuresKHR(
          [{ ...info, dstAccelerationStructure: structure, scratchData: { deviceAddress } }],
          [[{ primitiveCount: 1 }]],
        ),
      );
      return structure;
    }

    // Below the diagonal of eight by eight.
    const vertices = hostBuffer(device, 36, INPUT);
    vertices.mapped.write(Float32Array.of(0, 0, 0, 8, 8, 0, 0, 8, 0));
    const triangles = build(StructureType.BOTTOM_LEVEL, {
      geometryType: VkGeometryTypeKHR.TRIANGLES,
      flags: VkGeometryFlagBitsKHR.OPAQUE,
      geometry: {
        triangles: {
          sType: T.ACCELERATION_STRUCTURE_GEOMETRY_TRIANGLES_DATA_KHR,
          vertexFormat: VkFormat.R32G32B32_SFLOAT,
          vertexData: { deviceAddress: addressOf(vertices.buffer) },
          vertexStride: 12,
          maxVertex: 2,
          indexType: VkIndexType.NONE_KHR,
        },
      },
    });
    const accelerationStructureReference = device.getAccelerationStructureDeviceAddressKHR({
      accelerationStructure: triangles,
    });
    // VkAccelerationStructureInstanceKHR: a matrix that changes nothing, mask 0xff, no flags.
    const instance = new DataView(new ArrayBuffer(64));
    for (const diagonal of [0, 5, 10]) instance.setFloat32(diagonal * 4, 1, true);
    instance.setUint32(48, 0xff00_0000, true);
    instance.setBigUint64(56, accelerationStructureReference, true);
    const instances = hostBuffer(device, 64, INPUT);
    instances.mapped.write(new Uint8Array(instance.buffer));
    const scene = build(StructureType.TOP_LEVEL, {
      geometryType: VkGeometryTypeKHR.INSTANCES,
      geometry: {
        instances: {
          sType: T.ACCELERATION_STRUCTURE_GEOMETRY_INSTANCES_DATA_KHR,
          data: { deviceAddress: addressOf(instances.buffer) },
        },
      },
    });

    const structureType = VkDescriptorType.ACCELERATION_STRUCTURE_KHR;
    const setLayout = device.createDescriptorSetLayout({
      pBindings: [
        { ...pBindings[0], descriptorType: structureType },
        { ...pBindings[0], binding: 1 },
      ],
    });
    const pool = device.createDescriptorPool({
      maxSets: 1,
      pPoolSizes: [structureType, descriptorType].map(type => ({ type, descriptorCount: 1 })),
    });
    const [set] = device.allocateDescriptorSets({ descriptorPool: pool, pSetLayouts: [setLayout] });
    const hits = hostBuffer(device, 256, BufferUsage.STORAGE_BUFFER);
    device.updateDescriptorSets([
      {
        dstSet: set,
        dstBinding: 0,
        descriptorType: structureType,
        descriptorCount: 1,
        pNext: [
          { sType: T.WRITE_DESCRIPTOR_SET_ACCELERATION_STRUCTURE_KHR, pAccelerationStructures: [scene] },
        ],
      },
      { dstSet: set, dstBinding: 1, descriptorType, pBufferInfo: [{ buffer: hits.buffer, range: 256 }] },
    ]);
    const layout = device.createPipelineLayout({ pSetLayouts: [setLayout] });
    const pipeline = computePipeline(device, compileShader(this, 'hits.comp'), layout);
    submit(device, commands => dispatch(commands, pipeline, { layout, set }));
    const seen = floats(hits.mapped);
    for (let y = 0; y < 8; y++)
      for (let x = 0; x < 8; x++)
        // A ray on the diagonal meets the edge itself, which may count or not.
        if (x !== y) expect(seen[y * 8 + x], `${x}, ${y}`).to.equal(y > x ? 1 : 0);
  });
});

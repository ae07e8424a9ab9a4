// A shader finds the descriptors that were put into a buffer.
import { expect } from 'chai';
import { square } from '../../scripts/examples/shaders/spirv.ts';
import {
  VkBufferUsageFlagBits as BufferUsage,
  VkStructureType as T,
  VkDescriptorSetLayoutCreateFlagBits,
  VkFormat,
  VkPipelineBindPoint,
  VkPipelineCreateFlagBits,
} from '../../src/index.ts';
import { computePipeline, descriptorType, pBindings } from './compute.ts';
import { floats, hostBuffer, NUMBERS, newerSuite, SQUARES, submit } from './newer.ts';

describe('live: descriptor buffers', () => {
  const openDevice = newerSuite();

  it('a descriptor lies in a buffer', function () {
    const device = openDevice(
      this,
      ['VK_EXT_descriptor_buffer'],
      [
        { sType: T.PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES, bufferDeviceAddress: true },
        { sType: T.PHYSICAL_DEVICE_SYNCHRONIZATION_2_FEATURES, synchronization2: true },
        { sType: T.PHYSICAL_DEVICE_DESCRIPTOR_BUFFER_FEATURES_EXT, descriptorBuffer: true },
      ],
    );
    const { pNext } = device.physicalDevice.getPhysicalDeviceProperties2({
      pNext: [T.PHYSICAL_DEVICE_DESCRIPTOR_BUFFER_PROPERTIES_EXT],
    });
    const usage = BufferUsage.STORAGE_BUFFER | BufferUsage.SHADER_DEVICE_ADDRESS;
    const { buffer, mapped } = hostBuffer(device, NUMBERS.byteLength, usage);
    mapped.write(NUMBERS);
    const setLayout = device.createDescriptorSetLayout({
      flags: VkDescriptorSetLayoutCreateFlagBits.DESCRIPTOR_BUFFER_EXT,
      pBindings,
    });
    const layout = device.createPipelineLayout({ pSetLayouts: [setLayout] });
    const pipeline = computePipeline(device, square, layout, VkPipelineCreateFlagBits.DESCRIPTOR_BUFFER_EXT);
    const descriptors = hostBuffer(
      device,
      Number(device.getDescriptorSetLayoutSizeEXT(setLayout)),
      BufferUsage.RESOURCE_DESCRIPTOR_BUFFER_EXT | BufferUsage.SHADER_DEVICE_ADDRESS,
    );
    const pDescriptor = new Uint8Array(Number(pNext[0].storageBufferDescriptorSize));
    const address = device.getBufferDeviceAddress({ buffer });
    const data = { pStorageBuffer: { address, range: NUMBERS.byteLength, format: VkFormat.UNDEFINED } };
    device.getDescriptorEXT({ type: descriptorType, data }, pDescriptor);
    const at = Number(device.getDescriptorSetLayoutBindingOffsetEXT(setLayout, 0));
    descriptors.mapped.write(pDescriptor, at);
    submit(device, commands => {
      commands.cmdBindPipeline(VkPipelineBindPoint.COMPUTE, pipeline);
      commands.cmdBindDescriptorBuffersEXT([
        {
          address: device.getBufferDeviceAddress({ buffer: descriptors.buffer }),
          usage: BufferUsage.RESOURCE_DESCRIPTOR_BUFFER_EXT,
        },
      ]);
      commands.cmdSetDescriptorBufferOffsetsEXT(VkPipelineBindPoint.COMPUTE, layout, 0, [0], [0n]);
      commands.cmdDispatch(1, 1, 1);
    });
    expect(floats(mapped)).to.deep.equal(SQUARES);
  });
});

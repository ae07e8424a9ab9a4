// What newer drivers have, one piece of work each: mesh shaders, shader objects, descriptor buffers, ray queries, host image copies.
import { expect } from 'chai';
import type { Context } from 'mocha';
import { square } from '../../scripts/examples/shaders/spirv.ts';
import { allocateFor, runOnce } from '../../src/helpers/index.ts';
import {
  VkAccessFlagBits as Access,
  VkBufferUsageFlagBits as BufferUsage,
  VkAccelerationStructureBuildTypeKHR as BuildType,
  type CommandBuffer,
  type Device,
  VkImageUsageFlagBits as ImageUsage,
  VkImageLayout as Layout,
  type MappedMemory,
  mapMemory,
  VkMemoryPropertyFlagBits as Property,
  VkPipelineStageFlagBits as Stage,
  VkAccelerationStructureTypeKHR as StructureType,
  VkStructureType as T,
  type VkAccelerationStructureBuildGeometryInfoKHR,
  VkAttachmentLoadOp,
  VkAttachmentStoreOp,
  type VkBuffer,
  VkBuildAccelerationStructureModeKHR,
  VkDescriptorSetLayoutCreateFlagBits,
  VkDescriptorType,
  type VkDeviceCreateInfo,
  VkFormat,
  VkGeometryFlagBitsKHR,
  VkGeometryTypeKHR,
  type VkImage,
  VkImageAspectFlagBits,
  VkImageTiling,
  VkImageType,
  VkImageViewType,
  VkIndexType,
  VkMemoryAllocateFlagBits,
  VkPipelineBindPoint,
  VkPipelineCreateFlagBits,
  VkSampleCountFlagBits,
  VkShaderCodeTypeEXT,
  VkShaderStageFlagBits,
} from '../../src/index.ts';
import { skipHere } from '../skip.ts';
import { compileShader } from './glsl.ts';
import type { Live } from './harness.ts';
import { openNewer } from './mesa.ts';

const SIZE = 16;
const NUMBERS = Float32Array.from({ length: 64 }, (_, i) => i / 2);
const SQUARES = [...NUMBERS].map(n => n * n);
const COLOR = { aspectMask: VkImageAspectFlagBits.COLOR, levelCount: 1, layerCount: 1 } as const;
const ADDRESS = {
  pNext: [{ sType: T.MEMORY_ALLOCATE_FLAGS_INFO, flags: VkMemoryAllocateFlagBits.DEVICE_ADDRESS }],
} as const;

describe('live: what newer drivers have', () => {
  let live: Live | undefined;
  let device: Device | undefined;

  afterEach(() => {
    // All that was made from it goes with it.
    device?.[Symbol.dispose]();
    const messages = live?.messages ?? [];
    live?.end();
    [device, live] = [undefined, undefined];
    expect(messages).to.deep.equal([]);
  });

  /** @param layer null where the layer of Debian 12 does not know the extension */
  function openDevice(
    context: Context,
    extensions: readonly string[],
    pNext: VkDeviceCreateInfo['pNext'],
    layer?: null,
  ): Device {
    live = openNewer(context, layer);
    const { gpu } = live;
    const offered = gpu.enumerateDeviceExtensionProperties().map(e => e.extensionName);
    const missing = extensions.filter(name => !offered.includes(name));
    if (missing.length > 0) skipHere(context, `the driver has no ${missing.join(', ')}`);
    device = gpu.createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
      ppEnabledExtensionNames: extensions,
      pNext,
    });
    return device;
  }

  function submit(device: Device, record: (commands: CommandBuffer) => void): void {
    const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
    runOnce({ device, queue: device.getDeviceQueue(0, 0), commandPool }, commands => {
      record(commands);
      const wrote = { srcAccessMask: Access.MEMORY_WRITE, dstAccessMask: Access.HOST_READ };
      commands.cmdPipelineBarrier(Stage.ALL_COMMANDS, Stage.HOST, 0, [wrote], [], []);
    });
  }

  /** A buffer that host and device see, mapped; with an address where its usage says so. */
  function hostBuffer(
    device: Device,
    size: number,
    usage: number,
  ): { buffer: VkBuffer; mapped: MappedMemory } {
    const buffer = device.createBuffer({ size, usage });
    const hasAddress = (usage & BufferUsage.SHADER_DEVICE_ADDRESS) !== 0;
    const required = Property.HOST_VISIBLE | Property.HOST_COHERENT;
    const { memory } = allocateFor(device, { buffer }, hasAddress ? { required, ...ADDRESS } : { required });
    return { buffer, mapped: mapMemory(device, memory, size) };
  }

  const floats = (mapped: MappedMemory) => [...new Float32Array(mapped.read().buffer)];

  const descriptorType = VkDescriptorType.STORAGE_BUFFER;
  const pBindings = [
    { binding: 0, descriptorType, descriptorCount: 1, stageFlags: VkShaderStageFlagBits.COMPUTE },
  ];

  it('a mesh shader draws a picture without a vertex', function () {
    const device = openDevice(
      this,
      ['VK_EXT_mesh_shader'],
      [
        { sType: T.PHYSICAL_DEVICE_DYNAMIC_RENDERING_FEATURES, dynamicRendering: true },
        { sType: T.PHYSICAL_DEVICE_MAINTENANCE_4_FEATURES, maintenance4: true },
        { sType: T.PHYSICAL_DEVICE_MESH_SHADER_FEATURES_EXT, meshShader: true },
      ],
    );
    const format = VkFormat.R8G8B8A8_UNORM;
    const image = device.createImage({
      imageType: VkImageType._2D,
      format,
      extent: { width: SIZE, height: SIZE, depth: 1 },
      mipLevels: 1,
      arrayLayers: 1,
      samples: VkSampleCountFlagBits._1,
      tiling: VkImageTiling.OPTIMAL,
      usage: ImageUsage.COLOR_ATTACHMENT | ImageUsage.TRANSFER_SRC,
    });
    allocateFor(device, { image });
    const imageView = device.createImageView({
      image,
      viewType: VkImageViewType._2D,
      format,
      subresourceRange: COLOR,
    });
    const [mesh, fragment] = ['whole.mesh', 'color.frag'].map(name =>
      device.createShaderModule({ pCode: compileShader(this, name) }),
    );
    const layout = device.createPipelineLayout({});
    const extent = { width: SIZE, height: SIZE };
    const { pPipelines } = device.createGraphicsPipelines(null, [
      {
        pNext: [{ sType: T.PIPELINE_RENDERING_CREATE_INFO, pColorAttachmentFormats: [format] }],
        pStages: [
          { stage: VkShaderStageFlagBits.MESH_EXT, module: mesh, pName: 'main' },
          { stage: VkShaderStageFlagBits.FRAGMENT, module: fragment, pName: 'main' },
        ],
        pViewportState: { pViewports: [{ ...extent, maxDepth: 1 }], pScissors: [{ extent }] },
        pRasterizationState: { lineWidth: 1 },
        pMultisampleState: { rasterizationSamples: VkSampleCountFlagBits._1 },
        pColorBlendState: { pAttachments: [{ colorWriteMask: 15 }] },
        layout,
      },
    ]);
    const { buffer, mapped } = hostBuffer(device, SIZE * SIZE * 4, BufferUsage.TRANSFER_DST);
    submit(device, commands => {
      transition(commands, image, Layout.UNDEFINED, Layout.COLOR_ATTACHMENT_OPTIMAL);
      commands.cmdBeginRendering({
        renderArea: { extent },
        layerCount: 1,
        pColorAttachments: [
          {
            imageView,
            imageLayout: Layout.COLOR_ATTACHMENT_OPTIMAL,
            loadOp: VkAttachmentLoadOp.CLEAR,
            storeOp: VkAttachmentStoreOp.STORE,
            clearValue: { color: { float32: [1, 0, 0, 1] } },
          },
        ],
      });
      commands.cmdBindPipeline(VkPipelineBindPoint.GRAPHICS, pPipelines[0]);
      commands.cmdDrawMeshTasksEXT(1, 1, 1);
      commands.cmdEndRendering();
      transition(commands, image, Layout.COLOR_ATTACHMENT_OPTIMAL, Layout.TRANSFER_SRC_OPTIMAL);
      commands.cmdCopyImageToBuffer(image, Layout.TRANSFER_SRC_OPTIMAL, buffer, [
        {
          imageSubresource: { aspectMask: COLOR.aspectMask, layerCount: 1 },
          imageExtent: { ...extent, depth: 1 },
        },
      ]);
    });
    const pixels = new Uint32Array(mapped.read().buffer);
    expect(new Set(pixels)).to.deep.equal(new Set([0xff_99_66_33]));
  });

  it('a shader object computes without a pipeline', function () {
    const device = openDevice(
      this,
      ['VK_EXT_shader_object'],
      [
        { sType: T.PHYSICAL_DEVICE_DYNAMIC_RENDERING_FEATURES, dynamicRendering: true },
        { sType: T.PHYSICAL_DEVICE_SHADER_OBJECT_FEATURES_EXT, shaderObject: true },
      ],
      null,
    );
    const { buffer, mapped } = hostBuffer(device, NUMBERS.byteLength, BufferUsage.STORAGE_BUFFER);
    mapped.write(NUMBERS);
    const setLayout = device.createDescriptorSetLayout({ pBindings });
    const pool = device.createDescriptorPool({
      maxSets: 1,
      pPoolSizes: [{ type: descriptorType, descriptorCount: 1 }],
    });
    const [set] = device.allocateDescriptorSets({ descriptorPool: pool, pSetLayouts: [setLayout] });
    device.updateDescriptorSets([
      { dstSet: set, dstBinding: 0, descriptorType, pBufferInfo: [{ buffer, range: NUMBERS.byteLength }] },
    ]);
    const layout = device.createPipelineLayout({ pSetLayouts: [setLayout] });
    const { pShaders } = device.createShadersEXT([
      {
        stage: VkShaderStageFlagBits.COMPUTE,
        codeType: VkShaderCodeTypeEXT.SPIRV,
        pCode: square,
        pName: 'main',
        pSetLayouts: [setLayout],
      },
    ]);
    submit(device, commands => {
      commands.cmdBindShadersEXT([VkShaderStageFlagBits.COMPUTE], pShaders);
      commands.cmdBindDescriptorSets(VkPipelineBindPoint.COMPUTE, layout, 0, [set], []);
      commands.cmdDispatch(1, 1, 1);
    });
    expect(floats(mapped)).to.deep.equal(SQUARES);
  });

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
    const module = device.createShaderModule({ pCode: square });
    const { pPipelines } = device.createComputePipelines(null, [
      {
        flags: VkPipelineCreateFlagBits.DESCRIPTOR_BUFFER_EXT,
        stage: { stage: VkShaderStageFlagBits.COMPUTE, module, pName: 'main' },
        layout,
      },
    ]);
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
      commands.cmdBindPipeline(VkPipelineBindPoint.COMPUTE, pPipelines[0]);
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
    const module = device.createShaderModule({ pCode: compileShader(this, 'hits.comp') });
    const { pPipelines } = device.createComputePipelines(null, [
      { stage: { stage: VkShaderStageFlagBits.COMPUTE, module, pName: 'main' }, layout },
    ]);
    submit(device, commands => {
      commands.cmdBindPipeline(VkPipelineBindPoint.COMPUTE, pPipelines[0]);
      commands.cmdBindDescriptorSets(VkPipelineBindPoint.COMPUTE, layout, 0, [set], []);
      commands.cmdDispatch(1, 1, 1);
    });
    const seen = floats(hits.mapped);
    for (let y = 0; y < 8; y++)
      for (let x = 0; x < 8; x++)
        // A ray on the diagonal meets the edge itself, which may count or not.
        if (x !== y) expect(seen[y * 8 + x], `${x}, ${y}`).to.equal(y > x ? 1 : 0);
  });

  it('the host copies into an image and out of it', function () {
    const device = openDevice(
      this,
      ['VK_EXT_host_image_copy'],
      [{ sType: T.PHYSICAL_DEVICE_HOST_IMAGE_COPY_FEATURES_EXT, hostImageCopy: true }],
      null,
    );
    const imageExtent = { width: SIZE, height: SIZE, depth: 1 };
    const image = device.createImage({
      imageType: VkImageType._2D,
      format: VkFormat.R8G8B8A8_UNORM,
      extent: imageExtent,
      mipLevels: 1,
      arrayLayers: 1,
      samples: VkSampleCountFlagBits._1,
      tiling: VkImageTiling.OPTIMAL,
      usage: ImageUsage.HOST_TRANSFER_EXT,
    });
    allocateFor(device, { image });
    device.transitionImageLayoutEXT([
      { image, oldLayout: Layout.UNDEFINED, newLayout: Layout.GENERAL, subresourceRange: COLOR },
    ]);
    const pixels = Uint8Array.from({ length: SIZE * SIZE * 4 }, (_, i) => (i * 7) & 255);
    const region = { imageSubresource: { aspectMask: COLOR.aspectMask, layerCount: 1 }, imageExtent };
    device.copyMemoryToImageEXT({
      dstImage: image,
      dstImageLayout: Layout.GENERAL,
      pRegions: [{ ...region, pHostPointer: pixels }],
    });
    const copied = new Uint8Array(pixels.length);
    device.copyImageToMemoryEXT({
      srcImage: image,
      srcImageLayout: Layout.GENERAL,
      pRegions: [{ ...region, pHostPointer: copied }],
    });
    expect(copied).to.deep.equal(pixels);
  });
});

function transition(commands: CommandBuffer, image: VkImage, oldLayout: Layout, newLayout: Layout): void {
  const drawn = oldLayout === Layout.COLOR_ATTACHMENT_OPTIMAL;
  commands.cmdPipelineBarrier(
    drawn ? Stage.COLOR_ATTACHMENT_OUTPUT : Stage.TOP_OF_PIPE,
    drawn ? Stage.TRANSFER : Stage.COLOR_ATTACHMENT_OUTPUT,
    0,
    [],
    [],
    [
      {
        srcAccessMask: drawn ? Access.COLOR_ATTACHMENT_WRITE : 0,
        dstAccessMask: drawn ? Access.TRANSFER_READ : Access.COLOR_ATTACHMENT_WRITE,
        oldLayout,
        newLayout,
        image,
        subresourceRange: COLOR,
      },
    ],
  );
}

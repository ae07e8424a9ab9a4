// A frame of dispatches on the system's Vulkan, lavapipe where it has that: each binds a pipeline and a set, pushes 32
// bytes and dispatches. By us, by nvk, and by Dawn, which has no push constants and does the other three.
import { pathToFileURL } from 'node:url';
import {
  VkCommandPoolCreateFlagBits,
  VkDescriptorType,
  VkPipelineBindPoint,
  VkShaderStageFlagBits,
} from '../../src/index.ts';
import { square } from '../examples/shaders/spirv.ts';
import { openLavapipe } from './lavapipe.ts';
import { type OpenedNvk, openNvk } from './nvk.ts';
import type { Tools } from './tools.ts';

/** Records so many dispatches and throws them away; gives how many the driver took. */
export type Frame = (times: number) => number;

export type OpenedFrame =
  | { readonly run: Frame; readonly missing?: undefined }
  | { readonly missing: string };

const STAGE = VkShaderStageFlagBits.COMPUTE;
const POINT = VkPipelineBindPoint.COMPUTE;
export const CONSTANTS: Float32Array = Float32Array.from({ length: 8 }, (_, i) => i + 1);

export const frames: Readonly<Record<string, (tools: Tools) => OpenedFrame | Promise<OpenedFrame>>> = {
  'ours on lavapipe': () => ours(),
  'nvk on lavapipe': ({ nvk }) => {
    const opened = openNvk(nvk);
    return opened.missing === undefined ? byNvk(opened as OpenedNvk) : { missing: opened.missing };
  },
  'Dawn on lavapipe': ({ dawn }) => (dawn.path === undefined ? dawn : byDawn(dawn.path)),
};

function ours(): OpenedFrame {
  const opened = openLavapipe();
  if (opened.missing !== undefined) return { missing: opened.missing };
  const { device } = opened;
  const bindings = [
    { binding: 0, descriptorType: VkDescriptorType.STORAGE_BUFFER, descriptorCount: 1, stageFlags: STAGE },
  ];
  const setLayout = device.createDescriptorSetLayout({ pBindings: bindings });
  const layout = device.createPipelineLayout({
    pSetLayouts: [setLayout],
    pPushConstantRanges: [{ stageFlags: STAGE, offset: 0, size: 32 }],
  });
  const module = device.createShaderModule({ pCode: square });
  const {
    pPipelines: [pipeline],
  } = device.createComputePipelines(undefined, [{ stage: { stage: STAGE, module, pName: 'main' }, layout }]);
  const descriptorPool = device.createDescriptorPool({
    maxSets: 1,
    pPoolSizes: [{ type: VkDescriptorType.STORAGE_BUFFER, descriptorCount: 1 }],
  });
  const [set] = device.allocateDescriptorSets({ descriptorPool, pSetLayouts: [setLayout] });
  const flags = VkCommandPoolCreateFlagBits.RESET_COMMAND_BUFFER;
  const commandPool = device.createCommandPool({ queueFamilyIndex: 0, flags });
  const [commands] = device.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 1 });
  return {
    run(times) {
      commands.beginCommandBuffer({});
      for (let i = 0; i < times; i++) {
        commands.cmdBindPipeline(POINT, pipeline);
        commands.cmdBindDescriptorSets(POINT, layout, 0, [set], []);
        commands.cmdPushConstants(layout, STAGE, 0, CONSTANTS);
        commands.cmdDispatch(1, 1, 1);
      }
      commands.endCommandBuffer();
      commands.resetCommandBuffer();
      return times;
    },
  };
}

function byNvk({ nvk, device, commands, recording }: OpenedNvk): OpenedFrame {
  const done = (result: number) => {
    if (result !== nvk.VK_SUCCESS) throw new Error(`VkResult ${result}`);
  };
  const descriptorType = nvk.VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
  const binding = new nvk.VkDescriptorSetLayoutBinding({
    binding: 0,
    descriptorType,
    descriptorCount: 1,
    stageFlags: STAGE,
  });
  const setLayout = new nvk.VkDescriptorSetLayout();
  const setLayoutInfo = new nvk.VkDescriptorSetLayoutCreateInfo({ bindingCount: 1, pBindings: [binding] });
  done(nvk.vkCreateDescriptorSetLayout(device, setLayoutInfo, null, setLayout));
  const range = new nvk.VkPushConstantRange({ stageFlags: STAGE, offset: 0, size: 32 });
  const layout = new nvk.VkPipelineLayout();
  const layoutInfo = new nvk.VkPipelineLayoutCreateInfo({
    setLayoutCount: 1,
    pSetLayouts: [setLayout],
    pushConstantRangeCount: 1,
    pPushConstantRanges: [range],
  });
  done(nvk.vkCreatePipelineLayout(device, layoutInfo, null, layout));
  const module = new nvk.VkShaderModule();
  const pCode = new Uint8Array(square.buffer);
  done(
    nvk.vkCreateShaderModule(
      device,
      new nvk.VkShaderModuleCreateInfo({ codeSize: pCode.byteLength, pCode }),
      null,
      module,
    ),
  );
  const stage = new nvk.VkPipelineShaderStageCreateInfo({ stage: STAGE, module, pName: 'main' });
  const pipeline = new nvk.VkPipeline();
  const pipelineInfo = new nvk.VkComputePipelineCreateInfo({ stage, layout });
  done(nvk.vkCreateComputePipelines(device, null, 1, [pipelineInfo], null, [pipeline]));
  const pool = new nvk.VkDescriptorPool();
  const poolSize = new nvk.VkDescriptorPoolSize({ type: descriptorType, descriptorCount: 1 });
  const poolInfo = new nvk.VkDescriptorPoolCreateInfo({
    maxSets: 1,
    poolSizeCount: 1,
    pPoolSizes: [poolSize],
  });
  done(nvk.vkCreateDescriptorPool(device, poolInfo, null, pool));
  const set = new nvk.VkDescriptorSet();
  const setInfo = new nvk.VkDescriptorSetAllocateInfo({
    descriptorPool: pool,
    descriptorSetCount: 1,
    pSetLayouts: [setLayout],
  });
  done(nvk.vkAllocateDescriptorSets(device, setInfo, [set]));
  const { run } = recording(times => {
    for (let i = 0; i < times; i++) {
      nvk.vkCmdBindPipeline(commands, POINT, pipeline);
      nvk.vkCmdBindDescriptorSets(commands, POINT, layout, 0, 1, [set], 0, null);
      nvk.vkCmdPushConstants(commands, layout, STAGE, 0, 32, CONSTANTS.buffer);
      nvk.vkCmdDispatch(commands, 1, 1, 1);
    }
  });
  return { run: run! };
}

async function byDawn(path: string): Promise<OpenedFrame> {
  try {
    // biome-ignore lint/suspicious/noExplicitAny: its types want those of WebGPU.
    const { create }: any = await import(pathToFileURL(`${path}/index.js`).href);
    const gpu = create(['backend=vulkan']);
    const adapter = await gpu.requestAdapter();
    if (adapter === null) return { missing: 'Dawn accepts no Vulkan driver here' };
    const device = await adapter.requestDevice();
    const code =
      '@group(0) @binding(0) var<storage, read_write> n: array<f32>; @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) i: vec3u) { n[i.x] *= n[i.x]; }';
    const module = device.createShaderModule({ code });
    const pipeline = device.createComputePipeline({
      layout: 'auto',
      compute: { module, entryPoint: 'main' },
    });
    // GPUBufferUsage.STORAGE
    const buffer = device.createBuffer({ size: 256, usage: 0x80 });
    const layout = pipeline.getBindGroupLayout(0);
    const group = device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer } }] });
    const run: Frame = times => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (let i = 0; i < times; i++) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(1);
      }
      pass.end();
      encoder.finish();
      return times;
    };
    return { run };
  } catch (error) {
    return { missing: `Dawn does not work here: ${(error as Error).message.split('\n')[0]}` };
  }
}

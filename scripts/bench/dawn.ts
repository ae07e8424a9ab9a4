// Dawn, which is WebGPU in Node, recording dispatches on the system's Vulkan.
import { pathToFileURL } from 'node:url';
import type { Run } from './contest.ts';
import { repeat } from './loop.ts';
import type { Tool } from './tools.ts';

const CODE =
  '@group(0) @binding(0) var<storage, read_write> n: array<f32>; @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) i: vec3u) { n[i.x] *= n[i.x]; }';

/** Records so many times: set a pipeline, set a bind group, dispatch. It has no push constants. */
export async function openDawn({
  path,
  missing,
}: Tool): Promise<{ run: Run; missing?: undefined } | { missing: string }> {
  if (path === undefined) return { missing };
  try {
    // biome-ignore lint/suspicious/noExplicitAny: its types want those of WebGPU.
    const { create }: any = await import(pathToFileURL(`${path}/index.js`).href);
    const adapter = await create(['backend=vulkan']).requestAdapter();
    if (adapter === null) return { missing: 'Dawn accepts no Vulkan driver here' };
    const device = await adapter.requestDevice();
    const module = device.createShaderModule({ code: CODE });
    const pipeline = device.createComputePipeline({
      layout: 'auto',
      compute: { module, entryPoint: 'main' },
    });
    // GPUBufferUsage.STORAGE
    const buffer = device.createBuffer({ size: 256, usage: 0x80 });
    const layout = pipeline.getBindGroupLayout(0);
    const group = device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer } }] });
    // biome-ignore lint/suspicious/noExplicitAny: the same.
    let pass: any;
    const loop = repeat(() => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(1);
    });
    return {
      run(times) {
        const encoder = device.createCommandEncoder();
        pass = encoder.beginComputePass();
        loop(times);
        pass.end();
        encoder.finish();
        return times;
      },
    };
  } catch (error) {
    return { missing: `Dawn does not work here: ${(error as Error).message.split('\n')[0]}` };
  }
}

// A compute dispatch, a triangle, timeline semaphores and shared memory give the expected results on a real driver.
import { join } from 'node:path';
import { expect } from 'chai';
import { swapRedAndBlue } from '../../scripts/examples/png.ts';
import { square, triangleFragment, triangleVertex } from '../../scripts/examples/shaders/spirv.ts';
import { allocateFor } from '../../src/helpers/index.ts';
import {
  VkAccessFlagBits as Access,
  VkBufferUsageFlagBits as BufferUsage,
  type Device,
  mapMemory,
  VkPipelineStageFlagBits as Stage,
  type VkBuffer,
  type VkDeviceMemory,
  VkPipelineBindPoint,
  VkPrimitiveTopology,
  VkResult,
  VkSampleCountFlagBits,
  VkSemaphoreType,
  VkShaderStageFlagBits,
  VkStructureType,
} from '../../src/index.ts';
import { computePipeline, dispatch, storageSet } from './compute.ts';
import { drawPicture, FORMAT, HOST, submit, toHost } from './draw.ts';
import { type Live, liveSuite } from './harness.ts';
import { differences, readPng } from './picture.ts';

const SIZE = 64;

describe('live: work', () => {
  let live: Live;
  let device: Device;
  liveSuite(opened => {
    ({ live, device } = opened);
  });

  function hostBuffer(size: number, usage: number): [VkBuffer, VkDeviceMemory] {
    const buffer = device.createBuffer({ size, usage });
    const { memory } = allocateFor(device, { buffer }, { required: HOST });
    return [buffer, memory];
  }

  it('a compute shader squares what a descriptor points at', () => {
    const numbers = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 0.5, -3);
    const [buffer, memory] = hostBuffer(numbers.byteLength, BufferUsage.STORAGE_BUFFER);
    const mapped = mapMemory(device, memory, numbers.byteLength);
    mapped.write(numbers);
    const bound = storageSet(device, buffer, numbers.byteLength);
    const pipeline = computePipeline(device, square, bound.layout);
    submit(device, commands => {
      dispatch(commands, pipeline, bound);
      toHost(commands, Stage.COMPUTE_SHADER, Access.SHADER_WRITE);
    });
    expect([...new Float32Array(mapped.read().buffer)]).to.deep.equal([...numbers].map(n => n * n));
    mapped.unmap();
    device.destroyPipeline(pipeline);
    bound.end();
    device.destroyBuffer(buffer);
    device.freeMemory(memory);
  });

  /** The triangle of the examples, on black. */
  function draw(): Uint8Array {
    const layout = device.createPipelineLayout({});
    const pipeline = createPipeline(device, layout);
    const pixels = drawPicture(device, SIZE, [0, 0, 0], commands => {
      commands.cmdBindPipeline(VkPipelineBindPoint.GRAPHICS, pipeline);
      commands.cmdDraw(3, 1, 0, 0);
    });
    device.destroyPipeline(pipeline);
    device.destroyPipelineLayout(layout);
    return pixels;
  }

  it('a triangle looks as expected, and the same again', () => {
    // Computed from the shaders' corners and colours, by no driver.
    const expected = readPng(join(import.meta.dirname, 'triangle.png'));
    const pixels = draw();
    expect(differences(pixels, expected)).to.deep.equal([]);
    expect(draw()).to.deep.equal(pixels);
    // What is wrong is seen: upside down, in other colours, nothing, or two pixels beside its place.
    const rows = Array.from({ length: SIZE }, (_, y) => [
      ...pixels.subarray(y * SIZE * 4, (y + 1) * SIZE * 4),
    ]);
    const wrong = [
      Uint8Array.from(rows.toReversed().flat()),
      swapRedAndBlue(pixels),
      new Uint8Array(pixels.length),
      Uint8Array.from([...pixels.subarray(8), ...pixels.subarray(0, 8)]),
    ];
    for (const picture of wrong) expect(differences(picture, expected)).not.to.deep.equal([]);
  });

  it('a timeline semaphore is signalled by the host and by a queue', () => {
    const semaphore = device.createSemaphore({
      pNext: [
        {
          sType: VkStructureType.SEMAPHORE_TYPE_CREATE_INFO,
          semaphoreType: VkSemaphoreType.TIMELINE,
          initialValue: 1,
        },
      ],
    });
    device.signalSemaphore({ semaphore, value: 2 });
    const queue = device.getDeviceQueue(0, 0);
    queue.queueSubmit([
      {
        pWaitSemaphores: [semaphore],
        pWaitDstStageMask: [Stage.ALL_COMMANDS],
        pSignalSemaphores: [semaphore],
        pNext: [
          {
            sType: VkStructureType.TIMELINE_SEMAPHORE_SUBMIT_INFO,
            pWaitSemaphoreValues: [2],
            pSignalSemaphoreValues: [7],
          },
        ],
      },
    ]);
    const wait = { pSemaphores: [semaphore], pValues: [7] };
    expect(device.waitSemaphores(wait, 10_000_000_000n)).to.equal(VkResult.SUCCESS);
    expect(device.getSemaphoreCounterValue(semaphore)).to.equal(7n);
    queue.queueWaitIdle();
    device.destroySemaphore(semaphore);
  });

  it('hears a hazard that only synchronization validation knows: it is on', () => {
    const [buffer, memory] = hostBuffer(256, BufferUsage.TRANSFER_DST | BufferUsage.TRANSFER_SRC);
    submit(device, commands => {
      commands.cmdFillBuffer(buffer, 0, 128, 1);
      commands.cmdCopyBuffer(buffer, buffer, [{ srcOffset: 0, dstOffset: 128, size: 128 }]);
    });
    expect(live.messages.splice(0).join()).to.include('SYNC-HAZARD-READ-AFTER-WRITE');
    device.destroyBuffer(buffer);
    device.freeMemory(memory);
  });
});

function createPipeline(device: Device, layout: ReturnType<Device['createPipelineLayout']>) {
  const [vertex, fragment] = [triangleVertex, triangleFragment].map(pCode =>
    device.createShaderModule({ pCode }),
  );
  const { pPipelines } = device.createGraphicsPipelines(null, [
    {
      pNext: [
        {
          sType: VkStructureType.PIPELINE_RENDERING_CREATE_INFO,
          pColorAttachmentFormats: [FORMAT],
        },
      ],
      pStages: [
        { stage: VkShaderStageFlagBits.VERTEX, module: vertex, pName: 'main' },
        { stage: VkShaderStageFlagBits.FRAGMENT, module: fragment, pName: 'main' },
      ],
      pVertexInputState: {},
      pInputAssemblyState: { topology: VkPrimitiveTopology.TRIANGLE_LIST },
      pViewportState: {
        pViewports: [{ width: SIZE, height: SIZE, maxDepth: 1 }],
        pScissors: [{ extent: { width: SIZE, height: SIZE } }],
      },
      pRasterizationState: { lineWidth: 1 },
      pMultisampleState: { rasterizationSamples: VkSampleCountFlagBits._1 },
      pColorBlendState: { pAttachments: [{ colorWriteMask: 15 }] },
      layout,
    },
  ]);
  device.destroyShaderModule(vertex);
  device.destroyShaderModule(fragment);
  return pPipelines[0];
}

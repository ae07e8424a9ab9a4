// Arguments of C reach the JavaScript function that C calls, however many of them are on the stack.
import { expect } from 'chai';
import {
  QUEUE_FAMILY_IGNORED,
  VkAccessFlagBits,
  VkImageAspectFlagBits,
  VkImageLayout,
  VkPipelineStageFlagBits,
} from '../../src/index.ts';
import { registerCallback, unregisterCallback } from '../../src/native/callback.ts';
import { functionAt } from '../../src/native/row-types.ts';
import { registry } from '../../src/registry/registry.ts';
import type { Member } from '../../src/registry/rows.ts';
import { open } from './driver-open.ts';

const parameter = (base: string, i: number): Member =>
  ({ name: `p${i}`, base, pointers: '', extents: [], bits: 0 }) as unknown as Member;

/** What a callback with such parameters is given when C calls it with 1, 2, 3 and so on. */
function roundTrip(bases: readonly string[]): number[] {
  const signature = { returns: 'uint32_t', params: bases.map(parameter) };
  let got: number[] = [];
  const address = registerCallback(signature, (...args: number[]) => {
    got = args.map(Number);
    return 77;
  });
  expect(functionAt(address, signature)(...bases.map((_, i) => i + 1))).to.equal(77);
  unregisterCallback(address);
  return got;
}

describe("a callback's arguments", () => {
  const alternating = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 'float' : 'uint32_t'));
  for (const [name, bases] of [
    ['eight integers', Array(8).fill('uint64_t')],
    ['nine', Array(9).fill('uint64_t')],
    ['fifteen of 32 bits', Array(15).fill('uint32_t')],
    ['integers of both sizes', [...Array(9).fill('uint32_t'), 'uint64_t', 'uint32_t', 'uint64_t']],
    ['nine floats', Array(9).fill('float')],
    [
      'ten floats of both sizes, then nine integers',
      [...Array(9).fill('float'), 'double', ...Array(9).fill('uint32_t')],
    ],
    ['nine integers, then ten floats', [...Array(9).fill('uint32_t'), ...Array(10).fill('float')]],
    ['twenty, an integer after each float', alternating],
  ] as const)
    it(`arrive as C passed them: ${name}`, () => {
      expect(roundTrip(bases)).to.deep.equal(bases.map((_, i) => i + 1));
    });

  it('arrive for each command that has more than eight of them', () => {
    for (const name of [
      'vkCmdPipelineBarrier',
      'vkCmdWaitEvents',
      'vkCmdBuildAccelerationStructureNV',
      'vkCmdTraceRaysNV',
    ]) {
      const row = registry.command(name);
      let got: number[] = [];
      const address = registerCallback(row, (...args: number[]) => {
        got = args.map(Number);
      });
      functionAt(address, row)(...row.params.map((_, i) => i + 1));
      unregisterCallback(address);
      expect(got, name).to.deep.equal(row.params.map((_, i) => i + 1));
    }
  });

  it('reach the embedded driver: a barrier with memory, buffer and image barriers', () => {
    const { driver, device, close } = open();
    let got: unknown[] = [];
    driver.override('vkCmdPipelineBarrier', (_real, ...args) => {
      got = args.slice(1);
    });
    const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
    const [commands] = device.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 1 });
    const access = { srcAccessMask: 0, dstAccessMask: VkAccessFlagBits.TRANSFER_WRITE };
    const families = { srcQueueFamilyIndex: QUEUE_FAMILY_IGNORED, dstQueueFamilyIndex: QUEUE_FAMILY_IGNORED };
    const buffer = device.createBuffer({ size: 64, usage: 2 });
    const image = device.createImage({
      ...{
        imageType: 1,
        format: 37,
        extent: { width: 4, height: 4, depth: 1 },
        mipLevels: 1,
        arrayLayers: 1,
      },
      ...{ samples: 1, usage: 2 },
    });
    const bufferBarrier = { ...access, ...families, buffer, offset: 0n, size: 64n };
    const imageBarrier = {
      ...{
        ...access,
        ...families,
        image,
        oldLayout: VkImageLayout.UNDEFINED,
        newLayout: VkImageLayout.GENERAL,
      },
      subresourceRange: { aspectMask: VkImageAspectFlagBits.COLOR, levelCount: 1, layerCount: 1 },
    };
    const { TOP_OF_PIPE, TRANSFER } = VkPipelineStageFlagBits;
    commands.beginCommandBuffer({});
    commands.cmdPipelineBarrier(
      TOP_OF_PIPE,
      TRANSFER,
      0,
      [access],
      [bufferBarrier],
      [imageBarrier, imageBarrier],
    );
    const [source, target, flags, memory, buffers, images] = got as [number, number, number, ...object[][]];
    expect([source, target, flags]).to.deep.equal([TOP_OF_PIPE, TRANSFER, 0]);
    expect(memory).to.deep.equal([{ ...access, pNext: [] }]);
    expect(buffers).to.deep.equal([{ ...bufferBarrier, pNext: [] }]);
    expect(images).to.have.lengthOf(2);
    for (const barrier of images)
      expect(barrier).to.deep.include({ ...access, image, newLayout: VkImageLayout.GENERAL });
    device.destroyImage(image);
    device.destroyBuffer(buffer);
    device.destroyCommandPool(commandPool);
    expect(close()).to.deep.equal({});
  });
});

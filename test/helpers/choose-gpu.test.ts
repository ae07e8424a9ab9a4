// chooseGpu and resolveDevice choose the GPU and the queue family that fit what is required and preferred.
import { expect } from 'chai';
import { chooseGpu, type DeviceWishes, resolveDevice } from '../../src/helpers/index.ts';
import { VkPhysicalDeviceType, VkQueueFlagBits } from '../../src/index.ts';
import { lacksOf, NEW_RAY_TRACER, pretend } from './pretended-gpu.ts';

describe('the choice of a GPU (embedded driver)', () => {
  it('for a queue choose the first family that can do it', () => {
    using world = pretend([{}]);
    world.driver.override('vkGetPhysicalDeviceQueueFamilyProperties', () =>
      [
        VkQueueFlagBits.TRANSFER,
        VkQueueFlagBits.COMPUTE,
        VkQueueFlagBits.GRAPHICS | VkQueueFlagBits.COMPUTE,
      ].map(queueFlags => ({
        queueFlags,
        queueCount: 1,
        timestampValidBits: 0,
        minImageTransferGranularity: {},
      })),
    );
    const familyOf = (flags: number) => resolveDevice(world.gpus[0], { queue: { flags } }).queueFamilyIndex;
    const { TRANSFER, COMPUTE, GRAPHICS, VIDEO_DECODE_KHR } = VkQueueFlagBits;
    expect([0, TRANSFER, COMPUTE | TRANSFER, GRAPHICS].map(familyOf)).to.deep.equal([0, 0, 1, 2]);
    expect(lacksOf(() => familyOf(VIDEO_DECODE_KHR))).to.match(
      /lacks queue with flags 0x20 \(no family has all of it\)$/,
    );
  });

  it('choose the GPU: what is required first, then its kind, then what is preferred', () => {
    const { DISCRETE_GPU, INTEGRATED_GPU, CPU } = VkPhysicalDeviceType;
    const gpus = [
      { deviceName: 'software', deviceType: CPU, ...NEW_RAY_TRACER },
      { ...NEW_RAY_TRACER, deviceName: 'laptop', deviceType: INTEGRATED_GPU, extensions: [] },
      { ...NEW_RAY_TRACER, deviceName: 'old card', deviceType: DISCRETE_GPU, features: {} },
      { ...NEW_RAY_TRACER, deviceName: 'card', deviceType: DISCRETE_GPU, extensions: [] },
      { ...NEW_RAY_TRACER, deviceName: 'same card', deviceType: DISCRETE_GPU, extensions: [] },
    ];
    using world = pretend(gpus);
    const chosen = (wishes: DeviceWishes) => {
      const { gpu, missing } = chooseGpu(world.instance, wishes);
      return [gpu.getPhysicalDeviceProperties().deviceName, ...missing.map(m => m.name)];
    };
    expect(chosen({})).to.deep.equal(['old card']);
    expect(chosen({ required: { features: ['timelineSemaphore'] } })).to.deep.equal(['card']);
    expect(chosen({ required: { features: ['rayQuery'] } })).to.deep.equal(['software']);
    expect(chosen({ preferred: { features: ['timelineSemaphore', 'rayQuery'] } })).to.deep.equal([
      'card',
      'rayQuery',
    ]);
    expect(lacksOf(() => chosen({ required: { features: ['multiview'] } }))).to.match(
      /^chooseGpu: 0: software lacks feature multiview \(.*\); 1: laptop lacks .*; 2: old card lacks .*; 4: same card lacks /,
    );
    using none = pretend([]);
    expect(lacksOf(() => chooseGpu(none.instance, {}))).to.equal('chooseGpu: there is no GPU');
  });
});

// A stack that overflows in a call fails the call, and leaves nothing behind.
import { expect } from 'chai';
import { inUse } from '../../src/handles/busy.ts';
import {
  API_VERSION_1_1,
  type Instance,
  leaksOf,
  loadVulkan,
  VkDebugUtilsMessageSeverityFlagBitsEXT,
  VkDebugUtilsMessageTypeFlagBitsEXT,
  VkStructureType,
} from '../../src/index.ts';
import { argumentStack } from '../../src/native/argument-memory.ts';
import { createDevice } from '../live/harness.ts';
import { skipOrFail } from '../skip.ts';

/** Acts near the end of the stack: from where it just fits, frame by frame, to where there is no room for it at all. */
function overflow(act: () => void): void {
  const below = (frames: number): void => (frames > 0 ? below(frames - 1) : act());
  for (let frames = 1000, step = 500, overflows = 0; overflows < 40; frames += step)
    try {
      below(frames);
    } catch (error) {
      expect(String(error)).to.include('call stack');
      if (step === 500) frames -= 2 * step;
      else overflows++;
      // Not every frame: what a call needs is more than a few.
      step = 7;
    }
}

describe('a stack that overflows', () => {
  it('anywhere in a call leaves nothing behind', async function () {
    // A driver in C: what overflows inside one in JavaScript is the driver's own.
    let instance: Instance;
    try {
      instance = loadVulkan().createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_1 } });
    } catch (error) {
      skipOrFail(this, (error as Error).message);
    }
    const device = createDevice(instance.enumeratePhysicalDevices()[0], []);
    const stack = argumentStack();
    const { chunk, top } = stack;
    for (const act of [
      () => device.createFence({}),
      () =>
        device.createFence({ pNext: [{ sType: VkStructureType.EXPORT_FENCE_CREATE_INFO, handleTypes: 0 }] }),
    ])
      overflow(act);
    for (let i = 0; i < 3; i++) await new Promise(resolve => setImmediate(resolve));
    device.resetFences([device.createFence({})]);
    for (let i = 0; i < 3; i++) await new Promise(resolve => setImmediate(resolve));
    expect({ chunk: stack.chunk, top: stack.top }).to.deep.equal({ chunk, top });
    expect(inUse.size).to.equal(0);
    for (const { handle } of leaksOf(device)) device.destroyFence(handle as never);
    device.destroyDevice();
    instance.destroyInstance();
  });

  it('while a device is made leaves no device that nobody knows', function () {
    const said: (string | null)[] = [];
    let instance: Instance;
    try {
      instance = loadVulkan().createInstance({
        pApplicationInfo: { apiVersion: API_VERSION_1_1 },
        ppEnabledLayerNames: ['VK_LAYER_KHRONOS_validation'],
        ppEnabledExtensionNames: ['VK_EXT_debug_utils'],
        pNext: [
          {
            sType: VkStructureType.DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
            messageSeverity: VkDebugUtilsMessageSeverityFlagBitsEXT.ERROR,
            messageType: VkDebugUtilsMessageTypeFlagBitsEXT.VALIDATION,
            // The layer tells here of devices that are left when the instance is destroyed.
            pfnUserCallback: (_severity, _types, data) => {
              said.push(data?.pMessage ?? null);
              return false;
            },
          },
        ],
      });
    } catch (error) {
      skipOrFail(this, (error as Error).message.split('\n')[0]);
    }
    const [gpu] = instance.enumeratePhysicalDevices();
    overflow(() => createDevice(gpu, []));
    expect(leaksOf(instance)).not.to.deep.equal([]);
    instance[Symbol.dispose]();
    expect({ alive: instance.alive, said }).to.deep.equal({ alive: false, said: [] });
  });
});

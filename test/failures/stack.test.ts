// The stack of an error that a script catches begins with the line that made the call.
import { expect } from 'chai';
import { NotAvailableError, ValidUsageError, VkResult, VulkanError } from '../../src/index.ts';
import { threshold } from '../../src/marshal/tier-up.ts';
import { type Opened, open } from '../embedded/driver-open.ts';

const here = /^\s+at .*stack\.test\.ts:\d+/;

/** The first frame of what a function throws, and what that was. */
async function thrownBy(f: () => unknown): Promise<{ error: Error; frame: string }> {
  try {
    await f();
  } catch (error) {
    const { stack = '', message } = error as Error;
    const frames = stack.slice(stack.indexOf(message) + message.length + 1);
    return { error: error as Error, frame: frames.split('\n')[0] };
  }
  throw new Error('it threw nothing');
}

describe('the stack of an error', () => {
  after(() => {
    threshold.uses = 0;
  });

  let opened: Opened;
  beforeEach(() => {
    opened = open({ deviceExtensions: ['VK_KHR_external_memory_win32'] });
  });
  afterEach(() => {
    opened.driver.reset();
    opened.driver[Symbol.dispose]();
  });

  for (const uses of [0, Number.POSITIVE_INFINITY])
    it(`begins at the call: ${uses === 0 ? 'compiled' : 'interpreted'} methods`, async () => {
      threshold.uses = uses;
      const { device, driver } = opened;
      const cases: [kind: unknown, call: () => unknown][] = [
        [TypeError, () => device.createFence({ flag: 1 } as never)],
        [RangeError, () => device.destroyFence(77n as never)],
        [ValidUsageError, () => device.getMemoryWin32HandlePropertiesKHR(2, 5n)],
        [NotAvailableError, () => device.createSwapchainKHR({} as never)],
        [VulkanError, () => device.createFence({})],
        [VulkanError, () => device.deviceWaitIdle()],
      ];
      for (const [kind, call] of cases) {
        // The second time, where the first one compiled it.
        for (let round = 0; round < 2; round++) {
          driver.fail('vkCreateFence', VkResult.ERROR_OUT_OF_HOST_MEMORY);
          driver.fail('vkDeviceWaitIdle', VkResult.ERROR_OUT_OF_HOST_MEMORY);
          const { error, frame } = await thrownBy(call);
          expect(error, String(call)).to.be.instanceOf(kind);
          expect(frame, String(call)).to.match(here);
        }
      }
    });

  it('begins at the call: promise forms', async () => {
    const { device, driver } = opened;
    for (const [kind, call] of [
      [RangeError, () => device.async.waitForFences([5] as never, true, 0n)],
      [VulkanError, () => device.async.deviceWaitIdle()],
    ] as const) {
      driver.fail('vkDeviceWaitIdle', VkResult.ERROR_OUT_OF_HOST_MEMORY);
      const { error, frame } = await thrownBy(call);
      expect(error).to.be.instanceOf(kind);
      expect(frame).to.match(here);
    }
  });
});

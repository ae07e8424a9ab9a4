// In: arguments that nobody but the call holds, with collections forced while it is made.
// Out: a failure where C sees other bytes than were passed; the same where a callback makes calls of its own.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { VkSemaphoreType, VkStructureType } from '../../src/index.ts';
import { open } from '../embedded/driver-open.ts';

const ROUNDS = 200;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Fills what the collector has freed with other bytes. */
function churn(): void {
  gc();
  for (let i = 0; i < 50; i++) new BigUint64Array(16).fill(0xdead_dead_dead_deadn);
}

describe('arguments', () => {
  it('live over the call, through collections between encoding and call, and in the call', () => {
    const { driver, device, close } = open();
    const semaphore = device.createSemaphore({
      pNext: [{ sType: VkStructureType.SEMAPHORE_TYPE_CREATE_INFO, semaphoreType: VkSemaphoreType.TIMELINE }],
    });
    const seen: unknown[] = [];
    driver.override('vkWaitSemaphores', (_real, _device, info) => {
      churn();
      seen.push((info as unknown as { pValues: bigint[] }).pValues[0]);
      return 0;
    });
    for (let i = 0; i < ROUNDS; i++)
      device.waitSemaphores(
        {
          pSemaphores: [semaphore],
          // Not copied: C reads the array's own memory.
          pValues: BigUint64Array.of(BigInt(i)),
          // Read when all else is encoded.
          get semaphoreCount() {
            churn();
            return 1;
          },
        } as never,
        0,
      );
    expect(seen).to.deep.equal(Array.from({ length: ROUNDS }, (_, i) => BigInt(i)));
    device.destroySemaphore(semaphore);
    close();
  });

  it('that a getter detaches meanwhile are refused', () => {
    const { device, close } = open();
    const semaphore = device.createSemaphore({
      pNext: [{ sType: VkStructureType.SEMAPHORE_TYPE_CREATE_INFO, semaphoreType: VkSemaphoreType.TIMELINE }],
    });
    const pValues = BigUint64Array.of(0n);
    const info = {
      pSemaphores: [semaphore],
      pValues,
      get semaphoreCount() {
        structuredClone(pValues.buffer, { transfer: [pValues.buffer] });
        return 1;
      },
    };
    expect(() => device.waitSemaphores(info as never, 0)).to.throw(
      RangeError,
      'vkWaitSemaphores: bytes were detached or shrunk while the arguments were read',
    );
    device.destroySemaphore(semaphore);
    close();
  });

  it('are not disturbed by a callback that makes calls of its own', () => {
    const { instance, device, close } = open({ instanceExtensions: ['VK_EXT_debug_utils'] });
    const heard: (string | null)[] = [];
    const listen = (act: () => void) =>
      instance.createDebugUtilsMessengerEXT({
        messageSeverity: 0x1000,
        messageType: 1,
        pfnUserCallback: (_severity, _types, data) => {
          act();
          heard.push(data?.pMessage ?? null, data?.pObjects[0]?.pObjectName ?? null);
          return false;
        },
      });
    const messengers = [1, 2].map(() =>
      listen(() => {
        for (let i = 0; i < 20; i++) device.destroyFence(device.createFence({}));
        instance.enumeratePhysicalDevices()[0].enumerateDeviceExtensionProperties();
      }),
    );
    instance.submitDebugUtilsMessageEXT(0x1000, 1, {
      pMessage: 'outer',
      pObjects: [{ objectType: 3, objectHandle: device.handle, pObjectName: 'name' }],
    });
    expect(heard).to.deep.equal(['outer', 'name', 'outer', 'name']);
    for (const messenger of messengers) instance.destroyDebugUtilsMessengerEXT(messenger);
    close();
  });
});

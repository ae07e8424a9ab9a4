// In: arguments that nobody but the call holds, with collections forced while it is made.
// Out: a failure where C sees other bytes than were passed; the same where a callback makes calls of its own.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import {
  type Device,
  type VkComputePipelineCreateInfo,
  type VkPipelineLayout,
  VkResult,
  type VkSemaphore,
  VkSemaphoreType,
  type VkShaderModule,
  VkShaderStageFlagBits,
  VkStructureType,
} from '../../src/index.ts';
import { decodeElements } from '../../src/marshal/decode.ts';
import { registry } from '../../src/tables.ts';
import { open } from '../embedded/driver-open.ts';
import { openLying } from '../failures/lies.ts';

const ROUNDS = 40;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Fills what the collector has freed with other bytes, of the sizes that are passed here. */
function churn(): void {
  gc();
  gc();
  for (let i = 0; i < 400; i++) new Uint8Array(new ArrayBuffer(4 + (i & 28))).fill(0xad);
}

interface PipelineSeen {
  readonly stage: {
    readonly pName: string;
    readonly pSpecializationInfo: {
      readonly pMapEntries: { readonly constantID: number }[];
      readonly pData: Uint8Array;
    };
  };
}

/** Afresh for each round, and held by nobody. */
function pipelineInfos(device: Device): (i: number) => VkComputePipelineCreateInfo[] {
  const module = device.adopt<VkShaderModule>('VkShaderModule', 0x1000n);
  const layout = device.adopt<VkPipelineLayout>('VkPipelineLayout', 0x2000n);
  const entry = (constantID: number, offset: number) => ({ constantID, offset, size: 1 });
  return i => [
    {
      stage: {
        stage: VkShaderStageFlagBits.COMPUTE,
        module,
        pName: `main ${i} é`,
        pSpecializationInfo: {
          pMapEntries: [entry(i, 0), entry(i + 1, 1)],
          // Made when it is read: only the call knows it.
          get pData() {
            return Uint8Array.of(i, 1, 2, 3);
          },
        },
      },
      layout,
    },
  ];
}

describe('arguments', () => {
  it('live over the call, through collections between encoding and call, and in the call', () => {
    const seen: unknown[] = [];
    using lying = openLying({
      vkWaitSemaphores(_device, info) {
        churn();
        const [, p] = registry.command('vkWaitSemaphores').params;
        const [{ pValues }] = decodeElements(p, BigInt(info), 1, undefined) as { pValues: bigint[] }[];
        seen.push(pValues[0]);
        return VkResult.SUCCESS;
      },
    });
    const { device } = lying;
    const semaphore = device.adopt<VkSemaphore>('VkSemaphore', 0x3000n);
    for (let i = 0; i < ROUNDS; i++)
      device.waitSemaphores(
        {
          pSemaphores: [semaphore],
          // Not copied: C reads the array's own memory, which only the call knows.
          get pValues() {
            return BigUint64Array.of(BigInt(i));
          },
          // Read when all else is encoded.
          get semaphoreCount() {
            churn();
            return 1;
          },
        } as never,
        0,
      );
    expect(seen).to.deep.equal(Array.from({ length: ROUNDS }, (_, i) => BigInt(i)));
  });

  for (const form of ['sync', 'promise'])
    it(`nested in each other reach C whole: structs, strings, arrays, bytes (${form} form)`, async () => {
      const seen: unknown[] = [];
      using lying = openLying({
        vkCreateComputePipelines(_device, _cache, count, infos) {
          churn();
          const [, , , p] = registry.command('vkCreateComputePipelines').params;
          const [info] = decodeElements(p, BigInt(infos), Number(count), undefined) as PipelineSeen[];
          const { pName, pSpecializationInfo } = info.stage;
          const { pMapEntries, pData } = pSpecializationInfo;
          seen.push([pName, pMapEntries.map(entry => entry.constantID), [...pData]]);
          return VkResult.PIPELINE_COMPILE_REQUIRED;
        },
      });
      const { device } = lying;
      const infos = pipelineInfos(device);
      for (let i = 0; i < ROUNDS; i++) {
        if (form === 'sync') device.createComputePipelines(null, infos(i));
        else {
          const made = device.async.createComputePipelines(null, infos(i));
          churn();
          await made;
        }
      }
      const expected = (_: unknown, i: number) => [`main ${i} é`, [i, i + 1], [i, 1, 2, 3]];
      expect(seen).to.deep.equal(Array.from({ length: ROUNDS }, expected));
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

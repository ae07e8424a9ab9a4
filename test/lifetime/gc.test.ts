// Arguments that only the call keeps alive reach C as they were passed, while garbage collections are forced during the call.

import { expect } from 'chai';
import { Fixture } from '../../scripts/fuzz/fixture.ts';
import {
  type Device,
  type VkComputePipelineCreateInfo,
  VkResult,
  VkSemaphoreType,
  VkShaderStageFlagBits,
  VkStructureType,
} from '../../src/index.ts';
import { Call } from '../../src/marshal/call.ts';
import { decodeElements } from '../../src/marshal/decode.ts';
import { threshold } from '../../src/marshal/tier-up.ts';
import type { ArgumentError } from '../../src/native/argument-error.ts';
import { registry } from '../../src/registry/registry.ts';
import { open } from '../embedded/driver-open.ts';
import { openLying } from '../failures/lies.ts';
import { churn } from './churn.ts';

/** A collection takes long beside all other tests; alone in its process, more of them take no longer. */
const ROUNDS = Number(process.env.KOFFI_VULKAN_ROUNDS ?? 3);

interface PipelineSeen {
  readonly stage: {
    readonly pName: string;
    readonly pSpecializationInfo: {
      readonly pMapEntries: { readonly constantID: number }[];
      readonly pData: Uint8Array;
    };
  };
}

/** New arguments for each round, which nothing else keeps alive. */
function pipelineInfos(device: Device): (i: number) => VkComputePipelineCreateInfo[] {
  const module = device.adopt('VkShaderModule', 0x1000n);
  const layout = device.adopt('VkPipelineLayout', 0x2000n);
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
    const semaphore = device.adopt('VkSemaphore', 0x3000n);
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

  it('are looked at again even if a setter on Array.prototype swallows what is written to arrays', () => {
    const { device, close } = open();
    const held = Array.from({ length: 20 }, () => new Uint8Array(8));
    const swallowing = { configurable: true, get: () => new Uint8Array(99), set: () => {} };
    for (const [i, taken] of held.entries()) {
      const call = Call.begin(device);
      try {
        for (const k of held.keys()) Object.defineProperty(Array.prototype, k, swallowing);
        for (let k = 0; k < 20; k++) call.holdBytes(held[k], held[k].length);
      } finally {
        for (let k = 0; k < 20; k++) delete Array.prototype[k];
      }
      let told: unknown;
      try {
        call.checkHeld();
        structuredClone(taken.buffer, { transfer: [taken.buffer] });
        call.checkHeld();
      } catch (error) {
        told = (error as ArgumentError).toError('call').message;
      }
      call.end();
      expect(told, String(i)).to.equal('call: bytes were detached or shrunk while the arguments were read');
      held[i] = new Uint8Array(8);
    }
    close();
  });

  for (const uses of [0, Number.POSITIVE_INFINITY]) {
    const how = uses === 0 ? 'compiled' : 'interpreted';
    let fixture: Fixture;
    before(() => {
      fixture = new Fixture('null');
    });

    it(`that a getter beside them takes away are as if none had been given (${how})`, () => {
      threshold.uses = uses;
      const { VkCommandBuffer: commands } = fixture.objects;
      const bytes = new Uint8Array(32);
      const region = {
        get address() {
          structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
          return 4096n;
        },
        size: 32,
      };
      expect(() => commands.cmdUpdateMemoryKHR(region, 0, bytes)).to.throw(
        'vkCmdUpdateMemoryKHR.pData: expected more than 0 as dataSize, got 0',
      );
      threshold.uses = 0;
    });

    it(`that are gone are not read for a rule, nor when what holds them is filled (${how})`, () => {
      threshold.uses = uses;
      const { VkDevice: device } = fixture.objects;
      // The memory of these bytes does not exist any more then.
      const emptied = () => {
        const Resizable = ArrayBuffer as unknown as new (
          size: number,
          options: { maxByteLength: number },
        ) => ArrayBuffer & { resize(size: number): void };
        const buffer = new Resizable(1 << 20, { maxByteLength: 1 << 24 });
        return { bytes: new Uint8Array(buffer), empty: () => buffer.resize(0) };
      };
      const gone = /bytes were detached or shrunk/;

      const data = emptied();
      const pSpecializationInfo = {
        pMapEntries: [{ constantID: 0, offset: 0, size: 4 }],
        pData: data.bytes,
        get dataSize() {
          data.empty();
          return 1 << 20;
        },
      };
      const stage = { stage: 32, module: device.adopt('VkShaderModule', 0x1000n), pName: 'main' };
      const layout = device.adopt('VkPipelineLayout', 0x2000n);
      expect(() =>
        device.createComputePipelines(null, [{ stage: { ...stage, pSpecializationInfo }, layout }]),
      ).to.throw(RangeError, gone);

      const images = [device.adopt('VkImage', 0x3000n), device.adopt('VkImage', 0x4000n)];
      const [one, two] = [emptied(), emptied()];
      const late = {
        get address() {
          one.empty();
          return two.bytes;
        },
      };
      expect(() =>
        device.getImageOpaqueCaptureDataEXT(images, [{ address: one.bytes }, late] as never),
      ).to.throw(RangeError, gone);

      const [three, four] = [emptied(), emptied()];
      const early = {
        address: three.bytes,
        set size(_: bigint) {
          four.empty();
        },
        get size() {
          return undefined as never;
        },
      };
      const filled = { address: four.bytes };
      device.getImageOpaqueCaptureDataEXT(images, [early, filled] as never);
      expect((filled.address as unknown as Uint8Array).byteLength).to.equal(1 << 20);
      threshold.uses = 0;
    });
  }

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

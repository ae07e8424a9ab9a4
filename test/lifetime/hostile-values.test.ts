// Errors of a script's getters and setters, while its values are read and filled, name the member, and nothing is lost.
import { expect } from 'chai';
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import { structToBytes } from '../../src/helpers/index.ts';
import {
  API_VERSION_1_1,
  Device,
  Instance,
  loadVulkan,
  VkResult,
  VkShaderStageFlagBits,
  VkStructureType,
  VulkanError,
} from '../../src/index.ts';
import { addressOf, copy } from '../../src/native/koffi.ts';
import { sharedTextureOf } from '../../src/shared-texture/index.ts';
import { handleOf, importTextureWin32 } from '../../src/win32/index.ts';
import { open } from '../embedded/driver-open.ts';
import { openLying } from '../failures/lies.ts';

const caught = (act: () => unknown): Error & { cause?: unknown; result?: unknown } => {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
};

/** Interpreted at first, compiled then. */
const often = (act: () => void) => {
  for (let i = 0; i < 40; i++) act();
};

describe('values of a script', () => {
  it('whose getters throw are told with their member, and what was thrown is the cause, whatever it is', () => {
    const { device, close } = open();
    const image = (extent: object) => ({
      imageType: 1,
      format: 37,
      mipLevels: 1,
      arrayLayers: 1,
      samples: 1,
      usage: 1,
      extent: { height: 1, depth: 1, ...extent },
    });
    for (const thrown of [
      new Error('mine'),
      new VulkanError('vkFoo', -4),
      undefined,
      null,
      'text',
      5n,
      Symbol('s'),
    ])
      often(() => {
        const width = {
          get width(): number {
            throw thrown;
          },
        };
        const info = image({});
        Object.defineProperties(info.extent, Object.getOwnPropertyDescriptors(width));
        const error = caught(() => device.createImage(info as never));
        expect(error).to.be.instanceOf(TypeError);
        expect(error.message).to.match(/^vkCreateImage\.pCreateInfo\.extent\.width: reading it threw /);
        expect('cause' in error && error.cause).to.equal(thrown);
      });
    close();
  });

  it('that are no sType are refused, given or asked for', () => {
    const { device, close } = open();
    for (const sType of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 5n, 'x', null, Symbol('s')] as never[])
      often(() => {
        expect(() => device.physicalDevice.getPhysicalDeviceProperties2({ pNext: [sType] })).to.throw(
          /^vkGetPhysicalDeviceProperties2\.pProperties\.pNext\[0\](\.sType)?: expected /,
        );
        expect(() => device.createBuffer({ size: 1, usage: 1, pNext: [{ sType }] })).to.throw(
          /^vkCreateBuffer\.pCreateInfo\.pNext\[0\]\.sType: expected a VkStructureType/,
        );
      });
    close();
  });

  it('that are no structs are refused by what they are', () => {
    const { device, close } = open();
    for (const [value, words] of [
      [Promise.resolve({}), 'a Promise (is an await missing?)'],
      [new Map(), 'a Map'],
      [new Set(), 'a Set'],
      [new Date(), 'a Date'],
      [new Error('x'), 'an Error'],
      [new ArrayBuffer(4), 'an ArrayBuffer'],
      [new SharedArrayBuffer(4), 'a SharedArrayBuffer'],
      [new WeakMap(), 'a WeakMap'],
    ] as const)
      often(() => {
        for (const create of ['createFence', 'createBuffer'] as const) {
          const { message } = caught(() => device[create](value as never));
          const name = `Vk${create.slice(6)}CreateInfo`;
          expect(message).to.equal(
            `vkC${create.slice(1)}.pCreateInfo: expected a ${name} object, got ${words}`,
          );
        }
      });
    close();
  });

  it('are told in short however long they are, and at once', () => {
    const { device, close } = open();
    const long = 'x'.repeat(2 ** 25);
    for (const info of [
      { [long]: 1, size: 4, usage: 1 },
      { size: 4, usage: long },
      { size: long, usage: 1 },
    ]) {
      const { message } = caught(() => device.createBuffer(info as never));
      expect(message).to.match(/^vkCreateBuffer\.pCreateInfo\.(x{57}\.\.\.|usage|size): /);
      expect(message.length).to.be.lessThan(600);
    }
    close();
  });

  it('may have members on their prototypes, and none there that nobody knows', () => {
    const { device, close } = open();
    class Info {
      flags = 0;
      get pNext(): undefined {
        return undefined;
      }
    }
    often(() => {
      device.destroyFence(device.createFence(new Info()));
      device.destroyFence(device.createFence(Object.create({ flags: 1 })));
      const { message } = caught(() => device.createFence(Object.create({ flagz: 1 })));
      expect(message).to.equal('vkCreateFence.pCreateInfo.flagz: unknown member; did you mean flags?');
    });
    close();
  });

  it('with members that nobody knows are told in one line, whatever their names are', async () => {
    const { device, gpu, close } = open();
    const evil = { 'evil\nline': 1 } as never;
    const codedSize = { width: 1, height: 1 };
    const calls: [string, () => unknown][] = [
      ['vkCreateBuffer.pCreateInfo["evil\\nline"]: ', () => device.createBuffer(evil)],
      [
        'vkGetPhysicalDeviceProperties2.pProperties["evil\\nline"]: ',
        () => gpu.getPhysicalDeviceProperties2(evil),
      ],
      ['loadVulkan.options["evil\\nline"]: ', () => loadVulkan(evil)],
      ['importTextureWin32["evil\\nline"]: ', () => importTextureWin32(device, evil)],
      ['{ "evil\\nline" }', () => structToBytes('VkClearColorValue', evil)],
      ['an object with "evil\\nline"', () => handleOf(evil)],
      ['got "evil\\nline"', () => sharedTextureOf({ pixelFormat: 'bgra', codedSize, handle: evil } as never)],
    ];
    for (const [words, call] of calls) {
      const { message } = caught(call);
      expect(message).to.include(words);
      expect(message).not.to.include('\n');
    }
    const [form] = await Promise.allSettled([device.async.waitForFences([], true, 0n, evil)]);
    expect((form as PromiseRejectedResult).reason.message).to.match(
      /^vkWaitForFences\.options\["evil\\nline"\]: .*$/,
    );
    close();
  });

  it('that are bigints of a million digits are told in a few words', () => {
    const { device, close } = open();
    const huge = 1n << 4_000_000n;
    often(() => {
      expect(caught(() => device.createBuffer({ size: huge, usage: 1 })).message).to.equal(
        'vkCreateBuffer.pCreateInfo.size: expected uint64 (a bigint or a safe integer), got a bigint of more than 128 bits',
      );
      expect(caught(() => device.destroyFence(huge as never)).message).to.match(
        /got a bigint of more than 128 bits/,
      );
    });
    close();
  });

  it('whose setters throw lose nothing: the rest is filled, and the error has what the call gave', () => {
    using lying = openLying({
      vkCreateComputePipelines(_device, _cache, _count, _infos, _allocator, pipelines) {
        copy(BigInt(pipelines), addressOf(BigUint64Array.of(0x77n)), 8);
        return VkResult.SUCCESS;
      },
      vkDestroyPipeline: () => undefined,
    });
    const { device } = lying;
    const module = device.adopt('VkShaderModule', 0x1000n);
    const layout = device.adopt('VkPipelineLayout', 0x2000n);
    often(() => {
      const feedback = {
        duration: 5n,
        get flags(): number {
          return 0;
        },
        set flags(_flags: number) {
          throw new Error('mine');
        },
      };
      const error = caught(() =>
        device.createComputePipelines(null, [
          {
            layout,
            stage: { stage: VkShaderStageFlagBits.COMPUTE, module, pName: 'main' },
            pNext: [
              {
                sType: VkStructureType.PIPELINE_CREATION_FEEDBACK_CREATE_INFO,
                pPipelineCreationFeedback: feedback,
              },
            ],
          },
        ]),
      );
      expect(error.message).to.match(/filling pPipelineCreationFeedback threw Error: mine/);
      expect(error.cause).to.have.property('message', 'mine');
      expect(error.result).to.deep.equal({ result: VkResult.SUCCESS, pPipelines: [0x77n] });
      device.destroyPipeline(0x77n as never);
    });
  });

  it('that are objects of ours are refused in place of a struct by what they are', () => {
    const { vulkan, instance, gpu, device, queue, close } = open();
    const other = vulkan.createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_1 } });
    const [gone] = other.enumeratePhysicalDevices();
    other.destroyInstance();
    const ours: [value: object, name: string][] = [
      [vulkan, 'what loadVulkan gave'],
      [instance, 'an Instance'],
      [gpu, 'a PhysicalDevice'],
      [gone, 'a PhysicalDevice'],
      [device, 'a Device'],
      [queue, 'a Queue'],
      [Object.create(gpu), 'what has the prototype of an object of this library'],
      [Object.create(Instance.prototype), 'what has the prototype of an object of this library'],
    ];
    for (const [value, name] of ours) {
      const places: [call: () => unknown, path: string, struct: string][] = [
        [
          () => vulkan.createInstance({ pApplicationInfo: value as never }),
          'vkCreateInstance.pCreateInfo.pApplicationInfo',
          'VkApplicationInfo',
        ],
        [() => device.createBuffer(value as never), 'vkCreateBuffer.pCreateInfo', 'VkBufferCreateInfo'],
        [
          () => device.createImage({ imageType: 1, format: 37, extent: value } as never),
          'vkCreateImage.pCreateInfo.extent',
          'VkExtent3D',
        ],
        [() => queue.queueSubmit([value as never]), 'vkQueueSubmit.pSubmits[0]', 'VkSubmitInfo'],
        [
          () => gpu.getPhysicalDeviceProperties2(value as never),
          'vkGetPhysicalDeviceProperties2.pProperties',
          '{ pNext }',
        ],
      ];
      for (const [call, path, struct] of places)
        often(() => {
          const error = caught(call);
          expect(error.message).to.equal(`${path}: expected a ${struct} object, got ${name}`);
          expect(error.cause).to.equal(undefined);
        });
    }
    close();
  });
});

describe('options', () => {
  it('that nobody knows are refused everywhere, with their path', () => {
    const { vulkan, instance, gpu, device, driver, close } = open();
    for (const [act, words] of [
      [() => loadVulkan(null as never), 'loadVulkan.options: expected { library, getInstanceProcAddr'],
      [() => loadVulkan({ libary: 'x' } as never), 'loadVulkan.options.libary: there is no such option'],
      [() => loadVulkan({ library: 5 } as never), 'loadVulkan.library: expected a path'],
      [() => createEmbeddedDriver(null as never), 'createEmbeddedDriver.options: expected {'],
      [
        () => createEmbeddedDriver({ devices: 1 } as never),
        'createEmbeddedDriver.options.devices: there is no such option',
      ],
      [
        () => driver.fail('vkDeviceWaitIdle', VkResult.NOT_READY, { aftr: 1 } as never),
        'fail.when.aftr: there is no such option',
      ],
      [() => driver.createExternalHandle(8, undefined as never), 'createExternalHandle.options: expected {'],
      [
        () => driver.override('vkCreateFence', 5 as never),
        'override.replacement: expected a function, got 5',
      ],
      [() => driver.fail('vkCreateFence', '-1' as never), 'fail.result: expected a VkResult, got "-1"'],
      [
        () => driver.fail('vkCreateFence', -1, { times: Number.NaN }),
        'fail.when.times: expected 0 or more, got NaN',
      ],
      [
        () => driver.createExternalFence({ value: 'x' as never }),
        'createExternalFence.options.value: expected a bigint or a safe integer, got "x"',
      ],
      [
        () => driver.createExternalFence({ valu: 1n } as never),
        'createExternalFence.options.valu: there is no such option',
      ],
      [
        () => driver.writeExternal(1n, [1] as never),
        'writeExternal.bytes: expected a Uint8Array, got an array of 1',
      ],
      [() => Instance.fromHandle(null as never, 1n), 'Instance.fromHandle.vulkan: expected'],
      [
        () => Instance.fromHandle(vulkan, instance.handle, null as never),
        'Instance.fromHandle.created: expected',
      ],
      [
        () => Instance.fromHandle(vulkan, instance.handle, { apiVersions: 1 } as never),
        'Instance.fromHandle.created.apiVersions: there is no such option',
      ],
      [
        () => Instance.fromHandle(vulkan, instance.handle, { enabledExtensions: 5 } as never),
        'Instance.fromHandle.created.enabledExtensions: expected an array of names, got 5',
      ],
      [
        () => Device.fromHandle(null as never, 1n),
        'Device.fromHandle.physicalDevice: expected a PhysicalDevice',
      ],
      [
        () => Device.fromHandle(gpu, device.handle, 5 as never),
        'Device.fromHandle.enabledExtensions: expected an array of names, got 5',
      ],
    ] as const) {
      const error = caught(act as () => unknown);
      expect(error).to.be.instanceOf(TypeError);
      expect(error.message).to.include(words);
    }
    close();
  });
});

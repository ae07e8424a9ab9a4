// What Vulkan returns although a command fails is not lost: objects that were created, and what it wrote into arguments.
import { expect } from 'chai';
import type { RandomValues } from '../../scripts/fuzz/values.ts';
import { compileMethod } from '../../src/commands/compile-method.ts';
import { interpretMethod, promiseMethod } from '../../src/commands/interpret.ts';
import { type Device, VkResult, VulkanError } from '../../src/index.ts';
import { ArgumentError } from '../../src/native/argument-error.ts';
import { addressOf, copy } from '../../src/native/koffi.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf, type CommandRow } from '../../src/registry/rows.ts';
import { shapeOf } from '../../src/registry/shape.ts';
import type { Opened } from './driver-open.ts';
import { valuesSuite } from './values-suite.ts';

const COMMANDS = registry.tables.commands
  .entries()
  .filter(([, text]) => aliasOf(text) === undefined)
  .map(([name]) => registry.command(name));
const SEVERAL = COMMANDS.filter(
  row => /^vkCreate/.test(row.name) && shapeOf(row, registry).roles.includes('sized'),
);
const INDEX = 5001;

describe('what Vulkan gave is never lost', () => {
  let opened: Opened;
  let device: Device;
  let values: RandomValues;
  valuesSuite(
    (...given) => {
      [opened, values] = given;
      device = opened.device;
    },
    beforeEach,
    afterEach,
  );

  const writeWords = (address: number | bigint, words: readonly bigint[]) => {
    const bytes = BigUint64Array.from(words);
    copy(address, addressOf(bytes), bytes.byteLength);
  };

  /** Arguments that a command takes; chance does not know every rule. */
  function argumentsFor(row: CommandRow, given: Record<string, unknown>): unknown[] {
    const { roles } = shapeOf(row, registry);
    const lengths = new Map([
      ['createInfoCount', 3],
      ['swapchainCount', 3],
    ]);
    return row.params.flatMap((p, i) =>
      roles[i] === 'in' ? [p.name in given ? given[p.name] : values.member(p, 3, lengths)] : [],
    );
  }

  /** Calls it until its arguments are right. */
  function attempt(row: CommandRow, native: (...args: (number | bigint)[]) => number): unknown {
    for (let i = 0; i < 100; i++) {
      try {
        return interpretMethod(row, () => native as never)(
          device,
          argumentsFor(row, { deferredOperation: null }),
        );
      } catch (error) {
        if (error instanceof VulkanError) return error;
        if (!(error instanceof ArgumentError)) throw error;
      }
    }
    throw new Error(`no right arguments of ${row.name}`);
  }

  it(`${SEVERAL.length} commands make several objects: those that were made come with the error, and live`, () => {
    expect(SEVERAL.map(row => row.name)).to.include.members([
      'vkCreateGraphicsPipelines',
      'vkCreateShadersEXT',
      'vkCreateSharedSwapchainsKHR',
    ]);
    for (const row of SEVERAL) {
      const { base } = row.params.at(-1)!;
      const error = attempt(row, (...args) => {
        writeWords(args.at(-1)!, [0x7001n, 0n, 0x7003n]);
        return VkResult.ERROR_OUT_OF_HOST_MEMORY;
      }) as VulkanError;
      expect(error, row.name).to.be.instanceOf(VulkanError);
      expect(error.result).to.equal(VkResult.ERROR_OUT_OF_HOST_MEMORY);
      expect(error.results, row.name).to.deep.equal([0x7001n, 0n, 0x7003n]);
      expect(device.scope.has(base, 0x7001n) && device.scope.has(base, 0x7003n)).to.equal(true);
      expect(device.scope.leaks().map(({ handle }) => handle)).to.include.members([0x7001n, 0x7003n]);
      device.scope.live.length = 0;
    }
  });

  it('success without an object is an error that says so', () => {
    const { driver } = opened;
    driver.override('vkCreateFence', () => 0n);
    for (let i = 0; i < 3; i++)
      expect(() => device.createFence({})).to.throw(
        VulkanError,
        'vkCreateFence: VK_SUCCESS, but VK_NULL_HANDLE as pFence',
      );
    const row = registry.command('vkCreateComputePipelines');
    const error = attempt(row, (...args) => {
      writeWords(args.at(-1)!, [0x7001n, 0n, 0x7003n]);
      return 0;
    }) as VulkanError;
    expect(error.message).to.equal('vkCreateComputePipelines: VK_SUCCESS, but VK_NULL_HANDLE as pPipelines');
    expect(error.results).to.deep.equal([0x7001n, 0n, 0x7003n]);
    // A pipeline that has to be compiled first is no mistake.
    const waiting = attempt(row, () => VkResult.PIPELINE_COMPILE_REQUIRED);
    expect(waiting).to.deep.equal({ result: VkResult.PIPELINE_COMPILE_REQUIRED, pPipelines: [0n, 0n, 0n] });
  });

  it('a positive result that the registry does not list is given', () => {
    const answers = (name: string, native: (...args: never[]) => number, args: unknown[]) => {
      const row = registry.command(name);
      device.dispatch.natives[INDEX] = native as never;
      const slow = () => interpretMethod(row, () => native as never)(device, args);
      const compiled = compileMethod(row, 'VkDevice', INDEX, slow as never)!;
      return [slow(), compiled.apply(device as never, args)];
    };
    expect(answers('vkDeviceWaitIdle', () => 1_000_999_000, [])).to.deep.equal([
      1_000_999_000, 1_000_999_000,
    ]);
    let fence = 0x7000n;
    const made = answers(
      'vkCreateFence',
      (...args: (number | bigint)[]) => {
        writeWords(args[3], [++fence]);
        return 1_000_999_000;
      },
      [{}],
    );
    expect(made).to.deep.equal([
      { result: 1_000_999_000, pFence: 0x7001n },
      { result: 1_000_999_000, pFence: 0x7002n },
    ]);
  });

  describe('what is written through pointers inside inputs comes back on errors', () => {
    const results = () => ({
      numbers: [0, 0] as number[],
      words: new Int32Array(2),
      bytes: new Uint8Array(8),
    });
    const present = (pResults: unknown) => ({
      pSwapchains: [1, 2].map(() => values.handle('VkSwapchainKHR')),
      pImageIndices: [0, 0],
      pResults,
    });
    /** Writes pResults of a VkPresentInfoKHR. */
    const native = (_queue: unknown, info: number | bigint): number => {
      const row = registry.struct('VkPresentInfoKHR');
      expect(row.members.at(-1)!.name).to.equal('pResults');
      const words = new BigUint64Array(8);
      copy(addressOf(words), info, 64);
      writeWords(words[7], [
        BigInt.asUintN(64, (5n << 32n) | BigInt.asUintN(32, BigInt(VkResult.ERROR_OUT_OF_DATE_KHR))),
      ]);
      return VkResult.ERROR_OUT_OF_DATE_KHR;
    };
    const wanted = [VkResult.ERROR_OUT_OF_DATE_KHR, 5];

    for (const kind of ['numbers', 'words', 'bytes'] as const)
      it(`pResults into ${kind}: interpreted, compiled, as a promise`, async () => {
        const row = registry.command('vkQueuePresentKHR');
        const read = (given: ReturnType<typeof results>) =>
          kind === 'bytes' ? [...new Int32Array(given.bytes.buffer)] : [...given[kind]];
        opened.queue.dispatch.natives[INDEX] = native as never;
        const slow = interpretMethod(row, () => native as never);
        const compiled = compileMethod(row, 'VkQueue', INDEX, () => expect.fail('it is compiled'))!;
        for (const call of [
          (info: unknown) => slow(opened.queue, [info]),
          (info: unknown) => compiled.call(opened.queue as never, info),
        ]) {
          const given = results();
          expect(() => call(present(given[kind]))).to.throw(VulkanError, 'VK_ERROR_OUT_OF_DATE_KHR');
          expect(read(given)).to.deep.equal(wanted);
        }
        const given = results();
        const asynchronous = Object.assign(() => {}, {
          async: (...args: unknown[]) =>
            (args.at(-1) as (e: null, r: number) => void)(null, native(args[0], args[1] as bigint)),
        });
        const promised = promiseMethod(row, () => asynchronous as never)(opened.queue, [
          present(given[kind]),
        ]);
        let told: unknown;
        await promised.catch(error => {
          told = error;
        });
        expect(told).to.be.instanceOf(VulkanError);
        expect(read(given)).to.deep.equal(wanted);
      });

    it('a setter that throws does not hide the error of the command', () => {
      const given = Object.defineProperty([0, 0], 1, {
        get: () => 0,
        set() {
          throw new Error('mine');
        },
      });
      try {
        interpretMethod(registry.command('vkQueuePresentKHR'), () => native as never)(opened.queue, [
          present(given),
        ]);
        expect.fail('it fails');
      } catch (error) {
        expect((error as VulkanError).code).to.equal('VK_ERROR_OUT_OF_DATE_KHR');
        expect((error as VulkanError).cause)
          .to.be.instanceOf(TypeError)
          .with.property('message')
          .that.includes('mine');
      }
    });
  });

  it('handles that come back inside a struct are known as made', () => {
    const row = registry.command('vkCreatePipelineBinariesKHR');
    const pBinaries = { pPipelineBinaries: [0n, 0n] };
    const native = (...args: (number | bigint)[]) => {
      const words = new BigUint64Array(4);
      copy(addressOf(words), args[3], 32);
      writeWords(words[3], [0x7001n, 0x7002n]);
      return 0;
    };
    interpretMethod(row, () => native as never)(device, [
      { pipeline: values.handle('VkPipeline'), pNext: undefined },
      pBinaries,
    ]);
    expect(pBinaries.pPipelineBinaries).to.deep.equal([0x7001n, 0x7002n]);
    expect(device.scope.leaks().map(({ type, handle }) => `${type} ${handle}`)).to.deep.equal([
      `VkPipelineBinaryKHR ${0x7001}`,
      `VkPipelineBinaryKHR ${0x7002}`,
    ]);
  });
});

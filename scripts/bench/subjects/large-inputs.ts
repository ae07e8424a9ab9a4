// Measures whether 64 MiB are passed without a copy, and what an element costs in long and short arrays of structs.
import {
  VkImageAspectFlagBits as Aspect,
  VkImageLayout as Layout,
  VkStructureType as Type,
} from '../../../src/index.ts';
import { bare } from '../bare.ts';
import { bigintAddressOf } from '../bytes.ts';
import { type Contestant, contest } from '../contest.ts';
import type { Once } from '../loop.ts';
import { missingRow, type Row, type Subject } from '../row.ts';
import { openTrivialDriver, rangeSum, type TrivialDriver } from '../trivial-driver.ts';

const SIZES = [64, 64 * 2 ** 20];
const LENGTHS = [100, 1_000, 10_000, 100_000];
const nameOf = (bytes: number) => (bytes < 1024 ? `${bytes} bytes` : `${bytes / 2 ** 20} MiB`);

/** Filled with different numbers, so that a partial copy would be noticed. */
const words = (bytes: number): Uint32Array => Uint32Array.from({ length: bytes / 4 }, (_, i) => i + 7);
const ends = (array: Uint32Array): number => array[0] + array.at(-1)!;

function byAddress(
  rounds: number,
  driver: TrivialDriver,
  title: string,
  pass: (array: Uint32Array) => void,
): Row {
  const seen = bare(driver.symbol('driver_seen'), 'uint64_t', []);
  const contestants = SIZES.map(words).map((array): Contestant => {
    const address = bigintAddressOf(array);
    const run = driver.counted(() => pass(array));
    return {
      name: nameOf(array.byteLength),
      // C must have been given these bytes, not a copy of them.
      run: times => {
        const sum = run(times);
        return BigInt(seen()) === address ? sum : Number.NaN;
      },
      expected: times => (ends(array) * times) % 2 ** 32,
    };
  });
  const [small, large] = SIZES.map(nameOf);
  return contest({
    title,
    baseline: small,
    rounds,
    contestants,
    expected: () => 0,
    targets: [{ of: large, most: 1.5, against: small }],
  });
}

/** What an element costs in arrays of n, for several n: `once` passes an array, which adds `adds` to the driver's sum. */
const perElement = (
  rounds: number,
  driver: TrivialDriver,
  title: string,
  arrays: (n: number) => { once: Once; adds: number },
): Row =>
  contest({
    title,
    baseline: `n = ${LENGTHS[1]}`,
    rounds,
    contestants: LENGTHS.map(each => {
      const { once, adds } = arrays(each);
      return {
        name: `n = ${each}`,
        run: driver.counted(once),
        expected: times => ((adds % 2 ** 32) * times) % 2 ** 32,
        each,
      };
    }),
    expected: () => 0,
    targets: [{ of: `n = ${LENGTHS.at(-1)}`, most: 1.5, against: `n = ${LENGTHS[1]}` }],
  });

export const largeInputs: Subject = {
  name: 'large-inputs',
  run({ tools, rounds }) {
    const { path, missing } = tools.trivialDriver;
    if (path === undefined) return [missingRow('large-inputs', missing)];
    const driver = openTrivialDriver(path);
    const { device, commands, buffer, image } = driver;
    const barrier = {
      newLayout: Layout.GENERAL,
      image,
      subresourceRange: { aspectMask: Aspect.COLOR, levelCount: 1, layerCount: 1 },
    };
    const one =
      Type.IMAGE_MEMORY_BARRIER_2 +
      5 * Layout.UNDEFINED +
      6 * Layout.GENERAL +
      9 * Number(image) +
      rangeSum(Aspect.COLOR, 0, 1, 0, 1);
    return [
      byAddress(rounds, driver, 'cmdUpdateBuffer, pData of 64 bytes and of 64 MiB', data =>
        commands.cmdUpdateBuffer(buffer, 0, data),
      ),
      byAddress(rounds, driver, 'createShaderModule, pCode of 64 bytes and of 64 MiB', pCode =>
        device.destroyShaderModule(device.createShaderModule({ codeSize: pCode.byteLength, pCode })),
      ),
      perElement(rounds, driver, 'cmdCopyBuffer, one of n regions', n => {
        const list = Array.from({ length: n }, (_, i) => ({ srcOffset: i, dstOffset: 2 * i, size: 4 }));
        return {
          once: () => commands.cmdCopyBuffer(buffer, buffer, list),
          adds: list.reduce((sum, r) => (sum + r.srcOffset + 2 * r.dstOffset + 3 * r.size) % 2 ** 32, 0),
        };
      }),
      perElement(rounds, driver, 'cmdPipelineBarrier2, one of n image barriers', n => {
        const pImageMemoryBarriers = Array.from({ length: n }, () => ({ ...barrier }));
        return {
          once: () => commands.cmdPipelineBarrier2({ pImageMemoryBarriers }),
          adds: Type.DEPENDENCY_INFO + n * one,
        };
      }),
    ];
  },
};

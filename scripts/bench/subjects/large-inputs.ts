// The driver of trivial functions: whether 64 MiB are passed without a copy, and what an element costs in arrays of
// structs of any length.
import {
  VkImageAspectFlagBits as Aspect,
  VkImageLayout as Layout,
  VkStructureType as Type,
} from '../../../src/index.ts';
import { addressOf, bare } from '../bare.ts';
import { type Contestant, contest, type Run } from '../contest.ts';
import { missingRow, type Row, type Subject } from '../row.ts';
import { openTarget, rangeSum, type Target } from '../target.ts';

const TITLES = [
  'cmdUpdateBuffer, pData of 64 bytes and of 64 MiB',
  'createShaderModule + destroyShaderModule, pCode of 64 bytes and of 64 MiB',
  'cmdCopyBuffer, one of n regions',
  'cmdPipelineBarrier2, one of n image barriers',
];
const SIZES = [64, 64 * 2 ** 20];
const LENGTHS = [100, 1_000, 10_000, 100_000];
const nameOf = (bytes: number) => (bytes < 1024 ? `${bytes} bytes` : `${bytes / 2 ** 20} MiB`);

/** Filled so that a copy of it, or a part of it, would be found out. */
const words = (bytes: number): Uint32Array => Uint32Array.from({ length: bytes / 4 }, (_, i) => i + 7);
const ends = (array: Uint32Array): number => array[0] + array.at(-1)!;

function byAddress(
  rounds: number,
  target: Target,
  title: string,
  arrays: readonly Uint32Array[],
  pass: (array: Uint32Array) => void,
): Row {
  const seen = bare(target.symbol('target_seen'), 'uint64_t', []);
  const contestants = arrays.map((array): Contestant => {
    const address = addressOf(array);
    return {
      name: nameOf(array.byteLength),
      run: times => {
        const sum = target.sumOf(() => {
          for (let i = 0; i < times; i++) pass(array);
        });
        // The very bytes, not a copy of them.
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

const perElement = (rounds: number, title: string, contestants: readonly Contestant[]): Row =>
  contest({
    title,
    baseline: `n = ${LENGTHS[1]}`,
    rounds,
    contestants,
    expected: () => 0,
    targets: [{ of: `n = ${LENGTHS.at(-1)}`, most: 1.5, against: `n = ${LENGTHS[1]}` }],
  });

function regions(rounds: number, target: Target): Row {
  const { commands, buffer } = target;
  return perElement(
    rounds,
    TITLES[2],
    LENGTHS.map(each => {
      const list = Array.from({ length: each }, (_, i) => ({ srcOffset: i, dstOffset: 2 * i, size: 4 }));
      const once = list.reduce((sum, r) => (sum + r.srcOffset + 2 * r.dstOffset + 3 * r.size) % 2 ** 32, 0);
      const run: Run = times =>
        target.sumOf(() => {
          for (let i = 0; i < times; i++) commands.cmdCopyBuffer(buffer, buffer, list);
        });
      return { name: `n = ${each}`, run, expected: times => (once * times) % 2 ** 32, each };
    }),
  );
}

function barriers(rounds: number, target: Target): Row {
  const { commands, image } = target;
  const one = Type.IMAGE_MEMORY_BARRIER_2 + 5 * Layout.UNDEFINED + 6 * Layout.GENERAL + 9 * Number(image);
  return perElement(
    rounds,
    TITLES[3],
    LENGTHS.map(each => {
      const pImageMemoryBarriers = Array.from({ length: each }, () => ({
        newLayout: Layout.GENERAL,
        image,
        subresourceRange: { aspectMask: Aspect.COLOR, levelCount: 1, layerCount: 1 },
      }));
      const once = Type.DEPENDENCY_INFO + each * (one + rangeSum(Aspect.COLOR, 0, 1, 0, 1));
      const run: Run = times =>
        target.sumOf(() => {
          for (let i = 0; i < times; i++) commands.cmdPipelineBarrier2({ pImageMemoryBarriers });
        });
      return { name: `n = ${each}`, run, expected: times => ((once % 2 ** 32) * times) % 2 ** 32, each };
    }),
  );
}

export const largeInputs: Subject = {
  name: 'large-inputs',
  run({ tools, rounds }) {
    const { path, missing } = tools.target;
    if (path === undefined) return TITLES.map(title => missingRow(title, missing));
    const target = openTarget(path);
    const { device, commands, buffer } = target;
    const arrays = SIZES.map(words);
    return [
      byAddress(rounds, target, TITLES[0], arrays, data => commands.cmdUpdateBuffer(buffer, 0, data)),
      byAddress(rounds, target, TITLES[1], arrays, pCode =>
        device.destroyShaderModule(device.createShaderModule({ codeSize: pCode.byteLength, pCode })),
      ),
      regions(rounds, target),
      barriers(rounds, target),
    ];
  },
};

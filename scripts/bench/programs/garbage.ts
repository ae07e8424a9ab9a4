// JSON: what a million queries and barriers leave on the heap, or how many bytes one allocates.
import { constants, PerformanceObserver } from 'node:perf_hooks';
import {
  VkImageAspectFlagBits as Aspect,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  VkImageLayout as Layout,
  QUEUE_FAMILY_IGNORED,
  VkPipelineStageFlagBits as Stage,
} from '../../../src/index.ts';
import { Bytes, bare } from '../bare.ts';
import { sink } from '../contest.ts';
import { byUs, openDraws } from '../draws.ts';

const [path, mode] = process.argv.slice(2);
const draws = openDraws(path);
const { target } = draws;
const { device, commands, image } = target;
const HANDLE = 0x1234n;

const command = 'vkGetMemoryWin32HandlePropertiesKHR';
const call = bare(target.command(command), 'int32_t', ['uintptr_t', 'int32_t', 'uintptr_t', 'uintptr_t']);
const out = new Bytes(24);
const number = Number(device.handle);
let bits = 0;

const literal = (i: number) => ({
  srcAccessMask: 0x1000,
  dstAccessMask: 0x20,
  oldLayout: Layout.TRANSFER_DST_OPTIMAL,
  newLayout: Layout.SHADER_READ_ONLY_OPTIMAL,
  srcQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
  dstQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
  image,
  subresourceRange: {
    aspectMask: Aspect.COLOR,
    baseMipLevel: i & 7,
    levelCount: 1,
    baseArrayLayer: 0,
    layerCount: 1,
  },
});
const kept = [literal(0)];
const none: never[] = [];

/** Each does one thing so many times. */
const doings: Record<string, (times: number) => void> = {
  'the query': times => {
    for (let i = 0; i < times; i++) {
      const answer = device.getMemoryWin32HandlePropertiesKHR(HandleType.D3D11_TEXTURE, HANDLE);
      sink.last = answer;
      bits = answer.memoryTypeBits;
    }
  },
  'the object that the query returns': times => {
    for (let i = 0; i < times; i++) sink.last = { memoryTypeBits: i };
  },
  'the query by a bare koffi call': times => {
    for (let i = 0; i < times; i++) call(number, HandleType.D3D11_TEXTURE, 0x1234, out.number);
  },
  'the draw, its arrays made before': byUs(draws).hoisted,
  'the draw, its arrays as literals': byUs(draws).literals,
  'the literals that the draw takes': times => {
    for (let i = 0; i < times; i++) sink.last = [[draws.target.set], []];
  },
  'the barrier, its objects made before': times => {
    for (let i = 0; i < times; i++)
      commands.cmdPipelineBarrier(Stage.TRANSFER, Stage.FRAGMENT_SHADER, 0, none, none, kept);
  },
  'the barrier from a literal': times => {
    for (let i = 0; i < times; i++)
      commands.cmdPipelineBarrier(Stage.TRANSFER, Stage.FRAGMENT_SHADER, 0, [], [], [literal(i)]);
  },
  'the literal that the barrier takes': times => {
    for (let i = 0; i < times; i++) sink.last = [[], [], [literal(i)]];
  },
};

const used = (): number => process.memoryUsage().heapUsed;
const MILLION = 1_000_000;
const results: Record<string, Record<string, number>> = {};

// Until everything is compiled as far as it will be.
for (const run of Object.values(doings)) for (let i = 0; i < 20; i++) run(20_000);
if (bits !== (0x1234 ^ HandleType.D3D11_TEXTURE)) throw new Error(`the query answered ${bits}`);

const collections: { took: number; forced: boolean }[] = [];
const observer = new PerformanceObserver(list => {
  for (const { duration, detail } of list.getEntries() as unknown as {
    duration: number;
    detail: { flags: number };
  }[])
    collections.push({
      took: duration,
      forced: (detail.flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0,
    });
});
observer.observe({ entryTypes: ['gc'] });
const observed = () => new Promise(resolve => setTimeout(resolve, 20));

for (const [name, run] of Object.entries(doings)) {
  globalThis.gc!();
  await observed();
  collections.length = 0;
  if (mode === 'allocated') {
    // The young generation is made so large that nothing is collected in between.
    const times = 200_000;
    const before = used();
    run(times);
    const bytes = (used() - before) / times;
    await observed();
    if (collections.length > 0) throw new Error(`${name}: garbage was collected while it was counted`);
    results[name] = { bytes };
  } else {
    const before = used();
    run(MILLION);
    await observed();
    const own = collections.filter(c => !c.forced);
    globalThis.gc!();
    results[name] = {
      growth: (used() - before) / 1024,
      collections: own.length,
      milliseconds: own.reduce((sum, c) => sum + c.took, 0),
    };
  }
}
process.stdout.write(JSON.stringify(results));
process.exit(0);

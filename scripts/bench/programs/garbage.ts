// Prints as JSON what a million queries, draws and barriers leave on the heap, or how many bytes one of them allocates.
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { VkPipelineStageFlagBits as Stage, VkExternalMemoryHandleTypeFlagBits } from '../../../src/index.ts';
import { bareCommand } from '../bare.ts';
import { CMemory } from '../bytes.ts';
import type { Run } from '../contest.ts';
import { draws } from '../draws.ts';
import { type Once, repeat, sink } from '../loop.ts';
import { imageBarrier } from '../subjects/pipeline-barrier.ts';
import { openTrivialDriver } from '../trivial-driver.ts';

const [path, mode] = process.argv.slice(2);
const driver = openTrivialDriver(path);
const { device, commands, image, set } = driver;
const HANDLE = 0x1234n;
const TYPE = VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE;

const command = 'vkGetMemoryWin32HandlePropertiesKHR';
const call = bareCommand(driver.command(command), command);
const out = new CMemory(24);
const number = Number(device.handle);
let bits = 0;

const [kept, none]: [ReturnType<typeof imageBarrier>[], never[]] = [[imageBarrier(image, 0)], []];
const { hoisted, literals } = draws(driver);

/** Keeps the literals that are passed to no call, each in its own member, so that V8 does not remove them. */
const taken: Record<'first' | 'second' | 'third', unknown> = { first: 0, second: 0, third: 0 };

const once: Record<string, Once> = {
  'the query'() {
    const answer = device.getMemoryWin32HandlePropertiesKHR(TYPE, HANDLE);
    sink.last = answer;
    bits = answer.memoryTypeBits;
  },
  'the object that the query returns'(i) {
    sink.last = { memoryTypeBits: i };
  },
  'the query by a bare koffi call'() {
    call(number, TYPE, 0x1234, out.number);
  },
  'the draw, its arrays made before': hoisted,
  'the draw, its arrays as literals': literals,
  'the literals that the draw takes'() {
    taken.first = [set];
    taken.second = [];
  },
  'the barrier, its objects made before'() {
    commands.cmdPipelineBarrier(Stage.TRANSFER, Stage.FRAGMENT_SHADER, 0, none, none, kept);
  },
  'the barrier from a literal'(i) {
    commands.cmdPipelineBarrier(
      Stage.TRANSFER,
      Stage.FRAGMENT_SHADER,
      0,
      [],
      [],
      [imageBarrier(image, i & 7)],
    );
  },
  'the literal that the barrier takes'(i) {
    taken.first = [];
    taken.second = [];
    taken.third = [imageBarrier(image, i & 7)];
  },
};
/** Loops that each make one of these calls. */
const doings: Record<string, Run> = Object.fromEntries(
  Object.entries(once).map(([name, doing]) => [name, repeat(doing)]),
);

const used = (): number => process.memoryUsage().heapUsed;
const MILLION = 1_000_000;
const results: Record<string, Record<string, number>> = {};

// The warm-up: V8 optimises all that it will.
for (const run of Object.values(doings)) for (let i = 0; i < 20; i++) run(20_000);
if (bits !== (0x1234 ^ TYPE)) throw new Error(`the query answered ${bits}`);

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
    // The young generation is so large that nothing is collected in between.
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

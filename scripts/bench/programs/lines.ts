// Makes the calls whose checks are measured; each import of this file has its own copy of the library.
import { bareRun, type RacedCall } from '../call.ts';
import type { Run } from '../contest.ts';
import { createFence } from '../subjects/fence.ts';
import { pipelineBarrier } from '../subjects/pipeline-barrier.ts';
import { memoryTypesQuery } from '../subjects/query.ts';
import { queueSubmit2 } from '../subjects/queue-submit2.ts';
import { bindPipeline, bindSets, draw, pushConstants } from '../subjects/small-commands.ts';
import { updateDescriptorSets } from '../subjects/update-descriptor-sets.ts';
import { openTrivialDriver, type TrivialDriver } from '../trivial-driver.ts';

export interface Line {
  readonly title: string;
  readonly ours: Run;
  readonly bare: Run;
  readonly expected: Run;
}

const calls: readonly ((driver: TrivialDriver) => RacedCall)[] = [
  memoryTypesQuery,
  draw,
  bindPipeline,
  bindSets,
  pushConstants,
  pipelineBarrier,
  driver => updateDescriptorSets(1, driver, []),
  queueSubmit2,
  createFence,
];

export function openLines(path: string): readonly Line[] {
  const driver = openTrivialDriver(path);
  return calls.map(of => {
    const call = of(driver);
    return {
      title: call.title,
      ours: driver.counted(call.ours),
      bare: bareRun(call, driver, 'number'),
      expected: (call.expected ?? call.c)!,
    };
  });
}

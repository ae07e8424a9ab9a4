// The calls whose checks are measured, on a library of its own for each import of this file.
import { bareRun, type RacedCall } from '../call.ts';
import type { Run } from '../contest.ts';
import { createFence } from '../subjects/fence.ts';
import { pipelineBarrier } from '../subjects/pipeline-barrier.ts';
import { memoryTypesQuery } from '../subjects/query.ts';
import { queueSubmit2 } from '../subjects/queue-submit2.ts';
import { bindPipeline, bindSets, draw, pushConstants } from '../subjects/small-commands.ts';
import { updateDescriptorSets } from '../subjects/update-descriptor-sets.ts';
import { type OpenedTarget, openTarget } from '../target.ts';

export interface Line {
  readonly title: string;
  readonly ours: Run;
  readonly bare: Run;
  readonly expected: Run;
}

const calls: readonly ((target: OpenedTarget) => RacedCall)[] = [
  memoryTypesQuery,
  draw,
  bindPipeline,
  bindSets,
  pushConstants,
  pipelineBarrier,
  target => updateDescriptorSets(1, target, []),
  queueSubmit2,
  createFence,
];

export function openLines(path: string): readonly Line[] {
  const target = openTarget(path);
  return calls.map(of => {
    const call = of(target);
    return {
      title: call.title,
      ours: target.counted(call.ours),
      bare: bareRun(call, target, 'number'),
      expected: (call.expected ?? call.c)!,
    };
  });
}

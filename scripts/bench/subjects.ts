// Lists the subjects in the order in which they are measured.
import type { Subject } from './row.ts';
import { checksSubject } from './subjects/checks.ts';
import { coldStart } from './subjects/cold-start.ts';
import { devices } from './subjects/devices.ts';
import { extensionPropertiesSubject } from './subjects/extension-properties.ts';
import { fence } from './subjects/fence.ts';
import { frame } from './subjects/frame.ts';
import { garbage } from './subjects/garbage.ts';
import { importTexture } from './subjects/import-texture.ts';
import { largeInputs } from './subjects/large-inputs.ts';
import { manyCommands } from './subjects/many-commands.ts';
import { pipelineBarrierSubject } from './subjects/pipeline-barrier.ts';
import { pipelineBarrier2Subject } from './subjects/pipeline-barrier2.ts';
import { properties } from './subjects/properties.ts';
import { querySubject } from './subjects/query.ts';
import { queueSubmit2Subject } from './subjects/queue-submit2.ts';
import { smallCommands } from './subjects/small-commands.ts';
import { sourceStart } from './subjects/source-start.ts';
import { typeCost } from './subjects/type-cost.ts';
import { unused } from './subjects/unused.ts';
import { updateDescriptorSetsSubject } from './subjects/update-descriptor-sets.ts';
import { workers } from './subjects/workers.ts';

export const subjects: readonly Subject[] = [
  querySubject,
  importTexture,
  pipelineBarrierSubject,
  pipelineBarrier2Subject,
  queueSubmit2Subject,
  updateDescriptorSetsSubject,
  smallCommands,
  frame,
  checksSubject,
  properties,
  fence,
  extensionPropertiesSubject,
  coldStart,
  sourceStart,
  typeCost,
  unused,
  garbage,
  manyCommands,
  devices,
  workers,
  largeInputs,
];

// The subjects, in the order in which they are measured.
import type { Subject } from './row.ts';
import { coldStart } from './subjects/cold-start.ts';
import { devices } from './subjects/devices.ts';
import { extensionProperties } from './subjects/extension-properties.ts';
import { fence } from './subjects/fence.ts';
import { frame } from './subjects/frame.ts';
import { garbage } from './subjects/garbage.ts';
import { importTexture } from './subjects/import-texture.ts';
import { largeInputs } from './subjects/large-inputs.ts';
import { manyCommands } from './subjects/many-commands.ts';
import { pipelineBarrier } from './subjects/pipeline-barrier.ts';
import { pipelineBarrier2 } from './subjects/pipeline-barrier2.ts';
import { properties } from './subjects/properties.ts';
import { query } from './subjects/query.ts';
import { queueSubmit2 } from './subjects/queue-submit2.ts';
import { smallCommands } from './subjects/small-commands.ts';
import { sourceStart } from './subjects/source-start.ts';
import { typeCost } from './subjects/type-cost.ts';
import { unused } from './subjects/unused.ts';
import { updateDescriptorSets } from './subjects/update-descriptor-sets.ts';
import { workers } from './subjects/workers.ts';

export const subjects: readonly Subject[] = [
  query,
  importTexture,
  pipelineBarrier,
  pipelineBarrier2,
  queueSubmit2,
  updateDescriptorSets,
  smallCommands,
  frame,
  properties,
  fence,
  extensionProperties,
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

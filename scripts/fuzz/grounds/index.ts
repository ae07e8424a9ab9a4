// All grounds of the fuzzing.
import type { Ground } from '../ground.ts';
import { hostileArguments } from './arguments.ts';
import { takenBuffers } from './buffers.ts';
import { busyCallbacks } from './callbacks.ts';
import { chainRequests } from './chain-requests.ts';
import { entitlement } from './entitlement.ts';
import { exits } from './exits.ts';
import { repeatedHandles } from './handles.ts';
import { leftOut } from './left-out.ts';
import { crossedPromises } from './promises.ts';
import { usedHandles } from './used-handles.ts';
import { endingWorkers } from './workers.ts';

export const GROUNDS: readonly Ground[] = [
  hostileArguments,
  chainRequests,
  leftOut,
  takenBuffers,
  repeatedHandles,
  crossedPromises,
  busyCallbacks,
  usedHandles,
  entitlement,
  endingWorkers,
  exits,
];

export function groundNamed(name: string): Ground {
  const found = GROUNDS.find(ground => ground.name === name);
  if (found === undefined) throw new Error(`there is no ground ${name}`);
  return found;
}

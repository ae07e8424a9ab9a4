// Makes a stack that is nearly full overflow before a call, where nothing is lost, instead of after it.

/** More frames, each of 48 bytes or more, than it takes to note what a call has created, and to build its object. */
const FRAMES = 1000;

/** @throws RangeError if the stack has not so much room */
export function needStack(frames = FRAMES): number {
  return frames === 0 ? 0 : 1 + needStack(frames - 1);
}

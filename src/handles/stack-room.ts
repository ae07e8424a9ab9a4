// Makes a stack that is nearly full overflow before a call, where nothing is lost, instead of after it.

/**
 * More frames than it takes to note what a call has created, and to build its object: 30 are enough. With 1,000 a process
 * had 4 MiB more from its start.
 */
const FRAMES = 200;

/** @throws RangeError if the stack is too full */
export function needStack(frames = FRAMES): number {
  return frames === 0 ? 0 : 1 + needStack(frames - 1);
}

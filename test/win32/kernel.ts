// Makes handles for tests of Windows, and skips these tests elsewhere with a reason.
import type { Context } from 'mocha';
import { ComError } from '../../src/d3d/index.ts';
import { unsigned } from '../../src/native/uint64.ts';
import { windowsFunction } from '../../src/native/windows-dll.ts';
import { InvalidHandleError, NotImportableError } from '../../src/win32/index.ts';
import { skipHere, skipOrFail } from '../skip.ts';

const createFileMapping = windowsFunction('kernel32.dll', 'CreateFileMappingW', 'uintptr_t', [
  'uintptr_t',
  'void *',
  'uint32_t',
  'uint32_t',
  'uint32_t',
  'str16',
]);

/** An NT handle of 4096 bytes of shared memory; whoever calls this closes it. */
export const createSection = (): bigint =>
  unsigned(createFileMapping(0xffff_ffff_ffff_ffffn, null, 4, 0, 4096, null));

const count = windowsFunction('kernel32.dll', 'GetProcessHandleCount', 'int32_t', ['uintptr_t', 'void *']);
const information = windowsFunction('kernel32.dll', 'GetHandleInformation', 'int32_t', [
  'uintptr_t',
  'void *',
]);
const HIGHEST = 0x1_0000;

/** How many handles this process has open; waits up to five seconds until they are at most so many. */
export function openHandles(atMost = Number.POSITIVE_INFINITY): number {
  const end = Date.now() + 5000;
  for (;;) {
    const open = countHandles();
    if (open <= atMost || Date.now() > end) return open;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
}

function countHandles(): number {
  const answer = new Uint32Array(1);
  count(0xffff_ffff_ffff_ffffn, answer);
  // Wine 8's GetProcessHandleCount answers 0 whatever is open: there each value that a handle can have is tried.
  if (answer[0] !== 0) return answer[0];
  let open = 0;
  for (let value = 4; value < HIGHEST; value += 4) if (information(value, answer) !== 0) open++;
  return open;
}

/** Runs what a system may refuse: Intel's GPUs know no KMT handles, and not every Direct3D can share. */
export function unlessRefused(context: Context, use: () => void): void {
  try {
    use();
  } catch (error) {
    // A NULL handle is how some Direct3D says that it cannot share such a thing.
    const isRefusal =
      error instanceof ComError ||
      error instanceof NotImportableError ||
      (error instanceof InvalidHandleError && error.handle === 0n);
    if (!isRefusal) throw error;
    skipOrFail(context, error.message);
  }
}

/** Skips elsewhere, and says so. */
export function windowsOnly(context: Context): void {
  if (process.platform !== 'win32')
    skipHere(context, `${process.platform} has no Windows handles; npm run test:windows runs it`);
}

/** Warnings of the process while `run` runs, which would clutter the output. */
export function withoutWarnings<T>(run: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return run();
  } finally {
    process.emitWarning = emitWarning;
  }
}

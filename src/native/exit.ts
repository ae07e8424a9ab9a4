// Ends the process at once if C may still call into it: waiting for a native thread could take forever, and a callback
// would run after the JavaScript engine is gone.
import { inspect } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { functionOfSystem } from './koffi.ts';
import { writeStderr } from './stderr.ts';

/** The reasons why an ordinary exit may be unsafe; they are tested when the process exits. */
const reasons = new Set<() => boolean>();

/** From now on the process ends at once, after its `exit` listeners, if the reason is true by then. */
export function endAtOnceWhile(reason: () => boolean): void {
  if (reasons.size === 0 && isMainThread) guardExits();
  reasons.add(reason);
}

const isUnsafe = () => [...reasons].some(reason => reason());

/** The functions that Node looks up in `process` when JavaScript ends it, whatever the way. */
interface Exits {
  readonly _exiting: boolean;
  emit(...args: unknown[]): boolean;
  reallyExit(code?: unknown): void;
  _fatalException(error: unknown, fromPromise: boolean): boolean;
}

/** Ends the process where Node would leave JavaScript for the last time, so that nothing of the script's comes later. */
function guardExits(): void {
  const exits = process as unknown as Exits;
  const { emit, reallyExit, _fatalException } = exits;
  let isFailing = false;
  // The end of process.exit(), in a listener of another exit too.
  exits.reallyExit = code => {
    end(code ?? 0);
    reallyExit.call(process, code);
  };
  // The end of a natural exit. One of those beside it is left to come: an error must be written first.
  exits.emit = (...args) => {
    const isHeard = emit.apply(process, args);
    if (args[0] === 'exit' && exits._exiting && !isFailing && isUnsafe()) {
      const code = process.exitCode ?? args[1];
      // Somebody may have replaced it, to hear of the exit.
      exits.reallyExit(code);
      end(code);
    }
    return isHeard;
  };
  // The end of an uncaught error, if this is false or throws.
  exits._fatalException = (error, fromPromise) => {
    isFailing = true;
    try {
      const isHandled = _fatalException.call(process, error, fromPromise);
      if (!isHandled) fail(error, process.exitCode ?? 1);
      return isHandled;
    } catch (thrown) {
      fail(thrown, 7);
      throw thrown;
    } finally {
      isFailing = false;
    }
  };
}

/** Ends the process, if it is unsafe to let Node do it. */
function end(code: unknown): void {
  if (!isUnsafe()) return;
  // Node would write the coverage of NODE_V8_COVERAGE later, which no longer happens.
  if (process.env.NODE_V8_COVERAGE !== undefined) process.getBuiltinModule('node:v8').takeCoverage();
  endProcess(Number(code) | 0);
}

function fail(error: unknown, code: unknown): void {
  if (!isUnsafe()) return;
  let text = 'value that cannot be shown';
  try {
    text = inspect(error);
  } catch {
    // The script's own way of showing it has thrown.
  }
  writeStderr(`Uncaught ${text}\n`);
  end(code);
}

/** Ends the process without running anything else, in this thread or another. */
function endProcess(code: number): void {
  if (process.platform === 'win32') {
    functionOfSystem('kernel32.dll', 'TerminateProcess', 'int', ['intptr_t', 'uint32_t'])(-1, code >>> 0);
    return;
  }
  // Flushes what drivers and layers have printed.
  functionOfSystem(null, 'fflush', 'int', ['uintptr_t'])(0);
  functionOfSystem(null, '_exit', 'void', ['int'])(code);
}

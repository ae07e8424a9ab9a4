// Ends the process at once if C may still call into it: waiting for a native thread could take forever, and a callback
// would run after the JavaScript engine is gone.
import { inspect, types } from 'node:util';
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

/** Whether a natural exit is one without an error if a listener takes back the exit code, as in Node 20. */
const FORGETS_EXIT_CODE = Number.parseInt(process.versions.node, 10) < 22;

const isUnsafe = () => [...reasons].some(reason => reason());

/** The functions that Node looks up in `process` when JavaScript ends it, whatever the way. */
interface Exits {
  exit(code?: unknown): void;
  emit(event: unknown, ...args: unknown[]): boolean;
  reallyExit(code?: unknown): void;
  _fatalException(error: unknown, fromPromise: boolean): boolean;
}

/** Ends the process where Node would leave JavaScript for the last time, so that nothing of the script's comes later. */
function guardExits(): void {
  const exits = process as unknown as Exits & { readonly _exiting: boolean };
  const { exit, emit, reallyExit, _fatalException } = exits;
  let isFailing = false;
  let isLeaving = false;
  /** How many times the event of an exit is being told: a listener may emit it once more. */
  let depth = 0;
  // The end of process.exit(), in a listener of another exit too.
  replace('reallyExit', code => {
    end(code ?? 0);
    reallyExit.call(process, code);
  });
  // It calls the function above, unless somebody has replaced that.
  replace('exit', (...args) => {
    isLeaving = true;
    try {
      exit.apply(process, args);
    } finally {
      isLeaving = false;
    }
    end(process.exitCode ?? 0);
  });
  // The end of a natural exit. One of those beside it is left to come: an error must be written first.
  replace('emit', (event, ...args) => {
    if (event !== 'exit') return emit.call(process, event, ...args);
    let isHeard: boolean;
    depth++;
    try {
      isHeard = emit.call(process, event, ...args);
    } finally {
      depth--;
    }
    if (depth === 0 && exits._exiting && !isFailing && !isLeaving)
      end(process.exitCode ?? (FORGETS_EXIT_CODE ? 0 : args[0]));
    return isHeard;
  });
  // The end of an uncaught error, if this is false or throws.
  replace('_fatalException', (error, fromPromise) => {
    const handle = () => _fatalException.call(process, error, fromPromise);
    let isHandled: boolean | undefined;
    isFailing = true;
    try {
      isHandled = isUnsafe() ? handleOrFail(handle) : handle();
      return isHandled;
    } finally {
      isFailing = false;
      // An error is not caught here: Node would show the line that throws it again, instead of the script's.
      if (!isHandled) fail(error, isHandled === undefined ? 7 : (process.exitCode ?? 1));
    }
  });
}

/** Replaces a function of `process` by one that looks like it. */
function replace<Name extends keyof Exits>(name: Name, value: Exits[Name]): void {
  const was = (process as unknown as Exits)[name];
  // Other runtimes do not have all of them.
  if (was === undefined) return;
  Object.defineProperties(value, { name: { value: was.name }, length: { value: was.length } });
  const enumerable = Object.prototype.propertyIsEnumerable.call(process, name);
  Object.defineProperty(process, name, { value, enumerable, writable: true, configurable: true });
}

function handleOrFail(handle: () => boolean): boolean {
  try {
    return handle();
  } catch (thrown) {
    fail(thrown, 7);
    throw thrown;
  }
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
  writeReport(error);
  end(code);
}

/** Writes the report of --report-uncaught-exception. */
function writeReport(error: unknown): void {
  if (!process.report?.reportOnUncaughtException) return;
  try {
    if (types.isNativeError(error)) process.report.writeReport(error);
    else process.report.writeReport();
  } catch {
    // The folder is not there, or the script's own getters have thrown.
  }
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

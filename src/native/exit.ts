// Ends the process at once if C may still call into it: waiting for a native thread could take forever, and a callback
// would run after the JavaScript engine is gone.
import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { callable, openLibrary, prototype } from './koffi.ts';
import { windowsFunction } from './windows-dll.ts';

/** The reasons why an ordinary exit may be unsafe; they are tested when the process exits. */
const reasons = new Set<() => boolean>();
let failure: { error: unknown } | undefined;

/** From now on the process ends at once, after its `exit` listeners, if the reason is true by then. */
export function endAtOnceWhile(reason: () => boolean): void {
  const isFirst = reasons.size === 0;
  reasons.add(reason);
  if (!isFirst || !isMainThread) return;
  process.on('uncaughtExceptionMonitor', error => {
    // The application may handle it, and exit later for another reason.
    if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback())
      return;
    failure = { error };
  });
  process.prependListener('exit', end);
}

function end(code: number): void {
  if (![...reasons].some(reason => reason())) return;
  if (failure !== undefined) writeSync(2, `Uncaught ${inspect(failure.error)}\n`);
  for (const listener of process.rawListeners('exit'))
    if (listener !== end)
      try {
        listener.call(process, code);
      } catch (error) {
        writeSync(2, `Uncaught ${inspect(error)}\n`);
        process.exitCode = 1;
      }
  // Node would write the coverage of NODE_V8_COVERAGE later, which no longer happens.
  if (process.env.NODE_V8_COVERAGE !== undefined) process.getBuiltinModule('node:v8').takeCoverage();
  endProcess(Number(process.exitCode ?? code));
}

/** Ends the process without running anything else, in this thread or another. */
function endProcess(code: number): void {
  if (process.platform === 'win32') {
    const terminate = windowsFunction('kernel32.dll', 'TerminateProcess', 'int', ['intptr_t', 'uint32_t']);
    terminate(-1, code >>> 0);
    return;
  }
  const library = openLibrary(null);
  const call = (name: string, argument: string, value: number) => {
    const address = library.symbol(name);
    if (address !== undefined) callable(address, prototype('int', [argument]))(value);
  };
  // Flushes what drivers and layers have printed.
  call('fflush', 'uintptr_t', 0);
  call('_exit', 'int', code);
}

// Ends the process at once if C may still call into it: waiting for a native thread could take forever, and a callback
// would run after the JavaScript engine is gone.
import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { callable, isLibraryOpen, prototype } from './koffi.ts';
import { libcFunction } from './libc.ts';
import { exportedBy } from './windows-dll.ts';

/** The reasons why an ordinary exit may be unsafe; they are tested when the process exits. */
const reasons = new Set<() => boolean>();
let failure: { error: unknown } | undefined;
let endProcess: ((code: number) => void) | undefined;

/** From now on the process ends at once, after its `exit` listeners, if the reason is true by then. */
export function endAtOnceWhile(reason: () => boolean): void {
  if (!isMainThread) return;
  // In advance, since after koffi.reset() nothing can be declared.
  if (isLibraryOpen()) endProcess ??= endAtOnce();
  const isFirst = reasons.size === 0;
  reasons.add(reason);
  if (!isFirst) return;
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
  endProcess ??= endAtOnce();
  endProcess(Number(process.exitCode ?? code));
}

/** Makes what ends the process without running anything else, in this thread or another. */
function endAtOnce(): (code: number) => void {
  if (process.platform === 'win32') {
    const address = exportedBy('kernel32.dll', 'TerminateProcess')!;
    const terminate = callable(address, prototype('int', ['intptr_t', 'uint32_t']));
    return code => void terminate(-1, code >>> 0);
  }
  // What drivers and layers have printed is flushed.
  const flush = libcFunction('fflush', 'int', ['uintptr_t']);
  const exit = libcFunction('_exit', 'int', ['int']);
  return code => {
    flush?.(0);
    exit?.(code);
  };
}

// Ways in which a script tells a process to end, or has it end, beside a call that never returns.
import { closeSync } from 'node:fs';
import { inspect } from 'node:util';
import { listen, queue, soon, submitForever, wrong } from './ending-stage.ts';

/** @param act what it does when the call is made */
const besideCall = (act: () => void) => () => {
  submitForever();
  queue.async.queueWaitIdle();
  soon(act);
};

const mistake = (): never => {
  throw new Error('my own mistake');
};

const takeBack = () =>
  process.on('exit', () => {
    process.exitCode = undefined;
  });

/** Emits the event once more in a listener; the listener after it sets the exit code 6 if the first has come to its end. */
function emitInExit(): void {
  let emitted = 0;
  let isOver = false;
  process.on('exit', () => {
    if (emitted++ > 0) return;
    process.emit('exit', 44);
    isOver = true;
  });
  process.on('exit', () => {
    if (isOver) process.exitCode = 6;
  });
}

export const exitWays: Readonly<Record<string, () => unknown>> = {
  'exit beside a call that never returns': besideCall(() => process.exit(5)),
  'uncaught error beside a call that never returns': besideCall(mistake),
  'exit without its listeners': besideCall(() => {
    process.removeAllListeners('exit');
    process.exit(5);
  }),
  'exit in a listener of an exit': besideCall(() => {
    process.on('exit', () => process.exit(6));
    process.exit(5);
  }),
  'exit in a listener of the exit after an error': besideCall(() => {
    process.on('exit', () => process.exit(6));
    mistake();
  }),
  'exit in a listener of a natural exit': () => {
    listen(() => undefined);
    process.on('exit', () => process.exit(6));
  },
  'an error in a listener of an exit': besideCall(() => {
    process.prependListener('exit', mistake);
    process.exit(5);
  }),
  'an error in a listener of a natural exit': () => {
    listen(() => undefined);
    wrong();
    process.on('exit', mistake);
  },
  'reallyExit instead of exit': besideCall(() => {
    (process as unknown as { reallyExit(code: number): void }).reallyExit(5);
  }),
  'an error in the listener of an error': besideCall(() => {
    process.on('uncaughtException', mistake);
    throw new Error('the first mistake');
  }),
  'an error in the monitor of an error': besideCall(() => {
    process.on('uncaughtExceptionMonitor', mistake);
    throw new Error('the first mistake');
  }),
  'an error that cannot be shown': besideCall(() => {
    throw { [inspect.custom]: mistake };
  }),
  'a rejection': besideCall(() => {
    Promise.reject(new Error('my own mistake'));
  }),
  'uncaught error without a standard error': besideCall(() => {
    closeSync(2);
    mistake();
  }),
  'a top-level await that never settles': async () => {
    listen(() => undefined);
    await new Promise(() => undefined);
  },
  'the event of an exit without one': besideCall(() => {
    process.emit('exit', 0);
    soon(() => process.exit(5));
  }),
  'the event of an exit in a listener of an exit': besideCall(() => {
    emitInExit();
    process.exit(5);
  }),
  'the event of an exit in a listener of a natural exit': () => {
    listen(() => undefined);
    emitInExit();
  },
  'an exit code that a listener of a natural exit takes back': () => {
    listen(() => undefined);
    takeBack();
    process.exitCode = 8;
  },
  'an exit code that a listener of an exit takes back': besideCall(() => {
    takeBack();
    process.exit(8);
  }),
  'a natural exit where somebody has replaced reallyExit': () => {
    listen(() => undefined);
    Object.assign(process, { reallyExit: () => console.error('Uncaught call') });
  },
  'an error in the listener of an error, with nothing running': async () => {
    const call = queue.async.queueWaitIdle();
    process.on('uncaughtException', mistake);
    await call;
    soon(() => {
      throw new Error('the first mistake');
    });
  },
  'functions of the process that look as before': () => {
    const look = () =>
      JSON.stringify(
        (['exit', 'emit', 'reallyExit', '_fatalException'] as const).map(name => {
          const { name: own, length } = (process as unknown as Record<string, () => void>)[name];
          return [own, length, Object.keys(process).includes(name)];
        }),
      );
    const before = look();
    listen(() => undefined);
    if (look() !== before) throw new Error(`${before} has become ${look()}`);
  },
  'exit where somebody has replaced reallyExit': besideCall(() => {
    Object.assign(process, { reallyExit: () => undefined });
    process.exit(5);
  }),
};

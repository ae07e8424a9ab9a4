// The process ends when the script ends it, with its exit code and its errors, whatever Vulkan is doing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { childProgram } from '../../scripts/build/child.ts';
import { environment, root, run } from '../package/npm.ts';
import { skipWithoutVulkan } from './without-vulkan.ts';

/** Milliseconds, for a process that hangs. */
const TIMEOUT = 240_000;

async function end(way: string, ...flags: string[]) {
  const child = await childProgram(join(import.meta.dirname, 'ending-child.ts'));
  const options = { cwd: root, env: environment(), encoding: 'utf8', timeout: TIMEOUT } as const;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, child, way], options);
  return { status, signal, stdout, stderr };
}

describe("koffi's settings", () => {
  before(skipWithoutVulkan);

  for (const [setting, value] of [
    ['sync_stack_size', 65536],
    ['async_stack_size', 65536],
    ['max_type_size', 64],
    ['resident_async_pools', 8],
  ] as const)
    it(`are Vulkan's when the application has set ${setting}, or refused by name`, async () => {
      const child = await childProgram(join(import.meta.dirname, 'koffi-settings-child.ts'));
      const say = (...more: string[]) =>
        run(process.execPath, [child, setting, String(value), ...more], root);
      expect(say()).to.equal('works\n');
      expect(say('library')).to.match(
        new RegExp(
          `koffi's ${setting} is ${value}, and must be at (least|most) \\d+: call loadVulkan\\(\\) before anything else loads a library with koffi`,
        ),
      );
    });
});

describe('a worker that gives C a function', () => {
  before(skipWithoutVulkan);

  for (const how of ['function', 'thread'])
    it(`is refused if the main thread had not imported the library when it started it: ${how}`, async () => {
      const child = await childProgram(join(import.meta.dirname, 'early-worker-child.ts'));
      const say = (when: string) => run(process.execPath, [child, when, how], root);
      expect(say('after')).to.equal('given\n');
      expect(say('before')).to.match(
        /a function cannot be given to Vulkan in a worker that was started before .*: import it there before the worker is started\n$/,
      );
    });
});

describe('a process ends', () => {
  before(skipWithoutVulkan);

  for (const way of [
    'exit beside a wait',
    'exit beside a call that never returns',
    'exit in a callback',
    'exit in a callback of a promise form',
    'mistakes in promise forms and beside them',
    'waits for all queues in a messenger',
    'natural end with a messenger alive',
    'natural end of all that was destroyed',
    'files beside waits',
    'many waits beside a messenger',
    'fake timers',
    'embedded: exit beside a wait',
    'a worker is terminated beside a wait',
    'workers are terminated inside koffi',
    'koffi.reset() beside promise forms',
    'exit after koffi.reset()',
    'koffi.reset() from a copy of its functions',
    'koffi.reset() in a function that C called',
    'koffi.reset() in a getter: promise form',
    'embedded: koffi.reset() in a function that C called',
    'embedded: koffi.reset() by the application',
    'embedded: koffi.reset() from a copy of its functions',
    'few asynchronous calls',
    'a messenger goes with its worker: terminated',
    "a messenger goes with its worker: terminated by the class's method",
    'a messenger goes with its worker: being terminated',
    'a messenger in a thread of its own goes with the worker that has started it',
    'a messenger goes with its own thread: terminated',
    'exit after an error that was handled',
    'a messenger goes with its worker: at its end',
    'a messenger goes with its worker: at the end of the process',
    'a worker is inside its messenger: terminated',
    'a worker is inside its messenger: ends itself',
    'a worker is inside its messenger: at the end of the process',
    'a worker makes mistakes for ever: terminated',
    'a worker of a worker makes mistakes for ever: terminated',
    'a worker makes messengers for ever: terminated',
    'a worker is in a long call: terminated',
    'a worker destroys its messenger as it ends',
    'exit beside a worker that waits for ever',
    'exit beside a worker whose call never returns',
  ])
    it(way, async () => {
      const { status, signal, stdout, stderr } = await end(way);
      expect({ status, signal }, stderr).to.deep.equal({ status: 5, signal: null });
      expect(stderr).not.to.include('my own mistake').and.not.include('Error: ');
      // The validation layer writes there too where no messenger listens.
      expect(stdout)
        .to.match(/^listened$/m)
        .and.not.include('This should not happen');
    });

  for (const way of [
    'koffi.reset() by the application',
    'koffi.reset() from a copy, and nothing that C calls',
    'koffi.reset() from a copy beside promise forms',
    'koffi.reset() in a getter',
    'koffi.reset() in a getter: from a copy',
    'koffi.reset() in a getter that makes a messenger',
    'embedded: koffi.reset() in a getter',
    'embedded: koffi.reset() in a getter: from a copy',
    'all functions that koffi can give C',
    'embedded: an override throws anything',
    'embedded: the stack overflows anywhere',
    'the stack overflows anywhere',
  ])
    for (const flags of [[], ['--disallow-code-generation-from-strings']])
      it(`${way}${flags.length > 0 ? ' (interpreted)' : ''}`, async () => {
        const { status, signal, stderr } = await end(way, ...flags);
        expect({ status, signal }, stderr).to.deep.equal({ status: 5, signal: null });
        expect(stderr).not.to.match(/^Node\.js v/m);
      });

  const MISTAKE = 'Uncaught Error: my own mistake\n';
  for (const [way, status, listened, said] of [
    ['exit without its listeners', 5, false],
    ['exit in a listener of an exit', 6, true],
    ['exit in a listener of the exit after an error', 6, true],
    ['exit in a listener of a natural exit', 6, true],
    ['an error in a listener of an exit', 5, false, MISTAKE],
    ['an error in a listener of a natural exit', 1, true, MISTAKE],
    ['reallyExit instead of exit', 5, false],
    ['an error in the listener of an error', 7, false, MISTAKE],
    ['an error in the monitor of an error', 7, false, MISTAKE],
    ['an error that cannot be shown', 1, true, 'Uncaught value that cannot be shown\n'],
    ['a rejection', 1, true, MISTAKE],
    ['uncaught error without a standard error', 1, true],
    ['a top-level await that never settles', 13, true],
    ['the event of an exit without one', 5, true],
    ['exit where somebody has replaced reallyExit', 5, true],
    ['the event of an exit in a listener of an exit', 6, true],
    ['the event of an exit in a listener of a natural exit', 6, true],
    ['an exit code that a listener of an exit takes back', 0, true],
    ['a natural exit where somebody has replaced reallyExit', 0, true],
    ['functions of the process that look as before', 0, true],
    ['natural end after koffi.reset()', 0, true],
    ['natural end after koffi.reset() from a copy of its functions', 0, true],
  ] as const)
    it(way, async () => {
      const ended = await end(way);
      expect({ status: ended.status, signal: ended.signal }, ended.stderr).to.deep.equal({
        status,
        signal: null,
      });
      expect(/^listened$/m.test(ended.stdout)).to.equal(listened);
      if (said === undefined) expect(ended.stderr).not.to.include('Uncaught');
      else expect(ended.stderr).to.include(said);
    });

  it('an exit code that a listener of a natural exit takes back', async () => {
    const script = "process.exitCode = 8; process.on('exit', () => { process.exitCode = undefined; })";
    const { status } = spawnSync(process.execPath, ['-e', script]);
    const ended = await end('an exit code that a listener of a natural exit takes back');
    expect(ended.status, ended.stderr).to.equal(status);
  });

  it('an error in the listener of an error, with nothing running', async () => {
    const { status, stderr } = await end('an error in the listener of an error, with nothing running');
    expect(status, stderr).to.equal(7);
    expect(stderr).to.include('Error: my own mistake').and.not.include('Uncaught');
    expect(stderr.split('Error: my own mistake')[0]).not.to.include('throw thrown');
  });

  it('with the report of an uncaught error', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'report-'));
    try {
      const way = 'uncaught error beside a call that never returns';
      const { status } = await end(way, '--report-uncaught-exception', `--report-directory=${folder}`);
      expect(status).to.equal(1);
      const reports = readdirSync(folder).map(file => JSON.parse(readFileSync(join(folder, file), 'utf8')));
      expect(reports.map(report => report.javascriptStack.message)).to.deep.equal(['Error: my own mistake']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const way of [
    'uncaught error beside a call that never returns',
    'uncaught error in a callback of a promise form',
  ])
    it(way, async () => {
      const { status, signal, stdout, stderr } = await end(way);
      expect({ status, signal }, stderr).to.deep.equal({ status: 1, signal: null });
      expect(stdout).to.equal('listened\n');
      expect(stderr).to.include('my own mistake');
    });
});

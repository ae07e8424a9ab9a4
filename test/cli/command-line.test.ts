// The command line as a new user types it: bare, with typing errors, into full disks and closed pipes, in any locale.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { transformSync } from 'esbuild';
import { calledAs } from '../../src/cli/called-as.ts';
import { plainJson, plainText, takesUnicode } from '../../src/cli/plain-text.ts';
import { skipHere, skipOrFail } from '../skip.ts';
import { programOf, type Ran, ROOT, runScript } from './run.ts';

const COMMANDS = ['query', 'info', 'repl', 'doctor'];
const koffiVulkan = (...args: string[]): Ran => runScript('src/cli/main', args);
const embedded = ['--driver', 'embedded'];

describe('koffi-vulkan', () => {
  it('by itself, help, --help and -h tell what there is', () => {
    const [bare, ...others] = [[], ['help'], ['--help'], ['-h']].map(args => koffiVulkan(...args));
    expect(bare).to.include({ err: '', code: 0 });
    for (const name of [...COMMANDS, 'help', 'version'])
      expect(bare.out).to.match(new RegExp(`\\n  ${name} +\\S`));
    for (const other of others) expect(other).to.deep.equal(bare);
  });

  it('help of a command is its own --help', () => {
    for (const name of COMMANDS) {
      const help = koffiVulkan('help', name);
      expect(help).to.include({ err: '', code: 0 });
      expect(help.out).to.match(/\nusage: .*\n/);
      expect(koffiVulkan(name, '--help')).to.deep.equal(help);
    }
  });

  it('version and --version tell the package and the registry', () => {
    for (const args of [['version'], ['--version'], ['-v'], ['info', '--version'], ['repl', '--version']])
      expect(koffiVulkan(...args).out, args.join(' ')).to.match(
        /^koffi-vulkan \d+\.\d+\.\d+, Vulkan registry 1\.\d+\.\d+\n$/,
      );
  });

  it('guesses what was meant by a command or option that is none, and points to --help', () => {
    const cases: [args: string[], words: RegExp][] = [
      [['inof'], /^koffi-vulkan: no command "inof"; did you mean info\? \(see .* --help\)\n$/],
      [['qery'], /did you mean query\?/],
      [['docter'], /did you mean doctor\?/],
      [['xyz'], /^koffi-vulkan: no command "xyz" \(see .* --help\)\n$/],
      [['help', 'inof'], /did you mean info\?/],
      [
        ['info', '--sumary'],
        /^koffi-vulkan: no option "--sumary"; did you mean --summary\? \(see .*info --help\)\n$/,
      ],
      [['query', '--all-type'], /did you mean --all-types\?/],
      [['query', '--handletype', 'x'], /did you mean --handle-type\?/],
      [['repl', '--no-layer'], /did you mean --no-layers\?/],
      [['info', '--zzzzzz'], /^koffi-vulkan: no option "--zzzzzz" \(/],
      [['info', '--device'], /^koffi-vulkan: Option '--device <value>' argument missing \(see .*--help\)\n$/],
      [['info', 'extra'], /^koffi-vulkan: Unexpected argument 'extra' \(see .*--help\)\n$/],
    ];
    for (const [args, words] of cases) {
      const ran = koffiVulkan(...args);
      expect({ out: ran.out, code: ran.code }, args.join(' ')).to.deep.equal({ out: '', code: 2 });
      expect(ran.err).to.match(words);
    }
  });

  it('a full disk is one sentence and exit code 1', function () {
    if (!existsSync('/dev/full')) return skipHere(this, 'this system has no /dev/full, which is a full disk');
    const command = (args: readonly string[]) =>
      `${process.execPath} ${programOf('src/cli/main')} ${args.join(' ')} > /dev/full`;
    for (const args of [
      ['--help'],
      ['query', ...embedded],
      ['info', ...embedded, '--json'],
      ['repl', ...embedded, '-e', '1+1'],
      ['doctor'],
    ]) {
      const { status, stderr } = spawnSync('sh', ['-c', command(args)], { cwd: ROOT, encoding: 'utf8' });
      const told = stderr.replace(/^WARNING: lavapipe.*\n/gm, '');
      expect(told, args.join(' ')).to.match(/^koffi-vulkan: the output cannot be written: ENOSPC.*\n$/);
      expect(status, args.join(' ')).to.equal(1);
    }
  });

  it('a reader that has seen enough, or is not there, is no error', function () {
    if (process.platform === 'win32') return skipHere(this, 'there is no sh, whose pipes these are');
    const node = `${process.execPath} ${programOf('src/cli/main')}`;
    for (const args of [
      'info --driver embedded --formats',
      'query --driver embedded --all-types',
      'repl --driver embedded -e help()',
    ]) {
      const shell = `{ ${node} ${args.replace('()', '\\(\\)')}; echo "code $?" >&2; } | head -c 1 > /dev/null`;
      const { stderr } = spawnSync('sh', ['-c', shell], { cwd: ROOT, encoding: 'utf8' });
      expect(stderr, args).to.equal('code 0\n');
      const closed = spawnSync('sh', ['-c', `${node} ${args.replace('()', '\\(\\)')} >&- 2>&-`], {
        cwd: ROOT,
      });
      expect(closed.status, args).to.be.oneOf([0, 1]);
    }
  });

  it('can be read by a Node that is too old, and then tells it what package.json wants', () => {
    const source = readFileSync(join(ROOT, 'src/cli/main.ts'), 'utf8');
    const written = (target: string) =>
      transformSync(source, { loader: 'ts', target, supported: { 'dynamic-import': true } }).code;
    expect(written('es2015')).to.equal(written('esnext'));
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const [, oldest] = /OLDEST = \[(.*)\]/.exec(source)!;
    expect(engines.node).to.equal(`>=${oldest.replace(', ', '.')}`);
  });

  it('writes ASCII where the locale is not of UTF-8', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
    const isPlain = (text: string) => /^[\x00-\x7f]*$/.test(text);
    const cases: [script: string, args: readonly string[]][] = [
      ['src/cli/query', ['--help']],
      ['src/cli/info', embedded],
      [
        'src/cli/repl',
        [...embedded, '-e', "help('vkCreateBuffer'); help(); gpu.getPhysicalDeviceMemoryProperties()"],
      ],
    ];
    for (const [script, args] of cases)
      for (const LC_ALL of ['C', 'de_DE.ISO-8859-1'])
        expect(isPlain(runScript(script, args, { env: { LC_ALL } }).out), script).to.equal(true);
    expect(isPlain(runScript('src/cli/query', ['--help']).out)).to.equal(false);
    const plain = runScript('src/cli/info', [...embedded, '--json'], { env: { LC_ALL: 'C' } });
    expect(JSON.parse(plain.out)).to.deep.equal(
      JSON.parse(runScript('src/cli/info', [...embedded, '--json']).out),
    );
  });

  it('knows a locale by the first variable that is set, and every sign that it writes', () => {
    const unicode = (env: NodeJS.ProcessEnv) => takesUnicode(env, 'linux');
    expect(unicode({ LANG: 'en_US.UTF-8' })).to.equal(true);
    expect(unicode({ LANG: 'en_US.UTF-8', LC_ALL: 'C' })).to.equal(false);
    expect(unicode({ LC_CTYPE: 'C.utf8', LANG: 'C' })).to.equal(true);
    expect(unicode({ LC_ALL: '', LANG: 'de_DE' })).to.equal(false);
    expect(unicode({})).to.equal(false);
    expect(takesUnicode({}, 'win32')).to.equal(true);
    expect(plainText('a … b → c × “d” é')).to.equal('a ... b -> c x ?d? ?');
    expect(plainText('\u001b[1mbold\u001b[0m')).to.equal('\u001b[1mbold\u001b[0m');
    expect(JSON.parse(plainJson('"é😀"'))).to.equal('é😀');
    const written = execFileSync('git', ['grep', '-hoP', "'[^\\x00-\\x7f]+'", '--', 'src/cli'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    for (const sign of new Set(written.replaceAll(/[^\u0080-\uffff]/g, '')))
      expect(plainText(sign), sign).not.to.equal('?');
  });

  it('names itself as it was typed', () => {
    const bin = '/x/node_modules/.bin/koffi-vulkan';
    expect(calledAs('info', {}, bin)).to.equal('koffi-vulkan info');
    expect(calledAs('info', { npm_command: 'exec', npm_lifecycle_event: 'npx' }, bin)).to.equal(
      'npx koffi-vulkan info',
    );
    expect(
      calledAs(
        'info',
        { npm_command: 'exec', npm_package_name: 'koffi-vulkan', npm_lifecycle_event: 'npx' },
        bin,
      ),
    ).to.equal('npx koffi-vulkan info');
    const script = (event: string, command: string) =>
      calledAs(
        command,
        { npm_command: 'run-script', npm_package_name: 'koffi-vulkan', npm_lifecycle_event: event },
        '/x/src/cli/info.ts',
      );
    expect(script('start', 'query')).to.equal('npm start --');
    expect(script('info', 'info')).to.equal('npm run info --');
    expect(script('test', 'info')).to.equal('npx tsx src/cli/info.ts');
    expect(calledAs('', {}, '/x/src/cli/main.ts')).to.equal('npx tsx src/cli/main.ts');
    expect(calledAs('repl', {}, 'C:\\x\\src\\cli\\main.ts')).to.equal('npx tsx src/cli/main.ts repl');
    expect(calledAs('info', { npm_config_user_agent: 'pnpm/9.0.0 npm/? node/v22' }, bin)).to.equal(
      'pnpm koffi-vulkan info',
    );
    expect(calledAs('info', { npm_config_user_agent: 'bun/1.2.0 npm/? node/v22' }, bin)).to.equal(
      'bunx koffi-vulkan info',
    );
    const help = runScript('src/cli/query', ['--help'], {
      env: { npm_command: 'start', npm_package_name: 'koffi-vulkan', npm_lifecycle_event: 'start' },
    });
    expect(help.out).to.match(/\nexamples:\n {2}npm start\n {2}npm start -- --driver embedded/);
  });

  it('falls back to the embedded driver and says by which code', function () {
    if (process.platform === 'win32') return skipHere(this, 'the Windows loader reads no VK_DRIVER_FILES');
    const none = runScript('src/cli/query', [], { env: { KOFFI_VULKAN_LIBRARY: '/none.so' } });
    expect(none.code).to.equal(0);
    expect(none.out).to.match(/since no Vulkan library could be opened$/m);
    const env = { VK_DRIVER_FILES: '/none.json', VK_ICD_FILENAMES: '/none.json' };
    const { out, code } = runScript('src/cli/query', [], { env });
    if (out.includes('since no Vulkan library')) return skipOrFail(this, 'there is no Vulkan loader');
    expect(out).to.match(
      /^driver +embedded driver \(simulated\), since vkCreateInstance returns VK_ERROR_INCOMPATIBLE_DRIVER$/m,
    );
    expect(code).to.equal(0);
  });
});

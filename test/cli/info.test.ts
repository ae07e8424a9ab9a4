// What `info` prints on terminals wide and narrow, and the exit codes of `koffi-vulkan`.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { REGISTRY_VERSION } from '../../src/index.ts';
import { skipOrFail } from '../skip.ts';
import { programOf, ROOT, runScript } from './run.ts';
import { hasTmux, Terminal } from './terminal.ts';

const EMBEDDED = ['--driver', 'embedded'];
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

describe('info', () => {
  it('summarises a device in a few lines', () => {
    const { out, code } = runScript('src/cli/info', [...EMBEDDED, '--summary']);
    expect(code).to.equal(0);
    expect(out).to.match(/^Vulkan \d+\.\d+\.\d+ from embedded driver \(simulated\), \d+ instance extensions/);
    expect(out).to.match(/^GPU 0: embedded driver \(simulated\)$/m);
    expect(out).to.match(/^ +deviceUUID +[0-9a-f-]{36}$/m);
    expect(out).to.match(/^ +deviceLUID +[0-9a-f]{16}$/m);
    expect(out).to.match(/^ +memory +1 GiB DEVICE_LOCAL, 1 GiB not DEVICE_LOCAL$/m);
    expect(out.split('\n').length).to.be.lessThan(25);
  });

  it('asks for nothing that a summary does not print', () => {
    const { err } = runScript('src/cli/info', [...EMBEDDED, '--summary'], {
      env: { ...process.env, NODE_DEBUG: 'koffi-vulkan' },
    });
    const calls = [...err.matchAll(/\b(vk[A-Z]\w+)\(/g)].map(([, name]) => name);
    expect(calls).to.include('vkGetPhysicalDeviceProperties2');
    const asked = /Features|ExternalBuffer|ImageFormat|DeviceGroups|vkCreateDevice/;
    expect(calls.filter(name => asked.test(name))).to.deep.equal([]);
  });

  it('draws heaps and types so that it is seen what is where', () => {
    const { out } = runScript('src/cli/info', EMBEDDED);
    expect(out).to.include(
      [
        'Memory',
        '  heap 0  ████████████████████████ 1 GiB DEVICE_LOCAL',
        '    type  DEVICE_LOCAL  HOST_VISIBLE  HOST_COHERENT  HOST_CACHED',
        '      1         ●             ·             ·             ·',
        '      4         ●             ●             ●             ·',
        '  heap 1  ████████████████████████ 1 GiB not DEVICE_LOCAL',
        '    type  DEVICE_LOCAL  HOST_VISIBLE  HOST_COHERENT  HOST_CACHED',
        '      0         ·             ·             ·             ·',
        '      2         ·             ●             ●             ·',
        '      3         ·             ●             ●             ●',
      ].join('\n'),
    );
  });

  it('tells what each handle type of external memory is good for', () => {
    const { out } = runScript('src/cli/info', EMBEDDED);
    expect(out).to.match(/^ +D3D11_TEXTURE +– +dedicated, import$/m);
    expect(out).to.match(/^ +OPAQUE_WIN32 +export, import +export, import$/m);
    const { devices } = JSON.parse(runScript('src/cli/info', [...EMBEDDED, '--json']).out);
    expect(devices[0].externalMemory.VK_EXTERNAL_MEMORY_HANDLE_TYPE_D3D11_TEXTURE_BIT.image).to.deep.include({
      externalMemoryFeatures: [
        'VK_EXTERNAL_MEMORY_FEATURE_DEDICATED_ONLY_BIT',
        'VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT',
      ],
    });
  });

  it('picks a device by number or name', () => {
    expect(runScript('src/cli/info', [...EMBEDDED, '--summary', '--device', '0']).out).to.include('GPU 0: ');
    expect(runScript('src/cli/info', [...EMBEDDED, '--summary', '--device', 'SIMUL']).out).to.include(
      'GPU 0: ',
    );
    const { err, code } = runScript('src/cli/info', [...EMBEDDED, '--summary', '--device', 'nobody']);
    expect(err).to.equal(
      'koffi-vulkan: --device: expected a number or a part of a name among 0 embedded driver (simulated), got "nobody"\n',
    );
    expect(code).to.equal(2);
  });

  it('keeps all digits of 64-bit integers in JSON', () => {
    const { out } = runScript('src/cli/info', [...EMBEDDED, '--json']);
    expect(() => JSON.parse(out)).not.to.throw();
    expect(out).not.to.include('\\u0000');
    expect(out).to.match(/"size": 1073741824,/);
  });

  it('writes no colours into a pipe, and those that are asked for', () => {
    const coloured = runScript('src/cli/info', [...EMBEDDED, '--summary'], {
      env: { FORCE_COLOR: '1', NO_COLOR: '' },
    });
    expect(coloured.out).to.include('\x1b[1m');
    for (const env of [{}, { FORCE_COLOR: '1', NO_COLOR: '1' }])
      expect(runScript('src/cli/info', [...EMBEDDED, '--summary'], { env }).out).not.to.include('\x1b');
  });

  it('is silent when its reader has seen enough', () => {
    const script = `'${process.execPath}' '${programOf('src/cli/info')}' --driver embedded 2>&1 >&3 | cat; exit 0`;
    const { stdout } = spawnSync('bash', ['-c', `{ ${script}; } 3>&1 | head -1`], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stdout.trim().split('\n')).to.have.length(1);
    expect(stdout).to.match(/^Vulkan /);
  });

  it('breaks lines between words where the terminal is narrow', async function () {
    if (!hasTmux()) return skipOrFail(this, 'tmux is not installed');
    const command = [process.execPath, programOf('src/cli/info'), ...EMBEDDED, '--summary'];
    const terminal = new Terminal(command, { columns: 44, rows: 60, env: { NO_COLOR: '1' } });
    try {
      const screen = await terminal.until(shown => /^exit code 0$/m.test(shown));
      expect(screen).to.include(
        'Vulkan 1.3.0 from embedded driver\n(simulated), 5 instance extensions, 0 layers\n',
      );
      expect(screen).to.include(
        '  memory              1 GiB DEVICE_LOCAL, 1\n                      GiB not DEVICE_LOCAL\n',
      );
    } finally {
      terminal.end();
    }
  });
});

describe('koffi-vulkan', () => {
  const exits = (code: number, ...args: string[]) =>
    it(`exits with ${code} for "${args.join(' ')}"`, () => {
      const ran = runScript('src/cli/main', args);
      expect(ran.code).to.equal(code);
      expect(ran.err === '').to.equal(code === 0);
      if (code === 2) expect(ran.err.trim().split('\n')).to.have.length(1);
    });
  exits(0, '--help');
  exits(0, '--version');
  exits(0, 'info', '--help');
  exits(0, 'info', '--version');
  exits(0, 'info', ...EMBEDDED, '--summary');
  exits(0, 'query', ...EMBEDDED);
  exits(0, 'repl', ...EMBEDDED, '-e', '1');
  exits(1, 'info', '--driver', '/nonexistent/libvulkan.so');
  exits(0);
  exits(2, 'nonsense');
  exits(2, 'toString');
  exits(2, 'info', '--nonsense');
  exits(2, 'info', 'extra');
  exits(2, 'info', '--summary', '--json');

  it('tells its version and the registry', () => {
    const line = `koffi-vulkan ${version}, Vulkan registry ${REGISTRY_VERSION}\n`;
    for (const args of [['--version'], ['info', '--version'], ['repl', '--version']])
      expect(runScript('src/cli/main', args).out).to.equal(line);
  });
});

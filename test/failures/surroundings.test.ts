// Without a working Vulkan, `npm start`, `npm run info` and `npm run repl` print one sentence and exit with code 1.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadVulkan } from '../../src/index.ts';
import { runScript } from '../cli/run.ts';
import { skipHere } from '../skip.ts';

function start(
  env: Record<string, string>,
  flags: readonly string[] = [],
  script = 'query',
): { code: number | null; said: string } {
  const { code, err } = runScript(`src/cli/${script}`, ['--driver', 'system'], {
    flags,
    env: { NODE_OPTIONS: '', ...env },
  });
  return { code, said: err.replace(/^\(.*\n/gm, '') };
}

describe('surroundings that fail', () => {
  let home: string;
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'koffi-vulkan-failures-'));
  });
  after(() => rmSync(home, { recursive: true }));

  function refuses({ code, said }: { code: number | null; said: string }, words: RegExp): void {
    expect(said).to.match(/^koffi-vulkan: /);
    expect(said).to.match(words);
    expect(said).not.to.match(/^\s+at /m);
    expect(code).to.equal(1);
  }

  it('what is no path and no address', () => {
    for (const getInstanceProcAddr of [null, 0n, 5, -1n, 2n ** 64n, '5', {}, new Uint8Array(8)])
      expect(() => loadVulkan({ getInstanceProcAddr } as never)).to.throw(
        TypeError,
        /^loadVulkan\.getInstanceProcAddr: expected a raw value/,
      );
    for (const library of [null, 5, {}, Symbol('path')])
      expect(() => loadVulkan({ library } as never)).to.throw(
        TypeError,
        /^loadVulkan\.library: expected a path/,
      );
  });

  it('no loader', () =>
    refuses(
      start({ KOFFI_VULKAN_LIBRARY: join(home, 'none.so') }),
      /no Vulkan library could be opened.*none\.so: /s,
    ));

  it('a text file in the place of libvulkan.so.1', () => {
    const path = join(home, 'libvulkan.so.1');
    writeFileSync(path, 'hello\n');
    refuses(start({ KOFFI_VULKAN_LIBRARY: path }), /no Vulkan library could be opened.*libvulkan\.so\.1: /s);
  });

  it('a pipe in the place of libvulkan.so.1', function () {
    if (process.platform === 'win32') return skipHere(this, 'Windows has no mkfifo');
    const path = join(home, 'libvulkan.so.2');
    execFileSync('mkfifo', [path]);
    refuses(
      start({ KOFFI_VULKAN_LIBRARY: path }),
      /no Vulkan library could be opened.*libvulkan\.so\.2: it is not a regular file/s,
    );
  });

  it('a library that is not Vulkan', function () {
    if (process.platform !== 'linux') return skipHere(this, 'only Linux has libm.so.6');
    refuses(start({ KOFFI_VULKAN_LIBRARY: 'libm.so.6' }), /it does not export vkGetInstanceProcAddr/);
  });

  it('the wrong architecture', function () {
    if (process.platform !== 'linux') return skipHere(this, 'only on Linux are libraries ELF files');
    // An ELF header of another machine.
    const header = execFileSync('head', ['-c', '4096', process.execPath]);
    header[18] = 0xf3;
    const path = join(home, 'libriscv.so');
    writeFileSync(path, header);
    refuses(start({ KOFFI_VULKAN_LIBRARY: path }), /no Vulkan library could be opened.*libriscv\.so: /s);
  });

  it('a loader without any driver', function () {
    if (process.platform !== 'linux')
      return skipHere(this, 'elsewhere the loader finds drivers besides those of VK_DRIVER_FILES');
    const none = join(home, 'none.json');
    refuses(
      start({ VK_DRIVER_FILES: none, VK_ICD_FILENAMES: none, KOFFI_VULKAN_LIBRARY: '' }),
      /vkCreateInstance|no Vulkan library/,
    );
  });

  it('koffi without its binary, or a Node that forbids addons', () => {
    const permission =
      Number(process.versions.node.split('.')[0]) >= 23 ? '--permission' : '--experimental-permission';
    const flags = [
      permission,
      '--allow-fs-read=*',
      '--allow-fs-write=*',
      '--allow-worker',
      '--allow-child-process',
    ];
    for (const script of ['query', 'info', 'repl'])
      for (const forbidding of [['--no-addons'], flags])
        refuses(start({}, forbidding, script), /koffi, which calls native code, cannot be loaded/);
  });
});

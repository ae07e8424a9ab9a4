// `koffi-vulkan doctor`: each thing that can keep a GPU away is told with its reason, and the exit code says whether one is there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import { skipHere, skipOrFail } from '../skip.ts';
import { type Ran, runScript } from './run.ts';

describe('koffi-vulkan doctor', () => {
  let home: string;
  let good: string;
  before(function () {
    if (process.platform !== 'linux')
      skipHere(this, 'only on Linux does the loader look for manifests of drivers in folders');
    const folder = '/usr/share/vulkan/icd.d';
    const found = existsSync(folder) ? readdirSync(folder).find(name => name.startsWith('lvp')) : undefined;
    if (found === undefined) skipOrFail(this, 'lavapipe is not installed (Debian: mesa-vulkan-drivers)');
    good = join(folder, found);
    home = mkdtempSync(join(tmpdir(), 'koffi-vulkan-doctor-'));
  });
  after(() => home && rmSync(home, { recursive: true }));

  const doctor = (env: NodeJS.ProcessEnv = {}, args: readonly string[] = []): Ran =>
    runScript('src/cli/doctor', args, { env: { VK_LOADER_DEBUG: '', ...env } });
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(home, name), content);
    return join(home, name);
  };
  const manifest = (name: string, library_path: string) =>
    file(name, JSON.stringify({ file_format_version: '1.0.0', ICD: { api_version: '1.3.0', library_path } }));
  /** The line that names a manifest, and the one below it. */
  const said = ({ out }: Ran, name: string) => {
    const lines = out.split('\n');
    const at = lines.findIndex(
      (line, i) => i > lines.findIndex(l => l.startsWith('loader')) && line.includes(name),
    );
    return lines.slice(at, at + 2).map(line => line.replace(/^(drivers|layers)? +/, ''));
  };

  it('names Node, koffi and its binary, the library, the driver, the layers and the GPU', () => {
    const ran = doctor({ VK_DRIVER_FILES: good });
    expect(ran.err.replace(/^WARNING: lavapipe.*\n/gm, '')).to.equal('');
    expect(ran.out).to.match(
      new RegExp(`^system +linux ${process.arch}, Node ${process.versions.node}$`, 'm'),
    );
    expect(ran.out).to.match(/^koffi +3\.\d+\.\d+, \/.*\.node$/m);
    expect(ran.out).to.match(/^environment +VK_DRIVER_FILES=\/.*$/m);
    expect(ran.out).to.match(/^loader +libvulkan\.so\.1, Vulkan 1\.\d+\.\d+, \/.*libvulkan\.so\.1/m);
    expect(said(ran, good)[1]).to.match(/^gives llvmpipe/);
    expect(ran.out).to.match(/VK_LAYER_KHRONOS_validation: \/.*\.json$/m);
    expect(ran.out).to.match(/^GPU 0 +llvmpipe .*, CPU, Vulkan 1\.\d+\.\d+$/m);
    expect(ran.out).not.to.contain('FAULT');
    expect(ran.code).to.equal(0);
  });

  it('names what is wrong with manifests beside a good one, which is used all the same', () => {
    const header = execFileSync('head', ['-c', '4096', process.execPath]);
    header[18] = 0xf3;
    header[19] = 0;
    const cases: [manifest: string, fault: RegExp][] = [
      [file('empty.json', '{}'), /^FAULT: it has no ICD in it$/],
      [file('nameless.json', '{"ICD":{}}'), /^FAULT: it names no library/],
      [
        manifest('missing.json', '/no/such/library.so'),
        /^FAULT: its library is not there: \/no\/such\/library\.so$/,
      ],
      [manifest('relative.json', './gone.so'), /^FAULT: its library is not there: .*\/gone\.so$/],
      [
        manifest('bare.json', 'libNoSuchDriver.so.7'),
        /^FAULT: libNoSuchDriver\.so\.7: cannot open shared object file/,
      ],
      [
        manifest('riscv.json', file('libriscv.so', header)),
        /^FAULT: its library is for riscv64, and this process is /,
      ],
      [manifest('text.json', file('libtext.so', 'hello\n')), /^FAULT: its library is not a shared library/],
      [manifest('other.json', 'libm.so.6'), /^gives no GPU/],
      [join(home, 'none.json'), /^FAULT: it cannot be read: ENOENT/],
      ['/dev/zero', /^FAULT: it is not a regular file$/],
      [manifest('device.json', '/dev/zero'), /^FAULT: its library is not a shared library: \/dev\/zero$/],
    ];
    const ran = doctor({ VK_DRIVER_FILES: [...cases.map(([path]) => path), good].join(delimiter) });
    for (const [path, fault] of cases) expect(said(ran, path)[1], path).to.match(fault);
    expect(said(ran, good)[1]).to.match(/^gives llvmpipe/);
    expect(ran.out).to.match(/^GPU 0 +llvmpipe/m);
    expect(ran.code).to.equal(0);
  });

  it('names a manifest that is no JSON, and what would be there without it where it stops the loader', () => {
    const broken = file('broken.json', '{ "ICD": ');
    const ran = doctor({ VK_DRIVER_FILES: [broken, good].join(delimiter) });
    expect(said(ran, broken)[1]).to.match(/^FAULT: it is not JSON: /);
    expect(said(ran, good)[1]).to.match(/^gives llvmpipe/);
    if (ran.code === 0) expect(ran.out).to.match(/^GPU 0 +llvmpipe/m);
    else
      expect(ran.out).to.match(
        /^GPU +FAULT: there is none: vkCreateInstance: \S+(; likely .*)?\n +A faulty manifest above stops the loader: without it there is llvmpipe/m,
      );
  });

  it('names a pipe, and does not ask the loader, which would wait for ever', () => {
    const pipe = join(home, 'pipe.json');
    execFileSync('mkfifo', [pipe]);
    const ofPipe = manifest('of-pipe.json', pipe);
    for (const [path, fault] of [
      [pipe, 'it is not a regular file'],
      [ofPipe, `its library is not a shared library: ${pipe}`],
    ]) {
      const ran = doctor({ VK_DRIVER_FILES: [path, good].join(delimiter) });
      expect(said(ran, path)[1]).to.equal(`FAULT: ${fault}`);
      expect(ran.out).to.contain(`the loader is not asked, which would wait for ever for ${pipe}`);
      expect(ran.code).to.equal(1);
    }
  });

  it('ends with 1 where there is no driver, and says what the loader answers', () => {
    const ran = doctor({ VK_DRIVER_FILES: join(home, 'none.json') });
    expect(ran.out).to.match(/^GPU +FAULT: there is none: vkCreateInstance: VK_ERROR_INCOMPATIBLE_DRIVER/m);
    expect(ran.code).to.equal(1);
    mkdirSync(join(home, 'nothing'), { recursive: true });
    const bare = doctor({
      VK_DRIVER_FILES: join(home, 'nothing'),
      VK_ICD_FILENAMES: good,
    });
    expect(bare.out).to.contain(`VK_ICD_FILENAMES=${good} (not read: VK_DRIVER_FILES is set)`);
    expect(bare.out).to.match(/No manifest of a driver was found: install a driver/);
    expect(bare.code).to.equal(1);
  });

  it('ends with 1 where there is no loader, and names each path that was tried', () => {
    const ran = doctor({ KOFFI_VULKAN_LIBRARY: '/no/loader.so' });
    expect(ran.out).to.match(/^loader +FAULT: \/no\/loader\.so cannot be opened: .*No such file/m);
    expect(ran.out).to.contain('KOFFI_VULKAN_LIBRARY=/no/loader.so');
    expect(ran.out).to.match(/Install the Vulkan loader/);
    expect(ran.out).to.match(/^GPU +FAULT: there is none: no Vulkan library could be opened/m);
    expect(ran.code).to.equal(1);
  });

  it('ends with 1 where koffi cannot be loaded', () => {
    const ran = doctor({ NODE_OPTIONS: '--no-addons' });
    expect(ran.out).to.match(/^koffi +FAULT: it cannot be loaded: /m);
    expect(ran.err).to.equal('');
    expect(ran.code).to.equal(1);
  });

  it('names a layer whose library does not open', () => {
    const layers = join(home, 'layers');
    mkdirSync(layers);
    writeFileSync(
      join(layers, 'broken.json'),
      JSON.stringify({
        file_format_version: '1.0.0',
        layer: { name: 'VK_LAYER_BROKEN', library_path: 'libNoSuchLayer.so' },
      }),
    );
    const ran = doctor({ VK_LAYER_PATH: layers, VK_DRIVER_FILES: good });
    expect(said(ran, 'VK_LAYER_BROKEN')[1]).to.match(
      /^FAULT: libNoSuchLayer\.so: cannot open shared object file/,
    );
    expect(ran.out).not.to.contain('VK_LAYER_KHRONOS_validation');
    expect(ran.code).to.equal(0);
  });

  it('helps, and refuses what it does not know', () => {
    expect(doctor({}, ['--help']).out).to.match(/^Shows why a GPU is there or missing/);
    const wrong = doctor({}, ['--hlep']);
    expect(wrong).to.deep.include({ out: '', code: 2 });
    expect(wrong.err).to.match(/^koffi-vulkan: no option "--hlep"; did you mean --help\?/);
  });
});

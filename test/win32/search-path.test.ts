// No planted DLL is loaded from the current directory, the script's directory, PATH or SystemRoot; one that is named by its
// path is, which shows that the test would notice it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { windowsOnly } from './kernel.ts';

/** Loads Vulkan, reads foreign memory, asks kernel32; prints all modules of the process. */
const program = (source: (path: string) => string) => `
process.env.SystemRoot = process.cwd();
const { loadVulkan } = await import(${source('index.ts')});
const { windowsFunction } = await import(${source('native/windows-dll.ts')});
const { copy, addressOf } = await import(${source('native/koffi.ts')});
const bytes = new Uint8Array(8);
copy(addressOf(bytes), addressOf(Uint8Array.of(1)), 1);
let path;
try {
  path = loadVulkan().path;
} catch (error) {
  path = error.tried.map(t => t.path).join();
}
const list = windowsFunction('kernel32.dll', 'K32EnumProcessModules', 'int32_t', ['uintptr_t', 'void *', 'uint32_t', 'void *']);
const nameOf = windowsFunction('kernel32.dll', 'GetModuleFileNameW', 'uint32_t', ['uintptr_t', 'void *', 'uint32_t']);
const modules = new BigUint64Array(1024);
const size = new Uint32Array(1);
list(0xffff_ffff_ffff_ffffn, modules, modules.byteLength, size);
const names = [...modules.subarray(0, size[0] / 8)].map(module => {
  const text = new Uint16Array(1024);
  return String.fromCharCode(...text.subarray(0, nameOf(module, text, 1024)));
});
console.log(JSON.stringify({ path, names }));
`;

/** Headers, and one section with nothing in it: it loads, and exports nothing. */
function smallestDll(): Uint8Array {
  const [header, optional, section] = [0x40, 0x58, 0x148];
  const bytes = new Uint8Array(0x400);
  const view = new DataView(bytes.buffer);
  const u16 = (at: number, value: number) => view.setUint16(at, value, true);
  const u32 = (at: number, value: number) => view.setUint32(at, value, true);
  u16(0, 0x5a4d); // MZ
  u32(0x3c, header);
  u32(header, 0x4550); // PE
  u16(header + 4, process.arch === 'arm64' ? 0xaa64 : 0x8664);
  u16(header + 6, 1); // sections
  u16(header + 20, section - optional);
  u16(header + 22, 0x2022); // a DLL
  u16(optional, 0x20b); // of 64 bits
  view.setBigUint64(optional + 24, 0x1_8000_0000n, true); // where it would like to lie
  u32(optional + 32, 0x1000); // alignment in memory
  u32(optional + 36, 0x200); // and in the file
  u16(optional + 40, 6); // version of Windows
  u16(optional + 48, 6);
  u32(optional + 56, 0x2000); // size in memory
  u32(optional + 60, 0x200); // of these headers
  u16(optional + 68, 2); // subsystem
  u32(optional + 108, 16); // directories, all empty
  for (const [i, value] of [0x200, 0x1000, 0x200, 0x200].entries()) u32(section + 8 + 4 * i, value);
  u32(section + 36, 0x4000_0040); // read only
  return bytes;
}

describe('win32: planted DLLs', () => {
  let home: string;
  before(function () {
    windowsOnly(this);
    home = mkdtempSync(join(tmpdir(), 'koffi-vulkan-planted-'));
    mkdirSync(join(home, 'System32'));
    for (const dll of ['vulkan-1.dll', 'kernel32.dll', 'ntdll.dll'])
      for (const folder of ['.', 'System32']) writeFileSync(join(home, folder, dll), smallestDll());
    const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
    writeFileSync(join(home, 'program.mts'), program(source));
  });
  after(() => home && rmSync(home, { recursive: true, force: true }));

  function run(library: string): { path: string; names: string[] } {
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(home, 'program.mts')], {
      cwd: home,
      env: { ...process.env, PATH: `${home};${process.env.PATH}`, KOFFI_VULKAN_LIBRARY: library },
      encoding: 'utf8',
    });
    expect(status, stderr).to.equal(0);
    return JSON.parse(stdout);
  }

  const isPlanted = (name: string) => name.toLowerCase().startsWith(home.toLowerCase());

  it("are not loaded from the current or the script's directory, PATH or SystemRoot", () => {
    const { path, names } = run('');
    expect(path).to.match(/^[a-z]:\\windows\\system32\\vulkan-1\.dll$/i);
    expect(names.filter(isPlanted)).to.deep.equal([]);
    expect(names.some(name => /\\vulkan-1\.dll$/i.test(name))).to.equal(true);
  });

  it('are loaded where KOFFI_VULKAN_LIBRARY names one: the list of modules shows it', () => {
    const planted = join(home, 'vulkan-1.dll');
    expect(run(planted).names.filter(isPlanted)).to.deep.equal([planted]);
  });
});

// Shared libraries: the processor that a file is for, and the file that this process has loaded.
import { closeSync, openSync, readSync } from 'node:fs';
import { isIrregularFile } from '../../native/regular-file.ts';

const ELF: Readonly<Record<number, string>> = {
  3: 'ia32',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
};
const PE: Readonly<Record<number, string>> = { 332: 'ia32', 34404: 'x64', 43620: 'arm64' };
const MACH_O: Readonly<Record<number, string>> = { 16777223: 'x64', 16777228: 'arm64' };

/** The architectures of a library, as in `process.arch`; empty for a file that is not an ELF, PE or Mach-O library. */
export function architectures(file: string): string[] {
  if (isIrregularFile(file)) return [];
  const bytes = Buffer.alloc(4096);
  const fd = openSync(file, 'r');
  try {
    readSync(fd, bytes, 0, bytes.length, 0);
  } finally {
    closeSync(fd);
  }
  const named = (names: Readonly<Record<number, string>>, value: number) => [
    names[value] ?? `machine ${value}`,
  ];
  if (bytes.readUInt32BE(0) === 0x7f45_4c46) return named(ELF, bytes.readUInt16LE(18));
  if (bytes.toString('latin1', 0, 2) === 'MZ') {
    const header = bytes.readUInt32LE(0x3c);
    return header + 6 > bytes.length ? [] : named(PE, bytes.readUInt16LE(header + 4));
  }
  if (bytes.readUInt32LE(0) === 0xfeed_facf) return named(MACH_O, bytes.readUInt32LE(4));
  if (bytes.readUInt32BE(0) !== 0xcafe_babe) return [];
  const count = Math.min(bytes.readUInt32BE(4), 8);
  return Array.from({ length: count }, (_, i) => named(MACH_O, bytes.readUInt32BE(8 + 20 * i))[0]);
}

/** The path of a library that this process has loaded, if the runtime reports it. */
export function loadedFile(name: RegExp): string | undefined {
  try {
    const { report } = process;
    // Otherwise the report looks up host names, which takes seconds.
    Object.assign(report, { excludeNetwork: true });
    const { sharedObjects } = report.getReport() as unknown as { sharedObjects: readonly string[] };
    return sharedObjects.find(path => name.test(path));
  } catch {
    return undefined;
  }
}

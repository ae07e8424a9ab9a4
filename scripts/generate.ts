// The command `npm run generate`: writes ffi/, scripts/registry.lock and scripts/registry-account.md from a folder with the
// registry's files; --check only compares.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseOptions } from '../src/cli/options.ts';
import { UsageError } from '../src/cli/usage-error.ts';
import { accountOf } from './generate/account.ts';
import { emit } from './generate/emit.ts';
import { registryFolder } from './generate/folder.ts';
import { LOCK, lockText, readLock } from './generate/lock.ts';
import { parse } from './generate/parse.ts';
import { read, VALID_USAGE } from './generate/read.ts';
import { resolve } from './generate/resolve.ts';
import { withRules } from './generate/valid-usage.ts';
import { runScript } from './packages/script.ts';

const HELP = `Generates ffi/, ${LOCK} and scripts/registry-account.md from the files of a Vulkan registry.

usage: npm run generate -- [--check] [FOLDER]

  --check   compare instead of writing; exit code 1 if a file differs
  FOLDER    with vk.xml and video.xml, of any version; without it, one with the files that ffi/ was generated from is
            looked for in VULKAN_REGISTRY, in VULKAN_SDK and where Debian installs it`;

const OPTIONS = { check: { type: 'boolean', default: false } } as const;

const ROOT = new URL('../', import.meta.url);
const ACCOUNT = 'scripts/registry-account.md';
const at = (path: string) => new URL(path, ROOT);

function timed<T>(verb: string, work: () => T, describe: (value: T) => string): T {
  const start = performance.now();
  const value = work();
  console.log(
    `${verb.padEnd(8)} ${(performance.now() - start).toFixed(0).padStart(5)} ms  ${describe(value)}`,
  );
  return value;
}

/** The text of every file of ffi/, of the lock and of the account, by path. */
function generate(folder: string): Map<string, string> {
  const sources = timed(
    'read',
    () => read(folder),
    s => s.files.map(f => f.name).join(', '),
  );
  const raw = timed(
    'parse',
    () => parse(sources),
    r => `Vulkan ${r.headerVersion}`,
  );
  const resolved = timed(
    'resolve',
    () => resolve(raw),
    r =>
      `${r.structs.length} structs, ${r.commands.length + r.commandAliases.size} commands (${r.commandAliases.size} aliases), ${r.extensions.length} extensions`,
  );
  const registry = timed(
    'rules',
    () => (sources.validUsage === undefined ? resolved : withRules(resolved, sources.validUsage.usage)),
    r => {
      const rules = [...r.structs, ...r.commands].flatMap(row => row.rules);
      if (sources.validUsage === undefined) return `none: no ${VALID_USAGE} in ${folder}`;
      const zero = rules.filter(rule => rule.multiple === 0).length;
      return `${zero} numbers that may not be 0, ${rules.length - zero} that are multiples`;
    },
  );
  const files = timed(
    'emit',
    () => emit(registry),
    f => `${f.size} files, ${Math.round([...f.values()].join('').length / 1024)} KiB`,
  );
  const named = [...files].map(([name, text]) => [`ffi/${name}`, text] as const);
  return new Map([
    ...named,
    [LOCK, lockText(sources, registry.headerVersion)],
    [ACCOUNT, accountOf(sources, registry.headerVersion, raw.read)],
  ]);
}

/** The paths of files that differ from what would be written. */
function differences(files: Map<string, string>): string[] {
  const ffi = at('ffi/');
  const there = existsSync(ffi) ? readdirSync(ffi, { recursive: true, withFileTypes: true }) : [];
  const stray = there
    .filter(entry => entry.isFile())
    .map(entry => relative(fileURLToPath(ROOT), join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter(path => !files.has(path));
  const current = (path: string) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : undefined);
  return [...[...files].filter(([path, text]) => current(path) !== text).map(([path]) => path), ...stray];
}

function write(files: Map<string, string>): void {
  rmSync(at('ffi/'), { recursive: true, force: true });
  for (const folder of ['rows', 'types']) mkdirSync(at(`ffi/${folder}`), { recursive: true });
  for (const [path, text] of files) writeFileSync(at(path), text);
}

function main(args: readonly string[], me: string): number {
  const isOption = (arg: string) => arg.startsWith('-');
  const { check } = parseOptions('generate', args.filter(isOption), OPTIONS, me);
  const [given, ...rest] = args.filter(arg => !isOption(arg));
  if (rest.length > 0) throw new UsageError(`expected one folder, got ${rest.length + 1} (see ${me} --help)`);
  const folder = registryFolder(given);
  const files = generate(folder);
  if (!check) {
    write(files);
    return 0;
  }
  const differing = differences(files);
  if (readLock().includes(VALID_USAGE) && !existsSync(join(folder, VALID_USAGE)))
    console.error(`${VALID_USAGE}: not in ${folder}, and ffi/ was generated with it`);
  for (const path of differing)
    console.error(`${path}: differs from what the registry gives; run npm run generate`);
  return differing.length === 0 ? 0 : 1;
}

await runScript({ name: 'generate', help: HELP, main });

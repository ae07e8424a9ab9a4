// Makes, once a process, a user's folder with the packed package and small programs, and the answer that each must print.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Context } from 'mocha';
import { skipOrFail } from '../skip.ts';
import { globals, importing, mixed, required, requiring, typed, typedBothWays } from './consumer.ts';
import { install, type Packed, pack, root, run, temporaryFolder, Unreachable } from './npm.ts';

export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
export const tsx: string = join(root, 'node_modules/tsx/dist/cli.mjs');

// Node for Windows, as it runs under Wine, comes without npm; the package is the same there.
export const suite = process.platform === 'win32' ? describe.skip : describe;

/** Does something that may need the registry; skips where that cannot be reached. */
export function reaching<T>(context: Context, get: () => T): T {
  try {
    return get();
  } catch (error) {
    if (error instanceof Unreachable)
      return skipOrFail(context, `the npm registry is out of reach: ${error.message}`);
    throw error;
  }
}

/** The first call's result for every later one, its failure too: npm takes half a minute to find no registry. */
function once<T>(make: () => T): () => T {
  let made: (() => T) | undefined;
  return () => {
    if (made === undefined)
      try {
        const value = make();
        made = () => value;
      } catch (error) {
        made = () => {
          throw error;
        };
      }
    return made();
  };
}

const folder = once(() => {
  const made = temporaryFolder();
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  return made;
});

/** Built and packed. */
export const packed: () => Packed = once(() => pack(folder()));

/** A folder of its own beside the user's. */
export function beside(name: string): string {
  const made = join(folder(), name);
  mkdirSync(made, { recursive: true });
  return made;
}

/** The user's folder: packages without a `type` are CommonJS to Node, those in module/ are not. */
export const user: () => string = once(() => {
  const home = join(folder(), 'user');
  install(home, packed().tarball);
  mkdirSync(join(home, 'module'), { recursive: true });
  const write = (path: string, text: string) => writeFileSync(join(home, path), text);
  write('module/package.json', '{ "type": "module" }\n');
  for (const file of ['program.mjs', 'program.ts', 'program.mts', 'program.cts', 'module/program.ts'])
    write(file, importing());
  write('program.cjs', requiring);
  write('mixed.mjs', mixed);
  write('required.cjs', required);
  for (const file of ['typed.ts', 'module/typed.ts']) write(file, typed);
  for (const file of ['typed.mts', 'typed.cts']) write(file, typedBothWays);
  write('globals.d.ts', globals);
  return home;
});

/** Copies installed packages into another folder. */
export function copyOf(home: string, ...names: string[]): void {
  for (const name of names)
    cpSync(join(user(), 'node_modules', name), join(home, 'node_modules', name), { recursive: true });
}

/** What this tree's own sources print. */
export const answer: () => string = once(() => {
  const program = join(user(), 'sources.mts');
  const source = (path: string) => pathToFileURL(join(root, 'src', path)).href;
  writeFileSync(program, importing(source('index.ts'), source('embedded/index.ts')));
  return run(process.execPath, [tsx, program], user()).trim();
});

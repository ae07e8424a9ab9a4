// Copies what the generator needs and writes into a folder that tests may change, and runs programs in it.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from 'mocha';
import { registryFolder } from '../../scripts/generate/folder.ts';
import { skipOrFail } from '../skip.ts';

export const REPO = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of the registry that ffi/ is generated from; the test is skipped where this machine has it nowhere. */
export function pinned(context: Context): string {
  try {
    return registryFolder();
  } catch (error) {
    return skipOrFail(context, (error as Error).message);
  }
}

const COPIED = [
  ...[
    'ffi',
    'src',
    'scripts/generate',
    'scripts/generate.ts',
    'scripts/packages',
    'scripts/registry.lock',
    'scripts/registry-account.md',
  ],
  ...['package.json', 'tsconfig.json'],
];

export interface Tree {
  readonly path: string;
  /** Runs one of the programs of node_modules/.bin. */
  run(program: string, ...args: string[]): { status: number | null; output: string };
  remove(): void;
}

export function copyTree(): Tree {
  const path = mkdtempSync(join(tmpdir(), 'koffi-vulkan-generator-'));
  for (const name of COPIED) cpSync(join(REPO, name), join(path, name), { recursive: true });
  symlinkSync(join(REPO, 'node_modules'), join(path, 'node_modules'), 'junction');
  return {
    path,
    run(program, ...args) {
      const bin = join(path, 'node_modules/.bin', program);
      const { status, stdout, stderr, error } = spawnSync(bin, args, { cwd: path, encoding: 'utf8' });
      if (error !== undefined) throw error;
      return { status, output: stdout + stderr };
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/**
 * A tree for the tests of the suite around it, with the registry that ffi/ is generated from.
 * @param take is given both, and `--check` of that registry in the tree
 */
export function pinnedTree(
  take: (made: { tree: Tree; registry: string; check: () => ReturnType<Tree['run']> }) => void,
): void {
  let tree: Tree | undefined;
  before(function () {
    const registry = pinned(this);
    const made = copyTree();
    tree = made;
    take({ tree: made, registry, check: () => made.run('tsx', 'scripts/generate.ts', '--check', registry) });
  });
  after(() => tree?.remove());
}

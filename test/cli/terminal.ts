// Runs a program in a terminal that nobody sees (tmux), types keys, and reads its screen.
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './run.ts';

/** Milliseconds to wait for a screen: long, for machines with other work. */
const TIMEOUT = 120_000;
let opened = 0;

interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  readonly env?: Record<string, string>;
}

export const hasTmux = (): boolean => spawnSync('tmux', ['-V']).status === 0;

export class Terminal {
  readonly #socket = `koffi-vulkan-${process.pid}-${++opened}`;

  constructor(command: readonly string[], { columns, rows, env = {} }: TerminalOptions) {
    const settings = Object.entries({ LC_ALL: 'C.UTF-8', ...env }).flatMap(([name, value]) => [
      '-e',
      `${name}=${value}`,
    ]);
    // The shell tells the exit code and waits, so that the last screen can be read; Ctrl+C is not for it.
    const shell = `trap : INT; ${command.map(quote).join(' ')}; echo "exit code $?"; sleep 1000`;
    const size = ['-x', String(columns), '-y', String(rows)];
    this.#tmux([
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-s',
      'main',
      '-c',
      ROOT,
      ...size,
      ...settings,
      shell,
    ]);
  }

  #tmux(args: readonly string[]): string {
    const ran = spawnSync('tmux', ['-u', '-L', this.#socket, ...args], { encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(`tmux ${args[0]}: ${ran.stderr}`);
    return ran.stdout;
  }

  /** All lines, those that were scrolled away too. */
  screen(): string {
    return this.#tmux(['capture-pane', '-p', '-t', 'main', '-S', '-'])
      .replaceAll(/[ \t]+$/gm, '')
      .trimEnd();
  }

  type(text: string): void {
    // A semicolon at the end would end tmux's own command.
    this.#tmux(['send-keys', '-t', 'main', '-l', text.replace(/;$/, '\\;')]);
  }

  /** A key by tmux's name: Enter, Tab, Up, C-c, C-d. */
  key(name: string): void {
    this.#tmux(['send-keys', '-t', 'main', name]);
  }

  /** Types a line and waits until the prompt stands alone in the last one. */
  async line(text: string, prompt: RegExp): Promise<void> {
    const before = this.screen();
    this.type(text);
    this.key('Enter');
    await this.until(screen => screen !== before && prompt.test(screen) && screen.length > before.length);
  }

  /** Waits until the screen is as wanted and does not change any more. */
  async until(wanted: (screen: string) => boolean): Promise<string> {
    let last = '';
    for (const start = Date.now(); Date.now() - start < TIMEOUT; await sleep(100)) {
      const screen = this.screen();
      if (wanted(screen) && screen === last) return screen;
      last = screen;
    }
    throw new Error(`the screen did not become what was wanted:\n${last}`);
  }

  end(): void {
    spawnSync('tmux', ['-L', this.#socket, 'kill-server']);
  }
}

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

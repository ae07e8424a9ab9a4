// Starts a screen without a monitor, Xvfb, and reads the picture that it keeps in a file.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Picture } from './picture.ts';

export interface Screen {
  /** For DISPLAY. */
  readonly display: string;
  /** What is on it now: the part that is not black. */
  picture(): Picture;
  end(): void;
}

/** Rejects where Xvfb is not installed, or does not start. */
export async function openScreen(): Promise<Screen> {
  const folder = mkdtempSync(join(tmpdir(), 'koffi-vulkan-screen-'));
  const args = ['-displayfd', '3', '-screen', '0', '800x600x24', '-fbdir', folder, '-nolisten', 'tcp'];
  const xvfb = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise<string>((resolve, reject) => {
    xvfb.once('error', () => reject(new Error('Xvfb (Debian: xvfb) is not installed')));
    xvfb.once('exit', code => reject(new Error(`Xvfb ended with ${code}`)));
    (xvfb as ChildProcess).stdio[3]!.once('data', data => resolve(String(data).trim()));
  });
  return {
    display: `:${number}`,
    picture: () => withoutBlack(readXwd(readFileSync(join(folder, 'Xvfb_screen0')))),
    end() {
      xvfb.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The X window dump that Xvfb writes: a header of big-endian words, a table of colours, pixels as B, G, R and a byte. */
function readXwd(file: Buffer): Picture {
  const word = (i: number) => file.readUInt32BE(i * 4);
  const [start, width, height] = [word(0) + word(19) * 12, word(4), word(5)];
  const [bits, stride] = [word(11), word(12)];
  if (bits !== 32) throw new Error(`expected 32 bits a pixel, got ${bits}`);
  const pixels = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = start + y * stride + x * 4;
      pixels.set([file[at + 2], file[at + 1], file[at], 255], (y * width + x) * 4);
    }
  return { width, height, pixels };
}

/** The smallest rectangle that holds every pixel that is not black. */
function withoutBlack({ width, pixels }: Picture): Picture {
  let [left, right, top, bottom] = [Number.POSITIVE_INFINITY, -1, Number.POSITIVE_INFINITY, -1];
  for (let i = 0; i < pixels.length; i += 4) {
    if ((pixels[i] | pixels[i + 1] | pixels[i + 2]) === 0) continue;
    const [x, y] = [(i / 4) % width, Math.floor(i / 4 / width)];
    [left, right, top, bottom] = [
      Math.min(left, x),
      Math.max(right, x),
      Math.min(top, y),
      Math.max(bottom, y),
    ];
  }
  const [w, h] = [right - left + 1, bottom - top + 1];
  if (right < 0) return { width: 0, height: 0, pixels: new Uint8Array(0) };
  const rows = Array.from({ length: h }, (_, y) => {
    const start = ((top + y) * width + left) * 4;
    return pixels.subarray(start, start + w * 4);
  });
  return { width: w, height: h, pixels: Uint8Array.from(Buffer.concat(rows)) };
}

// The example draws in windows of GLFW and of SDL, on a screen without a monitor, under the validation layer.
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { childProgram } from '../../scripts/build/child.ts';
import { encodePng } from '../../scripts/examples/png.ts';
import { skipHere, skipOrFail } from '../skip.ts';
import { until } from '../until.ts';
import { openLive } from './harness.ts';
import { type Picture, readPng } from './picture.ts';
import { openScreen, type Screen } from './screen.ts';

const LAYER = 'VK_LAYER_KHRONOS_validation';
const EXPECTED = ['window-before.png', 'window-after.png'].map(name => join(import.meta.dirname, name));
/** Whether the expected pictures are made anew. */
const IS_NEW = process.env.KOFFI_VULKAN_NEW_PICTURES === '1';
/** Drivers round, and draw an edge a pixel away. */
const [ROUNDING, MOST_UNLIKE] = [8, 0.005];

/** The share of pixels that are not as expected. */
function unlike(picture: Picture, expected: Picture): number {
  if (picture.width !== expected.width || picture.height !== expected.height) return 1;
  let count = 0;
  for (let i = 0; i < picture.pixels.length; i += 4)
    if ([0, 1, 2].some(c => Math.abs(picture.pixels[i + c] - expected.pixels[i + c]) > ROUNDING)) count++;
  return count / (picture.pixels.length / 4);
}

interface Shown {
  readonly lines: readonly string[];
  readonly pictures: readonly Picture[];
  readonly code: number | null;
  readonly said: string;
}

/** Runs the child; at each of its steps the screen is looked at. */
async function show(screen: Screen, library: string): Promise<Shown> {
  const program = await childProgram(join(import.meta.dirname, 'window-child.ts'));
  const child = spawn(process.execPath, [program, library, '40', '80'], {
    env: { ...process.env, DISPLAY: screen.display, WAYLAND_DISPLAY: '', VK_INSTANCE_LAYERS: LAYER },
  });
  const [lines, pictures, said]: [string[], Picture[], string[]] = [[], [], []];
  child.stderr.on('data', data => said.push(String(data)));
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('drawn')) {
      if (line !== 'ended') said.push(line);
      continue;
    }
    lines.push(line);
    pictures.push(await pictureLike(EXPECTED[pictures.length], screen));
    child.stdin.write('\n');
  }
  return { lines, pictures, code: await ended, said: said.join('\n') };
}

/** The screen once it is as expected, or has not become so; its server draws in its own time, in its own process. */
async function pictureLike(path: string, screen: Screen): Promise<Picture> {
  // New pictures are like none: the server gets a second for each.
  if (IS_NEW) await new Promise(resolve => setTimeout(resolve, 1000));
  else {
    const expected = readPng(path);
    const isThere = () => unlike(screen.picture(), expected) <= MOST_UNLIKE;
    await until('the window looks as expected', isThere).catch(() => undefined);
  }
  return screen.picture();
}

/** Whether these are the words for a library that is not installed. */
const isNotInstalled = (said: string) => /no window: .*(cannot open shared object|Failed to load)/.test(said);

describe('live: windows', () => {
  let screen: Screen;
  before(async function () {
    if (process.platform !== 'linux') return skipHere(this, 'Xvfb is a screen for Linux alone');
    openLive(this).end();
    try {
      screen = await openScreen();
    } catch (error) {
      skipOrFail(this, (error as Error).message);
    }
  });
  after(() => screen?.end());

  for (const library of ['glfw', 'sdl'])
    it(`${library}: frames are presented, look as they should, and survive a resize without a message`, async function () {
      const { lines, pictures, code, said } = await show(screen, library);
      if (isNotInstalled(said))
        return skipOrFail(this, `${library} (Debian: libglfw3, libsdl2-2.0-0) is not installed`);
      expect(said).to.equal('');
      expect(code).to.equal(0);
      expect(lines).to.deep.equal(['drawn 40 at 320 × 240', 'drawn 80 at 400 × 200']);
      expect(pictures.map(({ width, height }) => `${width} × ${height}`)).to.deep.equal([
        '320 × 240',
        '400 × 200',
      ]);
      for (const [i, picture] of pictures.entries()) {
        if (IS_NEW) writeFileSync(EXPECTED[i], encodePng(picture.width, picture.height, picture.pixels));
        expect(unlike(picture, readPng(EXPECTED[i]))).to.be.at.most(MOST_UNLIKE);
      }
    });

  it('scripts/examples/window.ts draws the frames that it is asked for, with the first library that opens', function () {
    const args = ['--import=tsx', 'scripts/examples/window.ts', '--frames', '5'];
    const env = { ...process.env, DISPLAY: screen.display, WAYLAND_DISPLAY: '', VK_INSTANCE_LAYERS: LAYER };
    const { stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    if (isNotInstalled(stderr)) return skipOrFail(this, 'neither libglfw3 nor libsdl2-2.0-0 is installed');
    expect(stdout + stderr).to.match(/^5 frames on .+\n$/);
  });
});

// The example for Electron, run with a stand-in for Electron's module, writes the picture that was painted.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { encodePng } from '../../scripts/examples/png.ts';
import { environment } from '../../scripts/mesa/driver.ts';
import { skipHere, skipOrFail } from '../skip.ts';

const ROOT = join(import.meta.dirname, '../..');
const url = (path: string) => pathToFileURL(join(ROOT, path)).href;

/** A module that puts the stand-in under Electron's name. */
const hook = `import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(\`
export const resolve = (name, context, next) =>
  next(name === 'electron' ? '${url('test/shared-texture/stand-in.ts')}' : name, context);
\`));`;

describe("shared-texture: Electron's example", () => {
  it('writes the frame that was painted', function () {
    if (process.platform !== 'linux') skipHere(this, 'there are no dma-bufs');
    const driver = environment();
    if (driver === undefined) skipOrFail(this, 'no newer driver is in .cache/mesa: npm run mesa');
    const cwd = mkdtempSync(join(tmpdir(), 'koffi-vulkan-electron-'));
    try {
      const imports = [
        url('node_modules/tsx/dist/loader.mjs'),
        `data:text/javascript,${encodeURIComponent(hook)}`,
      ];
      const args = [
        ...imports.map(one => `--import=${one}`),
        join(ROOT, 'scripts/examples/electron-shared-texture.ts'),
      ];
      const env = { ...process.env, ...driver };
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        cwd,
        env,
        encoding: 'utf8',
        timeout: 240_000,
      });
      expect(stdout, stderr).to.equal('frame.png: 64 × 48 pixels, frame 60\n');
      expect(status, stderr).to.equal(0);
      const rgba = Uint8Array.from({ length: 64 * 48 * 4 }, (_, i) => {
        const [x, y] = [(i >> 2) % 64, Math.floor(i / 256)];
        return [7, y * 5, x * 4, 255][i % 4];
      });
      expect(Buffer.compare(readFileSync(join(cwd, 'frame.png')), encodePng(64, 48, rgba))).to.equal(0);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});

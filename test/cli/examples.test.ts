// Lavapipe under the Khronos validation layer: each example runs, prints what it says, and breaks no rule of the
// specification.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { expect } from 'chai';
import {
  cubeVertex,
  printf,
  square,
  triangleFragment,
  triangleVertex,
} from '../../scripts/examples/shaders/spirv.ts';
import { loadVulkan } from '../../src/index.ts';
import { skipOrFail } from '../skip.ts';
import { ROOT, runOther, runScript } from './run.ts';

const LAYER = 'VK_LAYER_KHRONOS_validation';

/** Runs an example; the layer writes to standard output. */
function example(name: string, ...args: string[]): string {
  const { out, err, code } = runScript(`scripts/examples/${name}`, args, {
    env: { VK_INSTANCE_LAYERS: LAYER },
  });
  expect(out + err).not.to.match(/VUID|Validation/);
  expect(code, out + err).to.equal(0);
  return out;
}

/** The pixels of a PNG as png.ts writes it: 8 bits RGBA, no filter. */
function decodePng(file: Buffer): { width: number; height: number; at(x: number, y: number): number[] } {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at))
    chunks.set(
      file.toString('latin1', at + 4, at + 8),
      file.subarray(at + 8, at + 8 + file.readUInt32BE(at)),
    );
  const [width, height] = [0, 4].map(offset => chunks.get('IHDR')!.readUInt32BE(offset));
  const rows = inflateSync(chunks.get('IDAT')!);
  const at = (x: number, y: number) => {
    const start = y * (width * 4 + 1) + 1 + x * 4;
    return [...rows.subarray(start, start + 4)];
  };
  return { width, height, at };
}

describe('examples', () => {
  before(function () {
    try {
      const layers = loadVulkan().enumerateInstanceLayerProperties();
      if (!layers.some(layer => layer.layerName === LAYER)) skipOrFail(this, `${LAYER} is not installed`);
    } catch (error) {
      skipOrFail(this, (error as Error).message.split('\n')[0]);
    }
  });

  it('list-gpus names each GPU in a line', () => {
    expect(example('list-gpus')).to.match(
      /^.+: (CPU|(INTEGRATED|DISCRETE|VIRTUAL)_GPU), Vulkan 1\.\d+\.\d+\n/,
    );
  });

  it('compute gives the squares of an array', () => {
    expect(example('compute')).to.equal(
      '[1, 2, 3, 4, 5, 6, 7, 8, 0.5, -3] squared is [1, 4, 9, 16, 25, 36, 49, 64, 0.25, 9]\n',
    );
  });

  it('pick-memory-type draws the masks and marks the type that it picks', () => {
    const lines = example('pick-memory-type').trimEnd().split('\n');
    const picked = /: type (\d+) for reading results back$/.exec(lines[0])?.[1];
    expect(lines[1]).to.equal('type  allowed  required  preferred  properties');
    const marked = lines.filter(line => line.startsWith('▶'));
    expect(marked).to.have.length(1);
    expect(marked[0]).to.match(new RegExp(`^▶ *${picked} +● +● +[●·] .*HOST_VISIBLE`));
  });

  it('triangle writes a PNG with three colours that meet', () => {
    const folder = mkdtempSync(join(tmpdir(), 'koffi-vulkan-'));
    try {
      const path = join(folder, 'triangle.png');
      expect(example('triangle', path)).to.equal(`${path}: 512 × 512 pixels\n`);
      const { width, height, at } = decodePng(readFileSync(path));
      expect([width, height]).to.deep.equal([512, 512]);
      expect(at(0, 0)).to.deep.equal([20, 20, 26, 255]);
      const strongest = (x: number, y: number) => at(x, y).indexOf(Math.max(...at(x, y).slice(0, 3)));
      expect([strongest(256, 70), strongest(440, 425), strongest(72, 425)]).to.deep.equal([0, 1, 2]);
      const center = at(256, 310).slice(0, 3);
      expect(Math.max(...center) - Math.min(...center)).to.be.lessThan(80);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('debug-printf shows what the shader prints', () => {
    const { out, err, code } = runScript('scripts/examples/debug-printf', []);
    expect([out, code], err).to.deep.equal(['', 0]);
    expect(err.trim().split('\n').sort()).to.deep.equal(
      Array.from({ length: 8 }, (_, i) => `invocation ${i} of 8`),
    );
  });

  it('has the SPIR-V words that glslangValidator makes of the GLSL beside them', function () {
    const shaders = [
      ['square.comp', square],
      ['triangle.vert', triangleVertex],
      ['triangle.frag', triangleFragment],
      ['cube.vert', cubeVertex],
      ['printf.comp', printf],
    ] as const;
    const folder = mkdtempSync(join(tmpdir(), 'koffi-vulkan-'));
    try {
      for (const [source, words] of shaders) {
        const [from, to] = [join(ROOT, 'scripts/examples/shaders', source), join(folder, source)];
        if (runOther('glslangValidator', ['-V', '-g0', '-o', to, from]) === undefined)
          return skipOrFail(this, 'glslangValidator (Debian: glslang-tools) is not installed');
        expect([...new Uint32Array(new Uint8Array(readFileSync(to)).buffer)], source).to.deep.equal([
          ...words,
        ]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

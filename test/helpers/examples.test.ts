// The examples in the helpers' doc comments, each run on lavapipe under the validation layer.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import * as helpers from '../../src/helpers/index.ts';
import * as main from '../../src/index.ts';
import { VkBufferUsageFlagBits, VkMemoryPropertyFlagBits } from '../../src/index.ts';
import { type Block, examples, opening, sources } from '../docs/blocks.ts';
import { REPO } from '../generator/tree.ts';
import { type Live, openLive } from '../live/harness.ts';

/** These need a window; scripts/examples/window.ts runs them. */
const NEED_A_WINDOW = ['src/helpers/swapchain-image.ts'];

const blocks = sources()
  .filter(file => file.startsWith('src/helpers/') && !NEED_A_WINDOW.includes(file))
  .flatMap(file => [...examples(file), ...opening(file)]);

/** What test/docs/reader.ts tells the compiler that a reader has. */
function reader(live: Live) {
  const { createInfo } = helpers.resolveDevice(live.gpu, { required: { features: ['timelineSemaphore'] } });
  const device = live.gpu.createDevice(createInfo);
  const usage = VkBufferUsageFlagBits.TRANSFER_SRC | VkBufferUsageFlagBits.TRANSFER_DST;
  const buffer = device.createBuffer({ size: 4096, usage });
  const { memory } = helpers.allocateFor(
    device,
    { buffer },
    { required: VkMemoryPropertyFlagBits.HOST_VISIBLE },
  );
  return {
    ...{ instance: live.instance, gpu: live.gpu, device, queue: device.getDeviceQueue(0, 0) },
    ...{ buffer, memory, fence: device.createFence({}) },
  };
}

describe('examples of helpers (lavapipe)', () => {
  let folder: string;
  before(function () {
    openLive(this).end();
    mkdirSync(join(REPO, '.cache'), { recursive: true });
    folder = mkdtempSync(join(REPO, '.cache', 'examples-'));
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  it('are many', () => expect(blocks).to.have.length.above(8));

  const shown = ({ file, line }: Block) => `${file}:${line}`;
  for (const block of blocks)
    it(`run: ${shown(block)}`, async function () {
      const live = openLive(this);
      const given = reader(live);
      const known = { ...main, ...helpers, ...given };
      const code = block.code.replace(/^import .*\n/gm, '');
      const names = Object.keys(known).filter(name => new RegExp(`(?<!\\.)\\b${name}\\b`).test(code));
      const declared = names.filter(name => !new RegExp(`\\b(const|let)\\b[^=;]*\\b${name}\\b`).test(code));
      const path = join(folder, `${shown(block).replaceAll(/\W/g, '-')}.ts`);
      writeFileSync(path, `export async function run({ ${declared.join(', ')} }: any) {\n${code}\n}\n`);
      try {
        await (await import(pathToFileURL(path).href)).run(known);
      } finally {
        given.device[Symbol.dispose]();
        live.instance[Symbol.dispose]();
      }
      expect(live.messages).to.deep.equal([]);
    });
});

// Frames that another process paints, imported by a real driver and compared pixel by pixel; and the way back.

import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { childProgram } from '../../scripts/build/child.ts';
import type { Device } from '../../src/index.ts';
import {
  type DmaBufFrame,
  DRM_FORMAT_MOD_INVALID,
  DRM_FORMAT_MOD_LINEAR,
  InvalidFdError,
  importDmaBuf,
  importImplicitSync,
  queryMemoryTypes,
} from '../../src/linux/index.ts';
import { figure } from '../figure.ts';
import { createDevice, type Live } from '../live/harness.ts';
import { openNewer, skipWithout } from '../live/mesa.ts';
import { skipHere } from '../skip.ts';
import { frameCopies, USAGE } from './frame-copies.ts';
import { FRAMES, type FrameShape } from './frames.ts';
import { memfd, openMemfds } from './memfd.ts';
import type { Looked } from './painter.ts';

const EXTENSIONS = [
  'VK_KHR_external_memory_fd',
  'VK_EXT_external_memory_dma_buf',
  'VK_EXT_queue_family_foreign',
];
/** How many frames a painter inherits at once. */
const BATCH = 64;

interface Shared {
  readonly frame: FrameShape;
  readonly seed: number;
  readonly fds: readonly number[];
}

let program: string;

/** Runs the painter with the descriptors of frames; it ends before this returns. */
function painter(mode: 'paint' | 'look', frames: readonly Shared[]): string {
  const stdio = ['ignore', 'pipe', 'inherit', ...frames.flatMap(({ fds }) => fds)] as const;
  const [first, last] = [frames[0].seed, frames[0].seed + frames.length];
  const { status, stdout } = spawnSync(process.execPath, [program, mode, String(first), String(last)], {
    stdio: [...stdio],
    encoding: 'utf8',
  });
  expect(status).to.equal(0);
  return stdout;
}

const described = ({ frame, fds }: Shared): DmaBufFrame => ({
  planes: frame.planes.map(({ memory, offset, stride }) => ({ fd: fds[memory], offset, stride })),
  modifier: DRM_FORMAT_MOD_LINEAR,
  format: frame.format,
  extent: frame.extent,
  usage: USAGE,
});

describe('linux: frames of another process', () => {
  let live: Live;
  let device: Device;
  let copies: ReturnType<typeof frameCopies>;

  before(async function () {
    if (process.platform !== 'linux') skipHere(this, `${process.platform} has no dma-bufs`);
    live = openNewer(this);
    skipWithout(this, live.gpu, EXTENSIONS);
    device = createDevice(live.gpu, EXTENSIONS);
    program = await childProgram(join(import.meta.dirname, 'painter.ts'));
    copies = frameCopies(device, device.createCommandPool({ queueFamilyIndex: 0 }));
  });
  afterEach(() => expect(live?.messages.splice(0) ?? []).to.deep.equal([]));
  after(() => {
    device?.[Symbol.dispose]();
    live?.end();
  });

  /** Pixels by format, stride, as image or buffer, and direction; printed at the end. */
  const counts = new Map<string, { frames: number; compared: number; wrong: number }>();
  function count(
    shape: FrameShape,
    kind: string,
    direction: string,
    { compared, wrong }: Pick<Looked, 'compared' | 'wrong'>,
  ) {
    const [formatAndSize, stride] = shape.name.split(', ');
    const key = [formatAndSize.split(' ')[0], stride, kind, direction].join(', ');
    const sum = counts.get(key) ?? { frames: 0, compared: 0, wrong: 0 };
    counts.set(key, { frames: sum.frames + 1, compared: sum.compared + compared, wrong: sum.wrong + wrong });
  }
  after(() => {
    for (const [key, { frames, compared, wrong }] of counts)
      figure(`${key}: ${frames} frames, ${compared} pixels compared, ${wrong} wrong`);
  });

  for (let first = 0; first < FRAMES.length; first += BATCH)
    it(`are seen as they were painted, and the other process sees what Vulkan writes: from ${FRAMES[first].name}`, () => {
      const before = openMemfds();
      const frames = FRAMES.slice(first, first + BATCH).map(
        (frame, i): Shared => ({
          frame,
          seed: first + i,
          fds: frame.sizes.map(memfd),
        }),
      );
      painter('paint', frames);
      const wrong: string[] = [];
      const kinds = frames.map(shared => {
        const { frame, seed } = shared;
        using imported = importDmaBuf(device, described(shared));
        const seen = copies.compare(frame, copies.copyOut(frame, imported), seed);
        count(frame, imported.kind, 'painted there, read by Vulkan', seen);
        if (seen.wrong > 0) wrong.push(`${frame.name}: ${seen.wrong} of ${seen.compared}`);
        copies.copyIn(frame, imported, ~seed);
        return imported.kind;
      });
      const looked = JSON.parse(painter('look', frames)) as Looked[];
      for (const [i, { name, compared, wrong: bad, touched }] of looked.entries()) {
        count(frames[i].frame, kinds[i], 'written by Vulkan, read there', { compared, wrong: bad });
        if (bad + touched > 0)
          wrong.push(`back: ${name}: ${bad} of ${compared}, ${touched} bytes beside them`);
      }
      for (const { fds } of frames) fds.map(closeSync);
      expect(wrong).to.deep.equal([]);
      expect(openMemfds()).to.equal(before);
    });

  it('are images where the driver lays one out alike, and buffers elsewhere', () => {
    const kinds = new Set([...counts.keys()].map(key => key.split(', ')[2]));
    expect([...kinds].sort()).to.deep.equal(['buffer', 'image']);
  });

  const small: Shared = {
    frame: FRAMES.find(({ name }) => name.includes('64×64, tight, offset 0'))!,
    seed: 0,
    fds: [],
  };

  it('a thousand imports leave no descriptor behind, nor do a thousand that fail', () => {
    const fds = small.frame.sizes.map(memfd);
    const frame = described({ ...small, fds });
    importDmaBuf(device, frame)[Symbol.dispose]();
    const before = openMemfds();
    for (let round = 0; round < 1000; round++) importDmaBuf(device, frame)[Symbol.dispose]();
    expect(openMemfds()).to.equal(before);
    // The driver refuses to map what may not be written, after the descriptor was duplicated.
    const readOnly = openSync(`/proc/self/fd/${fds[0]}`, 'r');
    const fails = { ...frame, planes: [{ ...frame.planes[0], fd: readOnly }] };
    for (let round = 0; round < 1000; round++)
      expect(() => importDmaBuf(device, fails)).to.throw(InvalidFdError);
    closeSync(readOnly);
    expect(openMemfds()).to.equal(before);
    // The driver says so itself, each time.
    expect(
      live.messages.splice(0).filter(text => !text.includes('VK_ERROR_INVALID_EXTERNAL_HANDLE')),
    ).to.deep.equal([]);
    fds.map(closeSync);
    figure(`open descriptors: ${before} before, ${openMemfds() + fds.length} after`);
  });

  it('a frame outlives its descriptor', () => {
    const fds = small.frame.sizes.map(memfd);
    painter('paint', [{ ...small, seed: FRAMES.indexOf(small.frame), fds }]);
    using imported = importDmaBuf(device, described({ ...small, fds }));
    fds.map(closeSync);
    const seen = copies.compare(
      small.frame,
      copies.copyOut(small.frame, imported),
      FRAMES.indexOf(small.frame),
    );
    expect(seen).to.deep.equal({ compared: 4096, wrong: 0 });
  });

  it('the query answers, and a failure is told by its name', () => {
    const fd = memfd(65536);
    expect(queryMemoryTypes(device, fd)).to.deep.equal({
      status: 'answered',
      memoryTypeBits: 1,
      excessBits: 0,
      rawBits: 1,
      memoryTypeCount: 1,
      warnings: [],
    });
    const frame = described({ ...small, fds: [fd] });
    const [plane] = frame.planes;
    const directory = openSync('/', 'r');
    const readOnly = openSync(`/proc/self/fd/${fd}`, 'r');
    const closed = memfd(4096);
    closeSync(closed);
    const cases: readonly (readonly [DmaBufFrame, string])[] = [
      [{ ...frame, planes: [{ ...plane, fd: closed }] }, 'InvalidFdError'],
      [{ ...frame, planes: [{ ...plane, fd: directory }] }, 'InvalidFdError'],
      [{ ...frame, planes: [{ ...plane, fd: readOnly }] }, 'InvalidFdError'],
      [{ ...frame, planes: [plane, plane] }, 'PlaneLayoutError'],
      [{ ...frame, planes: [{ ...plane, stride: plane.stride - 1 }] }, 'PlaneLayoutError'],
      [{ ...frame, planes: [{ ...plane, stride: plane.stride + 1 }] }, 'PlaneLayoutError'],
      [{ ...frame, planes: [{ ...plane, offset: 2 ** 20 }] }, 'PlaneLayoutError'],
      [{ ...frame, planes: [{ ...plane, size: 4 }] }, 'PlaneLayoutError'],
      [{ ...frame, modifier: DRM_FORMAT_MOD_INVALID }, 'ModifierError'],
      [{ ...frame, modifier: 0x0100_0000_0000_0001n }, 'NotAvailableError'],
    ];
    for (const [wrong, name] of cases) {
      let error: Error | undefined;
      try {
        importDmaBuf(device, wrong)[Symbol.dispose]();
      } catch (thrown) {
        error = thrown as Error;
      }
      expect(error?.name, String(error)).to.equal(name);
      figure(`${error}`);
    }
    closeSync(directory);
    closeSync(readOnly);
    expect(
      live.messages.splice(0).filter(text => !text.includes('VK_ERROR_INVALID_EXTERNAL_HANDLE')),
    ).to.deep.equal([]);
    closeSync(fd);
  });

  it('memory that is no dma-buf has no implicit synchronisation', function () {
    skipWithout(this, live.gpu, ['VK_KHR_external_semaphore_fd']);
    const [fd] = small.frame.sizes.map(memfd);
    const syncing = createDevice(live.gpu, [...EXTENSIONS, 'VK_KHR_external_semaphore_fd']);
    expect(importImplicitSync(syncing, fd, 'read')).to.equal(undefined);
    syncing.destroyDevice();
    closeSync(fd);
  });
});

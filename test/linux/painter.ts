// Paints frames into the descriptors that this process inherits from 3 on, or compares what is in them.
import { fstatSync, readSync, writeSync } from 'node:fs';
import { FRAMES, type FrameShape, fillRow, PADDING } from './frames.ts';

/** What looking at a frame found. */
export interface Looked {
  readonly name: string;
  /** Pixels, of all planes, and how many were not as they were to be. */
  readonly compared: number;
  readonly wrong: number;
  /** Bytes outside of the pixels that are no longer what they were. */
  readonly touched: number;
}

const bytesOf = (fd: number): Uint8Array => new Uint8Array(fstatSync(fd).size);

function paint(frame: FrameShape, fds: readonly number[], seed: number): void {
  const memories = fds.map(fd => bytesOf(fd).fill(PADDING));
  for (const [plane, { memory, offset, stride, columns, rows, texel }] of frame.planes.entries())
    for (let y = 0; y < rows; y++) {
      const at = offset + y * stride;
      fillRow(memories[memory].subarray(at, at + columns * texel), seed, plane, y);
    }
  for (const [i, fd] of fds.entries()) writeSync(fd, memories[i], 0, memories[i].length, 0);
}

function look(frame: FrameShape, fds: readonly number[], seed: number): Looked {
  const memories = fds.map(fd => {
    const bytes = bytesOf(fd);
    readSync(fd, bytes, 0, bytes.length, 0);
    return bytes;
  });
  let [compared, wrong] = [0, 0];
  for (const [plane, { memory, offset, stride, columns, rows, texel }] of frame.planes.entries()) {
    const expected = new Uint8Array(columns * texel);
    for (let y = 0; y < rows; y++) {
      const row = memories[memory].subarray(offset + y * stride, offset + y * stride + expected.length);
      fillRow(expected, seed, plane, y);
      for (let x = 0; x < columns; x++) {
        compared++;
        for (let i = x * texel; i < (x + 1) * texel; i++)
          if (row[i] !== expected[i]) {
            wrong++;
            break;
          }
      }
      row.fill(PADDING);
    }
  }
  const touched = memories.reduce((sum, bytes) => sum + bytes.filter(byte => byte !== PADDING).length, 0);
  return { name: frame.name, compared, wrong, touched };
}

const [, , mode, first, last] = process.argv;
let fd = 3;
const frames = FRAMES.slice(Number(first), Number(last)).map((frame, i) => {
  const fds = frame.sizes.map(() => fd++);
  return { frame, fds, seed: Number(first) + i };
});
if (mode === 'paint') for (const { frame, fds, seed } of frames) paint(frame, fds, seed);
else process.stdout.write(JSON.stringify(frames.map(({ frame, fds, seed }) => look(frame, fds, ~seed))));

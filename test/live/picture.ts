// Finds the pixels that differ from a PNG, except where drivers may round a colour or an edge differently.
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';

/** RGBA, rows without padding. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** The signature and the header's chunk; then the only chunk of data. */
const DATA = 8 + 25;

export function readPng(path: string): Picture {
  const png = readFileSync(path);
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const rows = inflateSync(png.subarray(DATA + 8, DATA + 8 + png.readUInt32BE(DATA)));
  const stride = width * 4;
  const pixels = new Uint8Array(stride * height);
  // Each row comes after a byte that says "no filter".
  for (let y = 0; y < height; y++)
    pixels.set(rows.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)), y * stride);
  return { width, height, pixels };
}

/** Of 255: colours are interpolated with few bits, and rounded. */
const ROUNDING = 4;

/**
 * The pixels that are not as expected: beyond rounding, and at an edge also unlike each of their neighbours.
 * @returns `x, y: r,g,b,a, expected r,g,b,a`
 */
export function differences(pixels: Uint8Array, { width, height, pixels: expected }: Picture): string[] {
  const at = (of: Uint8Array, x: number, y: number) =>
    of.subarray((y * width + x) * 4, (y * width + x) * 4 + 4);
  const isBlack = (x: number, y: number) =>
    at(expected, x, y)
      .subarray(0, 3)
      .every(c => c === 0);
  const found: string[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const got = at(pixels, x, y);
      const isLike = ([nx, ny]: readonly number[]) =>
        at(expected, nx, ny).every((c, i) => Math.abs(c - got[i]) <= ROUNDING);
      if (isLike([x, y])) continue;
      const around = [-1, 0, 1]
        .flatMap(dy => [-1, 0, 1].map(dx => [x + dx, y + dy]))
        .filter(([nx, ny]) => nx >= 0 && ny >= 0 && nx < width && ny < height);
      const isEdge = around.some(([nx, ny]) => isBlack(nx, ny) !== isBlack(x, y));
      if (!isEdge || !around.some(isLike)) found.push(`${x}, ${y}: ${got}, expected ${at(expected, x, y)}`);
    }
  return found;
}

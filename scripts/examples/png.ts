// Writes pixels of four bytes each as a PNG file.
import { crc32, deflateSync } from 'node:zlib';

/** Encodes 8 bits RGBA, rows without padding. */
export function encodePng(width: number, height: number, rgba: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8); // 8 bits, RGBA, deflate, no filter, not interlaced
  const stride = width * 4;
  const rows = Buffer.alloc((stride + 1) * height); // each row after a byte that says "no filter"
  for (let y = 0; y < height; y++)
    rows.set(rgba.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

/** Length, type, data, and the check sum of the latter two. */
function chunk(type: string, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}

/** BGRA, the other way round; the same turns RGBA into BGRA. */
export function swapRedAndBlue(pixels: Uint8Array): Uint8Array {
  const swapped = pixels.slice();
  for (let i = 0; i < pixels.length; i += 4) [swapped[i], swapped[i + 2]] = [pixels[i + 2], pixels[i]];
  return swapped;
}

// Lists the frames that are tried, of every format, size, stride and offset, and the pixels that each has.
import { VkFormat } from '../../src/index.ts';

/** A plane of a frame, in bytes; a texel is what is copied as one. */
interface PlaneShape {
  /** Which of the frame's memories it lies in. */
  readonly memory: number;
  readonly offset: number;
  readonly stride: number;
  readonly columns: number;
  readonly rows: number;
  readonly texel: number;
}

export interface FrameShape {
  readonly name: string;
  readonly format: VkFormat;
  readonly extent: { readonly width: number; readonly height: number };
  readonly planes: readonly PlaneShape[];
  /** Bytes of each memory. */
  readonly sizes: readonly number[];
}

/** What no pixel is: it fills the memory before a frame is painted. */
export const PADDING = 0xee;

const hash = (...numbers: number[]): number => {
  let h = 0x811c9dc5;
  for (const n of numbers) h = Math.imul(h ^ n, 0x0100_0193);
  return h ^ (h >>> 15);
};

/** Writes a row's bytes; every seed gives other ones. */
export function fillRow(row: Uint8Array, seed: number, plane: number, y: number): void {
  for (let x = 0; x < row.length; x++) row[x] = hash(seed, plane, y, x);
}

const page = (bytes: number) => Math.ceil(bytes / 4096) * 4096;
const align = (bytes: number, to: number) => Math.ceil(bytes / to) * to;

const PIXELS = {
  R8G8B8A8_UNORM: 4,
  B8G8R8A8_UNORM: 4,
  R16G16B16A16_SFLOAT: 8,
} as const;
const EXTENTS = [
  [1, 1],
  [17, 5],
  [64, 64],
  [333, 77],
  [320, 200],
] as const;

/** Bytes of a row of `bytes` of pixels of so many bytes each. */
const STRIDES: Record<string, (bytes: number, texel: number) => number> = {
  tight: bytes => bytes,
  'multiple of 64': bytes => align(bytes, 64),
  'multiple of 256 and a row more': bytes => align(bytes, 256) + 256,
  'seven pixels of padding': (bytes, texel) => bytes + 7 * texel,
};
/** Where the frame begins, in pixels' bytes. */
const OFFSETS: Record<string, (texel: number) => number> = {
  'offset 0': () => 0,
  'offset 4096': () => 4096,
  'offset of three pixels': texel => 3 * texel,
};

function ofPixels(): FrameShape[] {
  return Object.entries(PIXELS).flatMap(([format, texel]) =>
    EXTENTS.flatMap(([width, height]) =>
      Object.entries(STRIDES).flatMap(([strideName, strideOf]) =>
        Object.entries(OFFSETS).map(([offsetName, offsetOf]): FrameShape => {
          const stride = strideOf(width * texel, texel);
          const offset = offsetOf(texel);
          return {
            name: `${format} ${width}×${height}, ${strideName}, ${offsetName}`,
            format: VkFormat[format as keyof typeof PIXELS],
            extent: { width, height },
            planes: [{ memory: 0, offset, stride, columns: width, rows: height, texel }],
            sizes: [page(offset + stride * height)],
          };
        }),
      ),
    ),
  );
}

function ofNv12(): FrameShape[] {
  return EXTENTS.flatMap(([width, height]) =>
    (['tight', 'multiple of 64', 'seven pixels of padding'] as const).flatMap(strideName =>
      [1, 2].map((memories): FrameShape => {
        const [columns, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)];
        // As drivers have it: both planes with rows of one length.
        const stride = STRIDES[strideName](2 * columns, 2);
        const second = memories === 1 ? align(stride * height, 2) : 512;
        const chroma = { memory: memories - 1, offset: second, stride, columns, rows, texel: 2 };
        const end = page(second + stride * rows);
        return {
          name: `NV12 ${width}×${height}, ${strideName}, planes in ${memories === 1 ? 'one memory' : 'two memories'}`,
          format: VkFormat.G8_B8R8_2PLANE_420_UNORM,
          extent: { width, height },
          planes: [{ memory: 0, offset: 0, stride, columns: width, rows: height, texel: 1 }, chroma],
          sizes: memories === 1 ? [end] : [page(stride * height), end],
        };
      }),
    ),
  );
}

export const FRAMES: readonly FrameShape[] = [...ofPixels(), ...ofNv12()];

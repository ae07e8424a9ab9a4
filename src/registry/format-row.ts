// The row of a VkFormat: how many bytes its texels take in memory that is copied to or from an image.

/** The layout of a format's texels. */
export interface FormatRow {
  /** Bytes of a block of texels. */
  readonly blockSize: number;
  /** Texels of a block: width, height, depth. */
  readonly blockExtent: readonly [number, number, number];
  /** Bits of depth and of stencil, 0 if it has none. */
  readonly depthBits: number;
  readonly stencilBits: number;
  /** Chroma subsampling: 420, 422 or 444; 0 for a format that has none. */
  readonly chroma: number;
  /** Of a multi-planar format: the VkFormat that each plane is copied as. */
  readonly planes: readonly number[];
}

/** `blockSize [w,h,d] [D bits] [S bits] [C chroma] [P plane.plane]` */
export function parseFormat(text: string): FormatRow {
  const [blockSize, ...words] = text.split(' ');
  const after = (mark: string) => words.find(word => word.startsWith(mark))?.slice(1);
  const extent = words
    .find(word => word.includes(','))
    ?.split(',')
    .map(Number) ?? [1, 1, 1];
  return {
    blockSize: Number(blockSize),
    blockExtent: [extent[0], extent[1], extent[2]],
    depthBits: Number(after('D') ?? 0),
    stencilBits: Number(after('S') ?? 0),
    chroma: Number(after('C') ?? 0),
    planes: after('P')?.split('.').map(Number) ?? [],
  };
}

/** The text of a format's row. */
export function formatFormat(row: FormatRow): string {
  const { blockSize, blockExtent, depthBits, stencilBits, chroma, planes } = row;
  return [
    blockSize,
    blockExtent.some(n => n !== 1) && blockExtent.join(','),
    depthBits > 0 && `D${depthBits}`,
    stencilBits > 0 && `S${stencilBits}`,
    chroma > 0 && `C${chroma}`,
    planes.length > 0 && `P${planes.join('.')}`,
  ]
    .filter(word => word !== false)
    .join(' ');
}

/** Whether the chroma planes have half the width, or half the height, of the first plane. */
export const halvedChroma = ({ chroma }: FormatRow): { width: boolean; height: boolean } => ({
  width: chroma === 420 || chroma === 422,
  height: chroma === 420,
});

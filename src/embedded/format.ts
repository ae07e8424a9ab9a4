// The planes of a format and how many bytes a texel of each has; none for what this driver does not copy.
import { halvedChroma } from '../registry/format-row.ts';
import { formatRow } from '../registry/registry.ts';

export interface PlaneFormat {
  /** Bytes of a texel. */
  readonly texel: number;
  /** How many texels of the image are one of the plane. */
  readonly widthDivisor: number;
  readonly heightDivisor: number;
}

/** Compressed, depth and stencil formats have no single texel to copy, nor have colours of several pixels in one. */
export function planeFormats(format: number): readonly PlaneFormat[] {
  const row = formatRow(format);
  if (row === undefined || row.depthBits + row.stencilBits > 0) return [];
  if (row.blockExtent.some(side => side !== 1)) return [];
  if (row.planes.length === 0) return [{ texel: row.blockSize, widthDivisor: 1, heightDivisor: 1 }];
  const halved = halvedChroma(row);
  return row.planes.map((plane, i) => ({
    texel: formatRow(plane)!.blockSize,
    widthDivisor: i > 0 && halved.width ? 2 : 1,
    heightDivisor: i > 0 && halved.height ? 2 : 1,
  }));
}

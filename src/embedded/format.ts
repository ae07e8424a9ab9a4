// The planes of a format, with the size of their texels; none for a format that this driver does not copy.
import { halvedChroma } from '../registry/format-row.ts';
import { formatRow } from '../registry/registry.ts';

export interface PlaneFormat {
  /** Bytes of a texel. */
  readonly texel: number;
  /** Texels of the image for each texel of the plane. */
  readonly widthDivisor: number;
  readonly heightDivisor: number;
}

/** Empty for compressed, depth and stencil formats, and others whose texels cannot be copied one by one. */
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

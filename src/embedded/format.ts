// How many bytes a texel of a format has; 0 for what this driver does not copy.
import { parseFormat } from '../registry/format-row.ts';
import { registry } from '../registry/registry.ts';

/** Compressed, planar, depth and stencil formats have no single texel to copy. */
export function texelSize(format: number): number {
  const text = registry.tables.formats.get(String(format));
  if (text === undefined) return 0;
  const { blockSize, blockExtent, depthBits, stencilBits, planes } = parseFormat(text);
  const isOne = blockExtent.every(side => side === 1) && planes.length === 0;
  return isOne && depthBits + stencilBits === 0 ? blockSize : 0;
}

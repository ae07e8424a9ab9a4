// In: a VkFormat.
// Out: how many bytes a texel has, read from the format's name; 0 for what this driver does not copy.
import { VkFormat } from '../../ffi/rows/enums.ts';

const sizes = new Map<number, number>();
for (const [name, format] of Object.entries(VkFormat) as [string, VkFormat][]) {
  // `A2B10G10R10_UNORM_PACK32`: the words made of components and widths alone. Compressed, planar, depth and
  // stencil formats have no single texel to copy.
  const words = name.split('_').filter(word => /^([RGBAXE]\d+)+$/.test(word));
  const bits = words.flatMap(word => word.match(/\d+/g)!.map(Number)).reduce((sum, n) => sum + n, 0);
  if (words.length === 1 && bits % 8 === 0 && !/BLOCK|PLANE|_4\d\d_/.test(name)) sizes.set(format, bits / 8);
}

export const texelSize = (format: number): number => sizes.get(format) ?? 0;

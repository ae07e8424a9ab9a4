// Where the texels of an image lie: levels and planes after each other without gaps, or as a modifier's layout says.
import { VkImageAspectFlagBits as Aspect, VkImageCreateFlagBits } from '../../../ffi/rows/bitmasks.ts';
import { VkImageTiling, VkResult } from '../../../ffi/rows/enums.ts';
import type {
  VkImageCreateInfo,
  VkImageDrmFormatModifierExplicitCreateInfoEXT,
} from '../../../ffi/types/structs.ts';
import { memoryPlaneAspects, planeAspects } from '../../registry/plane-aspects.ts';
import { type PlaneFormat, planeFormats } from '../format.ts';
import { formatModifiers, type Modifier, PLANE_ALIGNMENT } from '../modifiers.ts';
import type { ImageState, PlaneLayout } from '../objects.ts';
import { type Received, structInChain } from '../received.ts';
import { invalid, Refusal } from '../refusal.ts';

interface Subresource {
  /** Offset from where the image or its plane is bound. */
  readonly offset: number;
  readonly size: number;
  readonly rowPitch: number;
  readonly depthPitch: number;
  /** Bytes from one array layer to the next. */
  readonly arrayPitch: number;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** Bytes of a texel. */
  readonly texel: number;
}

type Info = Received<VkImageCreateInfo>;
type Shape = Pick<ImageState, 'info' | 'planes' | 'layouts'>;

export const isDisjoint = ({ flags }: Info): boolean => (flags & VkImageCreateFlagBits.DISJOINT) !== 0;

/** The plane that an aspect stands for; COLOR is the first one. */
export function planeOf({ planes, layouts }: Shape, aspectMask: number): number {
  if (aspectMask === Aspect.COLOR && planes.length === 1) return 0;
  const plane = Math.max(planeAspects().indexOf(aspectMask), memoryPlaneAspects().indexOf(aspectMask));
  if (plane < 0 || plane >= (layouts ?? planes).length)
    throw invalid(`the image has no aspect 0x${aspectMask.toString(16)}`);
  return plane;
}

/** The modifier of an image that has one, and the layout of its planes. */
export function modifiedLayout(info: Info): Pick<ImageState, 'modifier' | 'layouts'> {
  if (info.tiling !== VkImageTiling.DRM_FORMAT_MODIFIER_EXT)
    return { modifier: undefined, layouts: undefined };
  const known = formatModifiers(info.format);
  const list = structInChain(info, 'VkImageDrmFormatModifierListCreateInfoEXT');
  const explicit = structInChain(info, 'VkImageDrmFormatModifierExplicitCreateInfoEXT');
  const wanted = explicit === undefined ? (list?.pDrmFormatModifiers ?? []) : [explicit.drmFormatModifier];
  // Of several the last, which is the least linear one, as drivers choose.
  const facts = known.findLast(({ modifier }) => [...wanted].includes(modifier));
  if (facts === undefined) throw invalid('the image needs one of the modifiers of its format');
  const layouts = explicit === undefined ? ownLayouts(info, facts) : givenLayouts(info, facts, explicit);
  return { modifier: facts.modifier, layouts };
}

const aligned = (bytes: number) => Math.ceil(bytes / PLANE_ALIGNMENT) * PLANE_ALIGNMENT;

/** The driver's own layout: planes after each other, with aligned rows. */
function ownLayouts(info: Info, { planeCount }: Modifier): PlaneLayout[] {
  const formats = planeFormats(info.format);
  let offset = 0;
  return Array.from({ length: planeCount }, (_, i) => {
    const { width, height } = levelOf(info, formats[i] ?? formats[0], 0);
    const layout = { offset, rowPitch: aligned(formats[i] === undefined ? 1 : width * formats[i].texel) };
    offset += layout.rowPitch * height;
    return layout;
  });
}

/** The layout that the caller gives, checked. */
function givenLayouts(
  info: Info,
  facts: Modifier,
  { pPlaneLayouts }: Received<VkImageDrmFormatModifierExplicitCreateInfoEXT>,
): PlaneLayout[] {
  if (pPlaneLayouts.length !== facts.planeCount) throw invalid(`the modifier has ${facts.planeCount} planes`);
  const formats = planeFormats(info.format);
  return pPlaneLayouts.map(({ offset, rowPitch, size, arrayPitch, depthPitch }, i) => {
    if (size + arrayPitch + depthPitch !== 0n) throw invalid('size, arrayPitch and depthPitch must be 0');
    // A plane that the modifier adds has one byte for each row of texels.
    const rowBytes = formats[i] === undefined ? 1 : levelOf(info, formats[i], 0).width * formats[i].texel;
    if (Number(rowPitch) < rowBytes || [offset, rowPitch].some(n => n % BigInt(PLANE_ALIGNMENT) !== 0n))
      throw new Refusal(
        VkResult.ERROR_INVALID_DRM_FORMAT_MODIFIER_PLANE_LAYOUT_EXT,
        `plane ${i} has rows of ${rowBytes} bytes; offset and pitch must be multiples of ${PLANE_ALIGNMENT}`,
      );
    return { offset: Number(offset), rowPitch: Number(rowPitch) };
  });
}

function levelOf({ extent }: Info, { texel, widthDivisor, heightDivisor }: PlaneFormat, level: number) {
  const [width, height, depth] = [
    Math.ceil(extent.width / widthDivisor),
    Math.ceil(extent.height / heightDivisor),
    extent.depth,
  ].map(n => Math.max(1, n >> level));
  return { width, height, depth, size: width * height * depth * texel };
}

const sizeOf = (list: readonly { size: number }[]) => list.reduce((sum, { size }) => sum + size, 0);

/** Where a level and layer of a plane lies. @throws Refusal if the image has no such level or layer */
export function subresource(
  { info, planes, layouts }: Shape,
  mipLevel: number,
  layer: number,
  plane: number,
): Subresource {
  if (mipLevel >= info.mipLevels || layer >= info.arrayLayers)
    throw invalid(`the image has no level ${mipLevel} of layer ${layer}`);
  const format = planes[plane] ?? planes[0];
  if (layouts !== undefined) {
    const { offset, rowPitch } = layouts[plane];
    const level = levelOf(info, format, 0);
    const size = rowPitch * (level.height - 1) + (plane < planes.length ? level.width * format.texel : 1);
    return { ...level, texel: format.texel, offset, size, rowPitch, depthPitch: 0, arrayPitch: 0 };
  }
  const levels = (of: PlaneFormat) => Array.from({ length: info.mipLevels }, (_, i) => levelOf(info, of, i));
  const own = levels(format);
  const layerSize = sizeOf(planes.flatMap(levels));
  const before = isDisjoint(info) ? 0 : sizeOf(planes.slice(0, plane).flatMap(levels));
  const level = own[mipLevel];
  const rowPitch = level.width * format.texel;
  return {
    ...level,
    texel: format.texel,
    offset: layer * layerSize + before + sizeOf(own.slice(0, mipLevel)),
    rowPitch,
    depthPitch: rowPitch * level.height,
    arrayPitch: layerSize,
  };
}

/** Bytes of memory that the image needs, or one of its planes that is bound on its own. */
export function sizeOfImage(image: Shape, plane?: number): number {
  const { info, layouts, planes } = image;
  if (layouts === undefined && plane === undefined)
    return subresource(image, 0, 0, 0).arrayPitch * info.arrayLayers;
  const wanted = plane === undefined ? [...(layouts ?? planes).keys()] : [plane];
  return Math.max(
    ...wanted.map(i => {
      const { offset, size } = subresource(image, 0, 0, i);
      return layouts === undefined ? size : offset + size;
    }),
  );
}

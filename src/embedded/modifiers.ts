// The DRM format modifiers of this driver: linear, and two of its own, which also store rows of texels.
import { planeFormats } from './format.ts';

/** Alignment of a plane's offset and row pitch, in bytes. */
export const PLANE_ALIGNMENT = 16;

const LINEAR = 0n;
/** Of vendor 0xff, a number that is not assigned. */
const ROWS = 0xff00_0000_0000_0001n;
/** With one plane more, as compressed images have for metadata. */
const ROWS_AND_METADATA = 0xff00_0000_0000_0002n;

export interface Modifier {
  readonly modifier: bigint;
  /** Planes in memory. */
  readonly planeCount: number;
}

/** The modifiers of a format; none if the driver has no images of it. */
export function formatModifiers(format: number): readonly Modifier[] {
  const planes = planeFormats(format).length;
  if (planes === 0) return [];
  const plain = [LINEAR, ROWS].map(modifier => ({ modifier, planeCount: planes }));
  return planes > 1 ? plain : [...plain, { modifier: ROWS_AND_METADATA, planeCount: 2 }];
}

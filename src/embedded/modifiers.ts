// The DRM format modifiers that this driver has: linear, and two of its own, whose texels lie in rows as well.
import { planeFormats } from './format.ts';

/** What offset and row pitch of a plane must be a multiple of, in bytes. */
export const PLANE_ALIGNMENT = 16;

const LINEAR = 0n;
/** No vendor has the last number of 8 bits. */
const ROWS = 0xff00_0000_0000_0001n;
/** With a plane more, as compressed images have one for what they save. */
const ROWS_AND_METADATA = 0xff00_0000_0000_0002n;

export interface Modifier {
  readonly modifier: bigint;
  /** Planes in memory. */
  readonly planeCount: number;
}

/** Those of a format; none for what the driver makes no images of. */
export function modifiersOf(format: number): readonly Modifier[] {
  const planes = planeFormats(format).length;
  if (planes === 0) return [];
  const plain = [LINEAR, ROWS].map(modifier => ({ modifier, planeCount: planes }));
  return planes > 1 ? plain : [...plain, { modifier: ROWS_AND_METADATA, planeCount: 2 }];
}

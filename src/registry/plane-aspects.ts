// The aspects of an image's planes, in their order; from functions, since the build loads this file when one is called.
import { VkImageAspectFlagBits as Aspect } from '../../ffi/rows/bitmasks.ts';

const PLANES = [Aspect.PLANE_0, Aspect.PLANE_1, Aspect.PLANE_2];
const MEMORY_PLANES = [
  Aspect.MEMORY_PLANE_0_EXT,
  Aspect.MEMORY_PLANE_1_EXT,
  Aspect.MEMORY_PLANE_2_EXT,
  Aspect.MEMORY_PLANE_3_EXT,
];

/** Of the planes of a multi-planar format. */
export const planeAspects = (): readonly number[] => PLANES;

/** Of the planes in memory of an image with a DRM format modifier. */
export const memoryPlaneAspects = (): readonly number[] => MEMORY_PLANES;

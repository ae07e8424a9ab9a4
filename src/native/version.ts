// Packs and formats versions as Vulkan has them.
import { describe } from '../errors/describe.ts';
import { ours, userCall } from '../errors/user-call.ts';

/** Throws unless it is an integer from 0 to the largest. */
function checkInteger(path: string, value: unknown, largest: number): void {
  if (!Number.isInteger(value))
    throw ours(new TypeError(`${path}: expected an integer, got ${describe(value)}`));
  if ((value as number) < 0 || (value as number) > largest)
    throw ours(new RangeError(`${path}: expected 0 to ${largest}, got ${describe(value)}`));
}

/** Packs a version. @returns what `VkApplicationInfo.apiVersion` takes (reference page VK_MAKE_API_VERSION). */
export const makeApiVersion = userCall(function makeApiVersion(
  variant: number,
  major: number,
  minor: number,
  patch: number,
): number {
  checkInteger('makeApiVersion.variant', variant, 7);
  checkInteger('makeApiVersion.major', major, 0x7f);
  checkInteger('makeApiVersion.minor', minor, 0x3ff);
  checkInteger('makeApiVersion.patch', patch, 0xfff);
  return ((variant << 29) | (major << 22) | (minor << 12) | patch) >>> 0;
});

/** Formats a packed version: `1.3.230`, with the variant before it if that is not 0: `1:1.3.230`. */
export const formatVersion = userCall(function formatVersion(version: number): string {
  checkInteger('formatVersion.version', version, 0xffff_ffff);
  const variant = version >>> 29;
  const text = `${(version >>> 22) & 0x7f}.${(version >>> 12) & 0x3ff}.${version & 0xfff}`;
  return variant === 0 ? text : `${variant}:${text}`;
});

/** Vulkan 1.0, for `VkApplicationInfo.apiVersion`. */
export const API_VERSION_1_0: number = makeApiVersion(0, 1, 0, 0);
/** Vulkan 1.1, for `VkApplicationInfo.apiVersion`. */
export const API_VERSION_1_1: number = makeApiVersion(0, 1, 1, 0);
/** Vulkan 1.2, for `VkApplicationInfo.apiVersion`. */
export const API_VERSION_1_2: number = makeApiVersion(0, 1, 2, 0);
/** Vulkan 1.3, for `VkApplicationInfo.apiVersion`. */
export const API_VERSION_1_3: number = makeApiVersion(0, 1, 3, 0);
/** Vulkan 1.4, for `VkApplicationInfo.apiVersion`. */
export const API_VERSION_1_4: number = makeApiVersion(0, 1, 4, 0);

// Packs and formats versions as Vulkan has them.

/** Packs a version. @returns what `VkApplicationInfo.apiVersion` takes (reference page VK_MAKE_API_VERSION). */
export const makeApiVersion = (variant: number, major: number, minor: number, patch: number): number =>
  ((variant << 29) | (major << 22) | (minor << 12) | patch) >>> 0;

/** Formats a packed version: `1.3.230`, with the variant before it if that is not 0: `1:1.3.230`. */
export function formatVersion(version: number): string {
  const variant = version >>> 29;
  const text = `${(version >>> 22) & 0x7f}.${(version >>> 12) & 0x3ff}.${version & 0xfff}`;
  return variant === 0 ? text : `${variant}:${text}`;
}

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

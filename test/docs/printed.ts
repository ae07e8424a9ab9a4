// What the blocks of documents print when they run.

/** By document; the GPU is whatever this machine has. */
export const PRINTED: Readonly<Record<string, RegExp>> = {
  'README.md': /^(.+, Vulkan 1\.\d+\.\d+\n)+.*\b0, 1, 4, 9, 16\b[\s\S]*\nmemory types 0b[01]+\n\d+n\n$/,
  'src/embedded/README.md':
    /^VulkanError: vkCreateDevice: VK_ERROR_INITIALIZATION_FAILED.*\n\{[\s\S]*VkInstance: 1[\s\S]*memoryTypeBits: \d+[\s\S]*\b1, 2, 3\b/,
};

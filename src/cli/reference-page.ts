// The reference pages of Vulkan.

/** The address of a command's or type's page. */
export const referencePage = (name: string): string =>
  `https://registry.khronos.org/vulkan/specs/latest/man/html/${name}.html`;

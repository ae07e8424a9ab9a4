// Where the specification speaks of a command or type.

/** The address of its page. */
export const referencePage = (name: string): string =>
  `https://registry.khronos.org/vulkan/specs/latest/man/html/${name}.html`;

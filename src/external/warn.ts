// A warning of the process, given once.

const given = new Set<string>();

/** Emits the warning (`process.on('warning')`), each text once a process, and gives it back. */
export function warn(text: string): string {
  if (!given.has(text)) {
    given.add(text);
    process.emitWarning(text, 'KoffiVulkanWarning');
  }
  return text;
}

// Process warnings that are emitted once.

const emitted = new Set<string>();

/**
 * Emits a process warning (`process.on('warning')`), each text once.
 * @param about what it is about, for a text that holds a script's own number: only the first is emitted
 * @returns the text
 */
export function warnOnce(text: string, about = text): string {
  if (!emitted.has(about)) {
    emitted.add(about);
    process.emitWarning(text, 'KoffiVulkanWarning');
  }
  return text;
}

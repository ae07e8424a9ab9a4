// Process warnings that are emitted once.

const emitted = new Set<string>();

/** Emits a process warning (`process.on('warning')`), each text once. @returns the text */
export function warnOnce(text: string): string {
  if (!emitted.has(text)) {
    emitted.add(text);
    process.emitWarning(text, 'KoffiVulkanWarning');
  }
  return text;
}

// Records the barriers of buffers and images that a driver gets.
import type { EmbeddedDriver } from '../../src/embedded/index.ts';

/** From now on: the first buffer's or image's of each call, with the stages. */
export function recorded(driver: EmbeddedDriver): Record<string, unknown>[] {
  const barriers: Record<string, unknown>[] = [];
  driver.override('vkCmdPipelineBarrier', (real, ...args) => {
    barriers.push({ from: args[1], to: args[2], ...args[5]?.[0], ...args[6]?.[0] });
    return real(...args);
  });
  return barriers;
}

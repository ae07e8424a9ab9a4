// Skips tests of endings where there is no Vulkan: their programs load it.
import { API_VERSION_1_3, loadVulkan } from '../../src/index.ts';
import { skipOrFail } from '../skip.ts';

/** A `before` hook. */
export function skipWithoutVulkan(this: Mocha.Context): void {
  try {
    loadVulkan()
      .createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_3 } })
      .destroyInstance();
  } catch (error) {
    skipOrFail(this, (error as Error).message.split('\n')[0]);
  }
}

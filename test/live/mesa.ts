// Opens the newer lavapipe of `npm run mesa` instead of the system's driver, and skips tests if an extension is missing.
import type { Context } from 'mocha';
import { environment } from '../../scripts/mesa/driver.ts';
import type { PhysicalDevice } from '../../src/index.ts';
import { skipHere, skipOrFail } from '../skip.ts';
import { type Live, openLive } from './harness.ts';

/** What Mesa's lavapipe lacked up to version 25.0.7. */
const NOT_IN_LAVAPIPE = ['VK_EXT_image_drm_format_modifier', 'VK_KHR_external_semaphore_fd'];

/** Opens it under the validation layer; where VK_DRIVER_FILES names a driver, that one. */
export function openNewer(context: Context, layer?: string | null): Live {
  if (process.platform !== 'linux') skipHere(context, `there is no newer lavapipe for ${process.platform}`);
  if (process.env.VK_DRIVER_FILES !== undefined) return openLive(context, layer);
  const driver = environment();
  if (driver === undefined) skipOrFail(context, 'no newer driver is in .cache/mesa: npm run mesa');
  Object.assign(process.env, driver);
  const restore = () => {
    delete process.env.VK_DRIVER_FILES;
  };
  try {
    const live = openLive(context, layer);
    return {
      ...live,
      end() {
        live.end();
        restore();
      },
    };
  } catch (error) {
    restore();
    throw error;
  }
}

/**
 * Skips the test if the driver lacks one of the extensions. The newer lavapipe was fetched for the sake of such tests:
 * there it is a failure.
 */
export function skipWithout(context: Context, gpu: PhysicalDevice, extensions: readonly string[]): void {
  const offered = gpu.enumerateDeviceExtensionProperties().map(({ extensionName }) => extensionName);
  const missing = extensions.filter(name => !offered.includes(name));
  if (missing.length === 0) return;
  const reason = `${gpu.getPhysicalDeviceProperties().deviceName} has no ${missing.join(', ')}`;
  const isNewer = environment()?.VK_DRIVER_FILES === (process.env.VK_DRIVER_FILES ?? '');
  if (isNewer && missing.some(name => !NOT_IN_LAVAPIPE.includes(name)))
    throw new Error(`the lavapipe of npm run mesa should have it: ${reason}`);
  skipHere(context, reason);
}

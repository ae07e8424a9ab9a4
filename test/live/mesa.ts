// The newer lavapipe of `npm run mesa` in the place of the system's driver, for as long as a suite runs.
import type { Context } from 'mocha';
import { environment } from '../../scripts/mesa/driver.ts';
import { skipHere, skipOrFail } from '../skip.ts';
import { type Live, openLive } from './harness.ts';

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

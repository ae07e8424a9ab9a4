// Where the newer lavapipe is that `npm run mesa` fetches, and the environment in which the Vulkan loader uses only that.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../packages/root.ts';

/** Made anew by each fetch. */
export const mesaHome: string = join(root, '.cache', 'mesa');
export const manifest: string = join(mesaHome, 'lvp_icd.json');

/** The environment variable that names it to the loader; undefined if it was not fetched. */
export const environment = (): { VK_DRIVER_FILES: string } | undefined =>
  existsSync(manifest) ? { VK_DRIVER_FILES: manifest } : undefined;

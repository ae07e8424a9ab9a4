// Where the newer lavapipe lies that `npm run mesa` fetches, and the environment in which the Vulkan loader takes it alone.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Made anew by each fetch. */
export const home: string = fileURLToPath(new URL('../../.cache/mesa', import.meta.url));
export const manifest: string = join(home, 'lvp_icd.json');

/** The environment variables that name it to the loader; undefined where it was not fetched. */
export const environment = (): { VK_DRIVER_FILES: string } | undefined =>
  existsSync(manifest) ? { VK_DRIVER_FILES: manifest } : undefined;

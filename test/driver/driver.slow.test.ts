// Tests what driver.test.ts tests with more calls of each command, and with newer headers.
import { fileURLToPath } from 'node:url';
import { INSTALLED } from './model.ts';
import { driverRing, kindsRing } from './rings.ts';

const NEWER = fileURLToPath(new URL('../../.cache/trixie/usr', import.meta.url));
const HOW = 'bash test/generator/older-registry.sh';

driverRing(INSTALLED, 'apt-get install gcc libvulkan-dev', 40, ['vkCmdEncodeVideoKHR']);
driverRing(NEWER, HOW, 20, []);
kindsRing(NEWER, HOW);

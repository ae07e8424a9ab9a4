// Every command of Debian's Vulkan headers is called in a driver in C that is made from them: C sees what was passed, and
// what it writes is returned. Tests also the kinds of faults that other bindings were reported for.
import { INSTALLED } from './model.ts';
import { driverRing, kindsRing } from './rings.ts';

const HOW = 'apt-get install gcc libvulkan-dev';

// The struct of one command has lost members since the headers of 1.3.239.
driverRing(INSTALLED, HOW, 10, ['vkCmdEncodeVideoKHR']);
kindsRing(INSTALLED, HOW);

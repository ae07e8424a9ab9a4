// Every command of Debian's Vulkan headers through a driver in C that is made from them: what C saw is what was meant, and
// what came back is what C wrote; and the kinds of faults that other bindings were reported for.
import { INSTALLED } from './model.ts';
import { driverRing, kindsRing } from './rings.ts';

const HOW = 'apt-get install gcc libvulkan-dev';

// Of the headers of 1.3.239 one command's struct has lost members since.
driverRing(INSTALLED, HOW, 10, ['vkCmdEncodeVideoKHR']);
kindsRing(INSTALLED, HOW);

// In: the command line of `koffi-vulkan info`.
// Out: what this machine's Vulkan offers, and the exit code.

import { main } from './info/main.ts';
import { run } from './info/run.ts';

await run(main);

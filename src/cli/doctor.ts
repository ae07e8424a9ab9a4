// The program of `koffi-vulkan doctor`: why a GPU is not there. It begins without koffi, whose absence may be the reason.
import { run } from './run.ts';

await run(async args => (await import('./doctor/main.ts')).main(args));

// The program of `koffi-vulkan doctor`, which starts without koffi, because that may be what is missing.
import { run } from './run.ts';

await run(async args => (await import('./doctor/main.ts')).main(args));

// In: the command line of `koffi-vulkan info`.
// Out: what this machine's Vulkan offers, and the exit code; where koffi cannot be loaded, one sentence about it.
import { needKoffi } from './koffi.ts';

if (await needKoffi()) {
  const { run } = await import('./info/run.ts');
  const { main } = await import('./info/main.ts');
  await run(main);
}

// The program of `koffi-vulkan info`: what this machine's Vulkan offers; where koffi cannot be loaded, one sentence about it.
import { needKoffi } from './koffi.ts';

if (await needKoffi()) {
  const { run } = await import('./run.ts');
  const { main } = await import('./info/main.ts');
  await run(main);
}

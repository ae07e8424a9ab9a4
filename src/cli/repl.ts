// The program of `koffi-vulkan repl`: a session at a prompt; where koffi cannot be loaded, one sentence about it.
import { needKoffi } from './koffi.ts';

if (await needKoffi()) {
  const { run } = await import('./run.ts');
  const { main } = await import('./repl/main.ts');
  await run(main);
}

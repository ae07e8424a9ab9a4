// The program of `koffi-vulkan repl`; if koffi cannot be loaded, one sentence about that.
import { needKoffi } from './koffi.ts';

if (needKoffi()) {
  const { run } = await import('./run.ts');
  const { main } = await import('./repl/main.ts');
  await run(main);
}

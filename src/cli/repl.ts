// In: the command line of `koffi-vulkan repl`, and what is typed.
// Out: a session, and the exit code; where koffi cannot be loaded, one sentence about it.
import { needKoffi } from './koffi.ts';

if (await needKoffi()) {
  const { run } = await import('./info/run.ts');
  const { main } = await import('./repl/main.ts');
  await run(main);
}

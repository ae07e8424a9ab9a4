// The program of `koffi-vulkan query` and `npm start`; if koffi cannot be loaded, one sentence about that.
import { needKoffi } from './koffi.ts';

if (needKoffi()) {
  const { run } = await import('./run.ts');
  const { main } = await import('./query/main.ts');
  // The answer itself lists the library's warnings.
  process.removeAllListeners('warning');
  await run(main);
}

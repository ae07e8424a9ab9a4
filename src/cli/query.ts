// The program of `koffi-vulkan query` and `npm start`; where koffi cannot be loaded, one sentence about it.
import { needKoffi } from './koffi.ts';

if (await needKoffi()) {
  const { run } = await import('./run.ts');
  const { main } = await import('./query/main.ts');
  // The answer has the library's warnings.
  process.removeAllListeners('warning');
  await run(main);
}

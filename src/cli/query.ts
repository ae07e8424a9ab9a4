// In: the command line of `npm start`.
// Out: what query/main.ts gives; where koffi cannot be loaded, one sentence about it.
import { needKoffi } from './koffi.ts';

if (await needKoffi()) await import('./query/main.ts');

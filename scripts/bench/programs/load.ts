// Prints as JSON how many milliseconds a module takes to load, and how much heap it keeps.
import { pathToFileURL } from 'node:url';

const [module] = process.argv.slice(2);
// Loaded before, so that what is measured is ours alone.
if (module !== 'koffi') await import('koffi');
const heap = () => {
  globalThis.gc!();
  return process.memoryUsage().heapUsed;
};
const before = heap();
const start = performance.now();
const loaded = await import(module === 'koffi' ? module : pathToFileURL(module).href);
const milliseconds = performance.now() - start;
const kibibytes = (heap() - before) / 1024;
process.stdout.write(JSON.stringify({ milliseconds, kibibytes, names: Object.keys(loaded).length }));

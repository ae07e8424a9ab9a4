// Draws in a window as scripts/examples/window.ts does, and is resized halfway; each step waits for a line of its parent.
import { createInterface } from 'node:readline';
import { openWindow } from '../../scripts/examples/window/open.ts';
import { createRenderer } from '../../scripts/examples/window/renderer.ts';

const [library, ...frames] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const window = openWindow('koffi-vulkan', { width: 320, height: 240 }, library);
const renderer = createRenderer(window);

/** Draws until so many frames were presented, and until the screen has them. */
async function drawTo(count: number): Promise<void> {
  while (window.poll() && renderer.drawn < count) renderer.draw();
  const { width, height } = window.size();
  console.log(`drawn ${renderer.drawn} at ${width} × ${height}`);
  await lines.next();
}

await drawTo(Number(frames[0]));
window.resize({ width: 400, height: 200 });
// The server tells of the new size in its own time.
while (window.size().width !== 400) window.poll();
await drawTo(Number(frames[1]));
renderer.end();
window.close();
console.log('ended');
process.exit(0);

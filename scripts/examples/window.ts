// Draws a cube that turns in a window of GLFW or SDL, whichever the system has, until it is closed.
//
//   npx tsx scripts/examples/window.ts [glfw | sdl] [--frames N]
import { setTimeout } from 'node:timers/promises';
import { openWindow } from './window/open.ts';
import { createRenderer } from './window/renderer.ts';

const args = process.argv.slice(2);
const at = args.indexOf('--frames');
const frames = at < 0 ? Number.POSITIVE_INFINITY : Number(args.splice(at, 2)[1]);

const window = openWindow('koffi-vulkan', { width: 640, height: 480 }, args[0]);
const renderer = createRenderer(window);
while (window.poll() && renderer.drawn < frames) if (!renderer.draw()) await setTimeout(10);
console.log(`${renderer.drawn} frames on ${renderer.deviceName}`);
renderer.end();
window.close();

// A worker that makes queries for the time that it is given, and posts how many.
import { parentPort, workerData } from 'node:worker_threads';
import { VkExternalMemoryHandleTypeFlagBits } from '../../../src/index.ts';
import { sink } from '../loop.ts';
import { loadTrivialDriver, makeDevice, makeGpu } from '../trivial-driver.ts';

const { path, go, milliseconds } = workerData as { path: string; go: Int32Array; milliseconds: number };
const device = makeDevice(makeGpu(loadTrivialDriver(path).vulkan));
const BATCH = 10_000;

/** False where an answer was wrong. */
function queries(times: number): boolean {
  let sum = 0;
  for (let i = 0; i < times; i++) {
    const answer = device.getMemoryWin32HandlePropertiesKHR(
      VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE,
      0x1234n,
    );
    sink.last = answer;
    sum += answer.memoryTypeBits;
  }
  return sum === times * (0x1234 ^ 8);
}

for (let i = 0; i < 20; i++) queries(BATCH);
parentPort!.postMessage('ready');
Atomics.wait(go, 0, 0);
const start = performance.now();
let made = 0;
let right = true;
while (performance.now() - start < milliseconds) {
  right = queries(BATCH) && right;
  made += BATCH;
}
parentPort!.postMessage({ made, right, took: performance.now() - start });

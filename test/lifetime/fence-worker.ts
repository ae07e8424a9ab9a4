// A worker that makes and destroys fences on another thread's device, 51 rounds or until it is terminated.
import { parentPort, workerData } from 'node:worker_threads';
import { Device, Instance, loadVulkan } from '../../src/index.ts';

const instance = Instance.fromHandle(loadVulkan(), workerData.instance, {
  apiVersion: workerData.apiVersion,
});
const gpu = instance.enumeratePhysicalDevices().find(g => g.handle === workerData.gpu)!;
const device = Device.fromHandle(gpu, workerData.device);
for (let rounds = 0; workerData.forever || rounds <= 50; rounds++) {
  const fence = device.createFence({});
  device.getFenceStatus(fence);
  device.destroyFence(fence);
  if (rounds === 50) parentPort!.postMessage(rounds);
}

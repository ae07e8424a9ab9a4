// In: raw handles of an instance, a physical device and a device that another thread has made.
// Out: fences made and destroyed on that device, 51 rounds or until the worker is terminated.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { Device, Instance, loadVulkan } = await import('../../src/index.ts');
const instance = Instance.fromHandle(loadVulkan(), workerData.instance, {
  apiVersion: workerData.apiVersion,
});
const gpu = instance.enumeratePhysicalDevices().find(g => g.handle === workerData.gpu);
const device = Device.fromHandle(gpu, workerData.device);
for (let rounds = 0; workerData.forever || rounds <= 50; rounds++) {
  const fence = device.createFence({});
  device.getFenceStatus(fence);
  device.destroyFence(fence);
  if (rounds === 50) parentPort.postMessage(rounds);
}

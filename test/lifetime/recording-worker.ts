// Records a fill of its part of a buffer on a device of another thread, and ends its pool when it is told to.
import { parentPort, workerData } from 'node:worker_threads';
import { Device, Instance, leaksOf, loadVulkan } from '../../src/index.ts';

const { index, size, apiVersion } = workerData;
const instance = Instance.fromHandle(loadVulkan(), workerData.instance, { apiVersion });
const gpu = instance.adopt('VkPhysicalDevice', workerData.gpu);
const device = Device.fromHandle(gpu, workerData.device);
const buffer = device.adopt('VkBuffer', workerData.buffer);
const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
const [commands] = device.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 1 });
commands.beginCommandBuffer({});
commands.cmdFillBuffer(buffer, index * size, size, index + 1);
commands.endCommandBuffer();
parentPort!.once('message', () => {
  device.destroyCommandPool(commandPool);
  if (leaksOf(device).length > 0 || leaksOf(instance).length > 0) process.exitCode = 1;
});
parentPort!.postMessage(commands.handle);

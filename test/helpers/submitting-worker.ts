// Submits a shader that prints on a device of another thread, and signals the semaphore that this one waits for.
import { parentPort, workerData } from 'node:worker_threads';
import { printf } from '../../scripts/examples/shaders/spirv.ts';
import { runOnce } from '../../src/helpers/index.ts';
import {
  API_VERSION_1_3,
  Device,
  Instance,
  loadVulkan,
  VkPipelineBindPoint,
  VkShaderStageFlagBits,
} from '../../src/index.ts';

const instance = Instance.fromHandle(loadVulkan(), workerData.instance, { apiVersion: API_VERSION_1_3 });
const device = Device.fromHandle(instance.adopt('VkPhysicalDevice', workerData.gpu), workerData.device);
const semaphore = device.adopt('VkSemaphore', workerData.semaphore);
const layout = device.createPipelineLayout({});
const module = device.createShaderModule({ pCode: printf });
const { pPipelines } = device.createComputePipelines(null, [
  { stage: { stage: VkShaderStageFlagBits.COMPUTE, module, pName: 'main' }, layout },
]);
const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
parentPort!.postMessage('about to submit');
runOnce({ device, queue: device.getDeviceQueue(0, 0), commandPool }, commands => {
  commands.cmdBindPipeline(VkPipelineBindPoint.COMPUTE, pPipelines[0]);
  commands.cmdDispatch(1, 1, 1);
});
device.signalSemaphore({ semaphore, value: 1 });
// What was made here ends, the device stays.
device[Symbol.dispose]();

// A thread records and submits a shader that prints, while the main thread waits in Vulkan for that very thread.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { childProgram } from '../../scripts/build/child.ts';
import { chooseGpu, resolveInstance, showMessages, showMessagesInThread } from '../../src/helpers/index.ts';
import {
  API_VERSION_1_3,
  loadVulkan,
  VkResult,
  VkSemaphoreType,
  VkStructureType,
  VkValidationFeatureEnableEXT,
} from '../../src/index.ts';

const [where, milliseconds] = process.argv.slice(2);
const vulkan = loadVulkan();
const { createInfo } = resolveInstance(vulkan, {
  required: {
    apiVersion: API_VERSION_1_3,
    layers: ['VK_LAYER_KHRONOS_validation'],
    extensions: ['VK_EXT_debug_utils', 'VK_EXT_validation_features'],
  },
});
const pEnabledValidationFeatures = [VkValidationFeatureEnableEXT.DEBUG_PRINTF];
const instance = vulkan.createInstance({
  ...createInfo,
  pNext: [{ sType: VkStructureType.VALIDATION_FEATURES_EXT, pEnabledValidationFeatures }],
});
if (where === 'thread') await showMessagesInThread(instance);
else showMessages(instance);
const { gpu, createInfo: deviceInfo } = chooseGpu(instance, {
  required: {
    features: ['timelineSemaphore', 'fragmentStoresAndAtomics', 'vertexPipelineStoresAndAtomics'],
  },
});
const device = gpu.createDevice(deviceInfo);
const semaphore = device.createSemaphore({
  pNext: [{ sType: VkStructureType.SEMAPHORE_TYPE_CREATE_INFO, semaphoreType: VkSemaphoreType.TIMELINE }],
});
const handles = { instance: instance.handle, gpu: gpu.handle, device: device.handle, semaphore };
const worker = new Worker(await childProgram(join(import.meta.dirname, 'submitting-worker.ts')), {
  workerData: handles,
});
await new Promise(resolve => worker.once('message', resolve));
const result = device.waitSemaphores(
  { pSemaphores: [semaphore], pValues: [1] },
  BigInt(milliseconds) * 1_000_000n,
);
console.log(result === VkResult.TIMEOUT ? 'waited in vain' : 'done');
// If the wait timed out, the other thread goes on only now.
await new Promise(resolve => worker.once('exit', resolve));
device.destroySemaphore(semaphore);
device[Symbol.dispose]();
instance[Symbol.dispose]();

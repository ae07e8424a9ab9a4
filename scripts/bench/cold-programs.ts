// The texts of programs that are measured as whole processes: each opens Vulkan, an instance and a device, and makes a call.
const VERSION = '0x401000';

/** The last line of each: whether the call gave a fence, and how much memory the process has. */
const END = 'console.log(JSON.stringify({ fence: fence !== 0n, rss: process.memoryUsage.rss() }));';

const OURS = `
const instance = loadVulkan().createInstance({ pApplicationInfo: { apiVersion: ${VERSION} } });
const [gpu] = instance.enumeratePhysicalDevices();
const device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
const fence = device.createFence({});
${END}
`;

/** As somebody would write it by hand who knows both koffi and Vulkan, and checks results. */
const KOFFI = (any: string) => `
const library = process.env.KOFFI_VULKAN_LIBRARY ?? 'libvulkan.so.1';
const vulkan = koffi.load(library);
const address = (bytes${any}) => BigInt(koffi.address(bytes));
const check = (result${any}) => {
  if (result !== 0) throw new Error('VkResult ' + result);
};
const createInstance = vulkan.func('vkCreateInstance', 'int', ['void *', 'void *', 'void *']);
const enumerate = vulkan.func('vkEnumeratePhysicalDevices', 'int', ['uintptr_t', 'void *', 'void *']);
const createDevice = vulkan.func('vkCreateDevice', 'int', ['uintptr_t', 'void *', 'void *', 'void *']);
const createFence = vulkan.func('vkCreateFence', 'int', ['uintptr_t', 'void *', 'void *', 'void *']);

const application = new Uint32Array(12);
application[10] = ${VERSION};
const instanceInfo = new BigUint64Array(8);
new Uint32Array(instanceInfo.buffer)[0] = 1;
instanceInfo[3] = address(application);
const instance = new BigUint64Array(1);
check(createInstance(instanceInfo, null, instance));

const count = new Uint32Array(1);
check(enumerate(instance[0], count, null));
const gpus = new BigUint64Array(count[0]);
check(enumerate(instance[0], count, gpus));

const priorities = Float32Array.of(1);
const queueInfo = new BigUint64Array(5);
new Uint32Array(queueInfo.buffer).set([2, 0, 0, 0, 0, 0, 1]);
queueInfo[4] = address(priorities);
const deviceInfo = new BigUint64Array(9);
new Uint32Array(deviceInfo.buffer).set([3, 0, 0, 0, 0, 1]);
deviceInfo[3] = address(queueInfo);
const device = new BigUint64Array(1);
check(createDevice(gpus[0], deviceInfo, null, device));

const fenceInfo = new BigUint64Array(3);
fenceInfo[0] = 8n;
const made = new BigUint64Array(1);
check(createFence(device[0], fenceInfo, null, made));
const fence = made[0];
${END}
`;

const NVK = `
const nvk = require('nvk');
const check = result => {
  if (result !== nvk.VK_SUCCESS) throw new Error('VkResult ' + result);
};
const instance = new nvk.VkInstance();
const pApplicationInfo = new nvk.VkApplicationInfo({ apiVersion: ${VERSION} });
check(nvk.vkCreateInstance(new nvk.VkInstanceCreateInfo({ pApplicationInfo }), null, instance));
const count = { $: 0 };
check(nvk.vkEnumeratePhysicalDevices(instance, count, null));
const gpus = Array.from({ length: count.$ }, () => new nvk.VkPhysicalDevice());
check(nvk.vkEnumeratePhysicalDevices(instance, count, gpus));
const queueInfo = new nvk.VkDeviceQueueCreateInfo({
  queueFamilyIndex: 0,
  queueCount: 1,
  pQueuePriorities: new Float32Array([1]),
});
const device = new nvk.VkDevice();
const deviceInfo = new nvk.VkDeviceCreateInfo({ queueCreateInfoCount: 1, pQueueCreateInfos: [queueInfo] });
check(nvk.vkCreateDevice(gpus[0], deviceInfo, null, device));
const made = new nvk.VkFence();
check(nvk.vkCreateFence(device, new nvk.VkFenceCreateInfo(), null, made));
// Its structs hide the handle; the result was checked.
const fence = 1n;
${END}
`;

/** Makes a device and one object on it, then exits: Dawn's promises would keep the process alive. */
const DAWN = `
import { create } from 'webgpu';
const adapter = await create(['backend=vulkan']).requestAdapter();
const device = await adapter.requestDevice();
// GPUBufferUsage.STORAGE
const buffer = device.createBuffer({ size: 256, usage: 0x80 });
const fence = BigInt(buffer.size);
${END}
process.exit(0);
`;

const NOTHING = 'console.log(JSON.stringify({ rss: process.memoryUsage.rss() }));\n';

/** @param from where ours.mts imports our package from: `koffi-vulkan`, or the URL of its source */
export const coldPrograms = (from: string): Readonly<Record<string, string>> => ({
  'ours.mjs': `import { loadVulkan } from 'koffi-vulkan';${OURS}`,
  'ours.cjs': `const { loadVulkan } = require('koffi-vulkan');${OURS}`,
  'koffi.mjs': `import koffi from 'koffi';${KOFFI('')}`,
  'koffi.cjs': `const koffi = require('koffi');${KOFFI('')}`,
  'nvk.cjs': NVK,
  'dawn.mjs': DAWN,
  'nothing.mjs': NOTHING,
  'nothing.cjs': NOTHING,
  'ours.mts': `import { loadVulkan } from ${JSON.stringify(from)};${OURS}`,
  'koffi.mts': `import koffi from 'koffi';${KOFFI(': any')}`,
  'nothing.mts': NOTHING,
});

/** Whether a program got its fence. */
export const gotFence = (printed: string): boolean => printed.includes('"fence":true');

// Picks the memory type to allocate from, and prints the masks that decide it.
import { chooseMemoryType, resolveInstance } from '../../src/helpers/index.ts';
import { explain, loadVulkan, VkBufferUsageFlagBits, VkMemoryPropertyFlagBits } from '../../src/index.ts';

const { HOST_VISIBLE, HOST_COHERENT, HOST_CACHED } = VkMemoryPropertyFlagBits;

const vulkan = loadVulkan();
using instance = vulkan.createInstance(resolveInstance(vulkan, {}).createInfo);
const [gpu] = instance.enumeratePhysicalDevices();
using device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
const buffer = device.createBuffer({ size: 65536, usage: VkBufferUsageFlagBits.TRANSFER_DST });
const { memoryTypeBits } = device.getBufferMemoryRequirements(buffer);

// To read results back: the CPU must see it, and reads faster where it is cached.
const wish = { required: HOST_VISIBLE | HOST_COHERENT, preferred: HOST_CACHED };
const picked = chooseMemoryType(gpu, memoryTypeBits, wish);
console.log(`${gpu.getPhysicalDeviceProperties().deviceName}: type ${picked} for reading results back`);
console.log('type  allowed  required  preferred  properties');
for (const [i, { propertyFlags }] of gpu.getPhysicalDeviceMemoryProperties().memoryTypes.entries()) {
  const dot = (passes: boolean) => (passes ? '●' : '·');
  const allowed = dot(((memoryTypeBits >>> i) & 1) === 1);
  const required = dot((propertyFlags & wish.required) === wish.required);
  const preferred = dot((propertyFlags & wish.preferred) === wish.preferred);
  const properties = propertyFlags === 0 ? 'none' : explain('VkMemoryPropertyFlags', propertyFlags);
  console.log(
    `${i === picked ? '▶' : ' '}${String(i).padStart(3)}     ${allowed}        ${required}         ${preferred}      ${properties}`,
  );
}

// In: a device, a buffer, and what its memory shall be like.
// Out: the memory type to allocate from, and a table of the masks that it was picked by.
import {
  API_VERSION_1_1,
  type Device,
  explain,
  loadVulkan,
  VkBufferUsageFlagBits,
  VkMemoryPropertyFlagBits,
  type VkMemoryPropertyFlags,
  VkSharingMode,
} from '../../src/index.ts';

const { HOST_VISIBLE, HOST_COHERENT, HOST_CACHED } = VkMemoryPropertyFlagBits;

interface Picked {
  readonly index: number;
  /** Bit i: type i passes. */
  readonly masks: { readonly allowed: number; readonly required: number; readonly preferred: number };
}

/** The first type that is allowed and has what is required, and what is preferred where there is one. */
function pickMemoryType(
  device: Device,
  allowed: number,
  required: VkMemoryPropertyFlags,
  preferred: VkMemoryPropertyFlags,
): Picked {
  const { memoryTypes } = device.physicalDevice.getPhysicalDeviceMemoryProperties();
  const withAll = (flags: number) =>
    memoryTypes.reduce(
      (mask, type, i) => ((type.propertyFlags & flags) === flags ? mask | (1 << i) : mask),
      0,
    );
  const masks = { allowed, required: withAll(required), preferred: withAll(required | preferred) };
  const possible = masks.allowed & masks.required;
  const best = possible & masks.preferred || possible;
  if (best === 0) throw new Error(`no memory type has ${explain('VkMemoryPropertyFlags', required)}`);
  // The lowest bit: drivers put faster types first.
  return { index: 31 - Math.clz32(best & -best), masks };
}

function draw(device: Device, { index, masks }: Picked): void {
  const { memoryTypes } = device.physicalDevice.getPhysicalDeviceMemoryProperties();
  console.log('type  allowed  required  preferred  properties');
  memoryTypes.forEach((type, i) => {
    const dot = (mask: number) => ((mask >>> i) & 1 ? '●' : '·');
    const properties =
      type.propertyFlags === 0 ? 'none' : explain('VkMemoryPropertyFlags', type.propertyFlags);
    console.log(
      `${i === index ? '▶' : ' '}${String(i).padStart(3)}     ${dot(masks.allowed)}        ${dot(masks.required)}         ${dot(masks.preferred)}      ${properties}`,
    );
  });
}

const instance = loadVulkan().createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_1 } });
const [gpu] = instance.enumeratePhysicalDevices();
const device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
const buffer = device.createBuffer({
  size: 65536,
  usage: VkBufferUsageFlagBits.TRANSFER_DST,
  sharingMode: VkSharingMode.EXCLUSIVE,
});

// To read results back: the CPU must see it, and reads faster where it is cached.
const { memoryTypeBits } = device.getBufferMemoryRequirements(buffer);
const picked = pickMemoryType(device, memoryTypeBits, HOST_VISIBLE | HOST_COHERENT, HOST_CACHED);
console.log(`${gpu.getPhysicalDeviceProperties().deviceName}: type ${picked.index} for reading results back`);
draw(device, picked);

device.destroyBuffer(buffer);
device.destroyDevice();
instance.destroyInstance();

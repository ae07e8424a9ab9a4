// Compiled, never run (npm run typecheck): what the types of helpers allow and refuse.
import {
  type DeviceWishes,
  resolveDevice,
  structsFromBytes,
  structToBytes,
  typedArray,
} from '../../src/helpers/index.ts';
import type { Device, MappedMemory, PhysicalDevice, VkBuffer } from '../../src/index.ts';

export function wishes(gpu: PhysicalDevice): DeviceWishes {
  resolveDevice(gpu, { required: { features: ['timelineSemaphore', 'samplerAnisotropy', 'rayQuery'] } });
  resolveDevice(gpu, { required: { features: ['VkPhysicalDeviceMeshShaderFeaturesNV.meshShader'] } });
  // @ts-expect-error a typo
  resolveDevice(gpu, { required: { features: ['timelineSemafore'] } });
  // @ts-expect-error no struct of features
  resolveDevice(gpu, { required: { features: ['VkBufferCreateInfo.size'] } });
  // @ts-expect-error a version is required or it is not
  resolveDevice(gpu, { desired: { apiVersion: 1 } });
  return gpu.createDevice(resolveDevice(gpu, {}).createInfo) && {};
}

export function bytes(device: Device, buffer: VkBuffer): bigint {
  structToBytes('VkDrawIndirectCommand', [
    { vertexCount: 3, instanceCount: 1, firstVertex: 0, firstInstance: 0 },
  ]);
  // @ts-expect-error a struct with pointers
  structToBytes('VkApplicationInfo', {});
  // @ts-expect-error another struct's member
  structToBytes('VkDrawIndirectCommand', { indexCount: 3 });
  structToBytes('VkDescriptorBufferInfo', { buffer, range: 4 }, device);
  const [instance] = structsFromBytes('VkAccelerationStructureInstanceKHR', new Uint8Array(64));
  instance.transform.matrix[0][3] satisfies number;
  instance.mask satisfies number;
  return instance.accelerationStructureReference;
}

export function arrays(mapped: MappedMemory): number {
  typedArray(mapped, BigUint64Array)[0] satisfies bigint;
  return typedArray(mapped, Float32Array)[0];
}

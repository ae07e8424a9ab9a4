// The driver's version, memory, queues, features and limits.
import {
  VkMemoryPropertyFlagBits as Property,
  VkMemoryHeapFlagBits,
  VkQueueFlagBits,
} from '../../ffi/rows/bitmasks.ts';
import { VkPhysicalDeviceType } from '../../ffi/rows/enums.ts';
import { API_VERSION_1_3, makeApiVersion } from '../native/version.ts';
import { NAME } from './name.ts';

const GIB = 2 ** 30;
export const MEMORY_HEAPS = [
  { size: BigInt(GIB), flags: VkMemoryHeapFlagBits.DEVICE_LOCAL },
  { size: BigInt(GIB), flags: 0 },
] as const;

/**
 * Those of an NVIDIA H200, in its order: a program that takes the first allowed type, without asking for properties, gets
 * one that has none.
 */
export const MEMORY_TYPES = [
  { propertyFlags: 0, heapIndex: 1 },
  { propertyFlags: Property.DEVICE_LOCAL, heapIndex: 0 },
  { propertyFlags: Property.HOST_VISIBLE | Property.HOST_COHERENT, heapIndex: 1 },
  { propertyFlags: Property.HOST_VISIBLE | Property.HOST_COHERENT | Property.HOST_CACHED, heapIndex: 1 },
  { propertyFlags: Property.DEVICE_LOCAL | Property.HOST_VISIBLE | Property.HOST_COHERENT, heapIndex: 0 },
] as const;

export const BUFFER_MEMORY_TYPES = 0b11110;
export const LINEAR_IMAGE_MEMORY_TYPES = 0b11110;
export const OPTIMAL_IMAGE_MEMORY_TYPES = 0b10011;
export const HOST_POINTER_MEMORY_TYPES = 0b01100;

/** Alignment of an imported host pointer, in bytes. */
export const HOST_POINTER_ALIGNMENT = 4096;
/** Alignment of a resource in memory, in bytes. */
export const RESOURCE_ALIGNMENT = 256;
export const MAX_ALLOCATION_SIZE = GIB;
const MAX_IMAGE_SIZE = 16384;
export const MAX_ARRAY_LAYERS = 2048;

export const QUEUE_FAMILIES = [
  {
    queueFlags: VkQueueFlagBits.GRAPHICS | VkQueueFlagBits.COMPUTE | VkQueueFlagBits.TRANSFER,
    queueCount: 2,
    minImageTransferGranularity: { width: 1, height: 1, depth: 1 },
  },
  {
    queueFlags: VkQueueFlagBits.TRANSFER,
    queueCount: 1,
    minImageTransferGranularity: { width: 1, height: 1, depth: 1 },
  },
] as const;

export const FEATURES = { robustBufferAccess: true } as const;
export const FEATURES_1_2 = { timelineSemaphore: true } as const;
export const FEATURES_1_3 = { synchronization2: true } as const;

/** The UUID of this driver, or of one of its physical devices. */
const uuid = (last: number) => [...new TextEncoder().encode('koffi-vulkan 1\0'), last];

/** The LUID of a physical device, as D3D would have it. */
const adapterLuid = (index: number): number[] => [0xe2, 0x01, index, 0, 0, 0, 0, 0];

export const adapterIds = (index: number): Record<string, unknown> => ({
  deviceUUID: uuid(index + 1),
  driverUUID: uuid(0),
  deviceLUID: adapterLuid(index),
  deviceNodeMask: 1,
  deviceLUIDValid: true,
});

/** DRM nodes, numbered as those of the first GPUs of a system. */
export const adapterDrmNodes = (index: number): Record<string, unknown> => ({
  hasPrimary: true,
  hasRender: true,
  primaryMajor: 226n,
  primaryMinor: BigInt(index),
  renderMajor: 226n,
  renderMinor: 128n + BigInt(index),
});

export const DRIVER = {
  // There is no VkDriverId for it, and none that is zero.
  driverID: 0,
  driverName: NAME,
  driverInfo: 'a driver in TypeScript, for tests',
} as const;

/** Limits; those of pipelines, which it does not have, are zero. */
const LIMITS = {
  maxImageDimension1D: MAX_IMAGE_SIZE,
  maxImageDimension2D: MAX_IMAGE_SIZE,
  maxImageDimension3D: 2048,
  maxImageDimensionCube: MAX_IMAGE_SIZE,
  maxImageArrayLayers: MAX_ARRAY_LAYERS,
  maxMemoryAllocationCount: 4096,
  bufferImageGranularity: 1,
  minMemoryMapAlignment: 64,
  optimalBufferCopyOffsetAlignment: 1,
  optimalBufferCopyRowPitchAlignment: 1,
  nonCoherentAtomSize: 1,
  discreteQueuePriorities: 2,
} as const;

export const PROPERTIES = {
  apiVersion: API_VERSION_1_3,
  driverVersion: makeApiVersion(0, 0, 1, 0),
  deviceType: VkPhysicalDeviceType.CPU,
  deviceName: NAME,
  pipelineCacheUUID: uuid(0),
  limits: LIMITS,
} as const;

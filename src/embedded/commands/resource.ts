// Commands of buffers and images: create, memory requirements, bind.
import { VkExternalMemoryFeatureFlagBits } from '../../../ffi/rows/bitmasks.ts';
import { VkImageTiling, VkResult } from '../../../ffi/rows/enums.ts';
import type {
  VkBindBufferMemoryInfo,
  VkBindImageMemoryInfo,
  VkBufferCreateInfo,
  VkBufferMemoryRequirementsInfo2,
  VkImageCreateInfo,
  VkImageMemoryRequirementsInfo2,
  VkImageSubresource,
} from '../../../ffi/types/structs.ts';
import { type DriverState, destroys, deviceOf, type Implementations } from '../driver-state.ts';
import * as facts from '../facts.ts';
import { planeFormats } from '../format.ts';
import type { DeviceMemoryState, ImageState, ResourceState } from '../objects.ts';
import { link, type Received, structInChain } from '../received.ts';
import { invalid, listOf, Refusal } from '../refusal.ts';
import { bitsOf, handleTypeFacts } from '../sharing/handle-types.ts';
import { imageFormatProperties } from './adapter.ts';
import { isDisjoint, modifiedLayout, planeOf, sizeOfImage, subresource } from './image-layout.ts';

/** The address of a range of bytes of a resource. @throws Refusal if it has no memory, or ends before the range does */
export function addressIn(resource: ResourceState, offset: number, size: number): number {
  const { memory } = resource;
  if (memory === undefined) throw invalid('no memory is bound to the resource');
  if (memory.isFreed) throw invalid('the memory of the resource was freed');
  if (offset < 0 || offset + size > resource.size)
    throw invalid(`${size} bytes at ${offset} are not within the ${resource.size} bytes of the resource`);
  return memory.address + resource.offset + offset;
}

export function resourceCommands(driver: DriverState): Implementations {
  const { objects } = driver;
  const buffer = (handle: bigint) => objects.get('VkBuffer', handle);
  const image = (handle: bigint) => objects.get('VkImage', handle);
  const memory = (handle: bigint | null) => objects.get('VkDeviceMemory', handle);
  return {
    vkCreateBuffer(device: bigint, info: Received<VkBufferCreateInfo>) {
      deviceOf(driver, device);
      const handleTypes = structInChain(info, 'VkExternalMemoryBufferCreateInfo')?.handleTypes ?? 0;
      const size = Number(info.size);
      if (size === 0) throw invalid('size is 0');
      const use = checkHandleTypes(driver, handleTypes, 'buffer');
      return objects.add('VkBuffer', {
        ...unbound(device, size, handleTypes, use),
        memoryTypeBits: facts.BUFFER_MEMORY_TYPES,
      });
    },
    vkDestroyBuffer: destroys(driver, 'VkBuffer'),
    vkGetBufferMemoryRequirements: (_device: bigint, handle: bigint) => requirements(buffer(handle)),
    vkGetBufferMemoryRequirements2: (_device: bigint, info: Received<VkBufferMemoryRequirementsInfo2>) =>
      requirements2(buffer(info.buffer)),
    vkBindBufferMemory: (_device: bigint, handle: bigint, to: bigint, offset: bigint) =>
      bind(handle, buffer(handle), memory(to), offset),
    vkBindBufferMemory2(_device: bigint, infos: Received<VkBindBufferMemoryInfo>[]) {
      for (const info of listOf(infos))
        bind(info.buffer, buffer(info.buffer), memory(info.memory), info.memoryOffset);
    },

    vkCreateImage(device: bigint, info: Received<VkImageCreateInfo>) {
      deviceOf(driver, device);
      const handleTypes = structInChain(info, 'VkExternalMemoryImageCreateInfo')?.handleTypes ?? 0;
      const use = checkHandleTypes(driver, handleTypes, 'image');
      checkImage(info);
      const shape = { info, planes: planeFormats(info.format), ...modifiedLayout(info) };
      const memoryTypeBits =
        info.tiling === VkImageTiling.OPTIMAL
          ? facts.OPTIMAL_IMAGE_MEMORY_TYPES
          : facts.LINEAR_IMAGE_MEMORY_TYPES;
      const part = (plane?: number) => ({
        ...unbound(device, sizeOfImage(shape, plane), handleTypes, use),
        memoryTypeBits,
      });
      const parts = isDisjoint(info) ? [...shape.planes.keys()].map(part) : undefined;
      return objects.add('VkImage', { ...part(), ...shape, parts });
    },
    vkDestroyImage: destroys(driver, 'VkImage'),
    vkGetImageMemoryRequirements: (_device: bigint, handle: bigint) => requirements(image(handle)),
    vkGetImageMemoryRequirements2: (_device: bigint, info: Received<VkImageMemoryRequirementsInfo2>) =>
      requirements2(
        partOf(image(info.image), structInChain(info, 'VkImagePlaneMemoryRequirementsInfo')?.planeAspect),
      ),
    vkBindImageMemory: (_device: bigint, handle: bigint, to: bigint, offset: bigint) =>
      bind(handle, image(handle), memory(to), offset),
    vkBindImageMemory2(_device: bigint, infos: Received<VkBindImageMemoryInfo>[]) {
      for (const info of listOf(infos))
        bind(
          info.image,
          partOf(image(info.image), structInChain(info, 'VkBindImagePlaneMemoryInfo')?.planeAspect),
          memory(info.memory),
          info.memoryOffset,
        );
    },
    vkGetImageDrmFormatModifierPropertiesEXT(_device: bigint, handle: bigint) {
      const { modifier } = image(handle);
      if (modifier === undefined) throw invalid('the image has no modifier');
      return { drmFormatModifier: modifier };
    },
    vkGetImageSubresourceLayout(_device: bigint, handle: bigint, at: Received<VkImageSubresource>) {
      const of = image(handle);
      const { offset, size, rowPitch, depthPitch, arrayPitch } = subresource(
        of,
        at.mipLevel,
        at.arrayLayer,
        planeOf(of, at.aspectMask),
      );
      return { offset, size, rowPitch, depthPitch, arrayPitch };
    },
  };
}

/** The image, or for a disjoint image the given plane. */
function partOf(image: ImageState, planeAspect: number | undefined): ResourceState {
  if (image.parts === undefined) return image;
  if (planeAspect === undefined)
    throw invalid('the image is disjoint: each of its planes has memory of its own');
  return image.parts[planeOf(image, planeAspect)];
}

const unbound = (device: bigint, size: number, handleTypes: number, needsDedicated: boolean) => ({
  device,
  size,
  handleTypes,
  needsDedicated,
  memory: undefined,
  offset: 0,
});

/** Throws if a type is not for this use. @returns whether one of them needs a dedicated allocation */
function checkHandleTypes(driver: DriverState, handleTypes: number, use: 'image' | 'buffer'): boolean {
  const features = bitsOf(handleTypes).map(bit => handleTypeFacts(driver, bit)?.[use] ?? 0);
  if (features.includes(0))
    throw invalid(`0x${handleTypes.toString(16)} has a handle type that is not for a ${use}`);
  return features.some(bits => (bits & VkExternalMemoryFeatureFlagBits.DEDICATED_ONLY) !== 0);
}

function checkImage(info: Received<VkImageCreateInfo>): void {
  const { extent, mipLevels, arrayLayers, samples } = info;
  const { maxExtent, maxMipLevels, maxArrayLayers, sampleCounts } = imageFormatProperties({
    ...info,
    type: info.imageType,
  });
  const max = maxExtent as typeof extent;
  const fits = (value: number, most: unknown) => value > 0 && value <= Number(most);
  if (
    !fits(extent.width, max.width) ||
    !fits(extent.height, max.height) ||
    !fits(extent.depth, max.depth) ||
    !fits(mipLevels, maxMipLevels) ||
    !fits(arrayLayers, maxArrayLayers) ||
    (samples & Number(sampleCounts)) === 0
  )
    throw invalid('extent, mipLevels, arrayLayers or samples are not what the format allows');
}

const requirements = ({ size, memoryTypeBits }: ResourceState) => ({
  size: Math.ceil(size / facts.RESOURCE_ALIGNMENT) * facts.RESOURCE_ALIGNMENT,
  alignment: facts.RESOURCE_ALIGNMENT,
  memoryTypeBits,
});

const requirements2 = (resource: ResourceState) => ({
  memoryRequirements: requirements(resource),
  pNext: [
    link('VkMemoryDedicatedRequirements', {
      prefersDedicatedAllocation: resource.needsDedicated,
      requiresDedicatedAllocation: resource.needsDedicated,
    }),
  ],
});

function bind(handle: bigint, resource: ResourceState, memory: DeviceMemoryState, offset: bigint): void {
  const start = Number(offset);
  const imported = memory.importedType;
  const fault =
    (resource.memory !== undefined && 'it is bound already') ||
    (memory.device !== resource.device && 'the memory belongs to another device') ||
    ((resource.memoryTypeBits & (1 << memory.memoryType)) === 0 &&
      `memory type ${memory.memoryType} is not among its 0x${resource.memoryTypeBits.toString(16)}`) ||
    (start % facts.RESOURCE_ALIGNMENT !== 0 && `${start} is not a multiple of its alignment`) ||
    (start + resource.size > memory.size && `the memory of ${memory.size} bytes is too small`) ||
    (memory.dedicatedTo !== 0n &&
      (memory.dedicatedTo !== handle || start !== 0) &&
      'the memory is dedicated to another resource, or to the offset 0') ||
    (resource.needsDedicated && memory.dedicatedTo !== handle && 'it needs dedicated memory') ||
    ((resource.handleTypes & imported) !== imported &&
      `it was not created for memory of handle type ${imported}`);
  if (fault) throw new Refusal(VkResult.ERROR_VALIDATION_FAILED, fault);
  resource.memory = memory;
  resource.offset = start;
}

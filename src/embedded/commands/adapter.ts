// The commands that describe a physical device.
import {
  VkFormatFeatureFlagBits as Feature,
  VkExternalFenceFeatureFlagBits,
  VkExternalSemaphoreFeatureFlagBits,
  VkExternalSemaphoreHandleTypeFlagBits,
  VkSampleCountFlagBits,
} from '../../../ffi/rows/bitmasks.ts';
import { VkImageTiling, VkImageType, VkResult } from '../../../ffi/rows/enums.ts';
import type {
  VkPhysicalDeviceExternalBufferInfo,
  VkPhysicalDeviceExternalFenceInfo,
  VkPhysicalDeviceExternalSemaphoreInfo,
  VkPhysicalDeviceImageFormatInfo2,
} from '../../../ffi/types/structs.ts';
import type { DriverState, Implementations } from '../driver-state.ts';
import { deviceExtensions, extensionPropertiesOf } from '../extensions.ts';
import * as facts from '../facts.ts';
import { planeFormats } from '../format.ts';
import { formatModifiers } from '../modifiers.ts';
import { link, type Received, structInChain } from '../received.ts';
import { Refusal } from '../refusal.ts';
import { externalMemoryProperties } from '../sharing/handle-types.ts';
import { refuseLayers } from './instance.ts';
import { syncHandleKind } from './sync.ts';

export function adapterCommands(driver: DriverState): Implementations {
  const adapter = (handle: bigint) => driver.objects.get('VkPhysicalDevice', handle);
  /** Checks the handle before an answer that is the same for every physical device. */
  const constant =
    (answer: (...args: never[]) => unknown) =>
    (handle: bigint, ...args: unknown[]) => {
      adapter(handle);
      return answer(...(args as never[]));
    };
  return {
    vkGetPhysicalDeviceProperties: constant(() => facts.PROPERTIES),
    vkGetPhysicalDeviceProperties2: (handle: bigint) => ({
      properties: facts.PROPERTIES,
      pNext: propertiesOf(adapter(handle).index),
    }),
    vkGetPhysicalDeviceFeatures: constant(() => facts.FEATURES),
    vkGetPhysicalDeviceFeatures2: constant(() => ({
      features: facts.FEATURES,
      pNext: [
        link('VkPhysicalDeviceVulkan11Features', {}),
        link('VkPhysicalDeviceVulkan12Features', facts.FEATURES_1_2),
        link('VkPhysicalDeviceVulkan13Features', facts.FEATURES_1_3),
        link('VkPhysicalDeviceTimelineSemaphoreFeatures', facts.FEATURES_1_2),
        link('VkPhysicalDeviceSynchronization2Features', facts.FEATURES_1_3),
      ],
    })),
    vkGetPhysicalDeviceMemoryProperties: constant(memoryProperties),
    vkGetPhysicalDeviceMemoryProperties2: constant(() => ({ memoryProperties: memoryProperties() })),
    vkGetPhysicalDeviceQueueFamilyProperties: constant(() => facts.QUEUE_FAMILIES),
    vkGetPhysicalDeviceQueueFamilyProperties2: constant(() =>
      facts.QUEUE_FAMILIES.map(queueFamilyProperties => ({ queueFamilyProperties })),
    ),
    vkGetPhysicalDeviceFormatProperties: constant(formatProperties),
    vkGetPhysicalDeviceFormatProperties2: constant((format: number) => ({
      formatProperties: formatProperties(format),
      pNext: [modifierList(format)],
    })),
    vkGetPhysicalDeviceImageFormatProperties: constant(
      (format: number, type: number, tiling: number, usage: number, flags: number) =>
        imageFormatProperties({ format, type, tiling, usage, flags }),
    ),
    vkGetPhysicalDeviceImageFormatProperties2: constant((info: Received<VkPhysicalDeviceImageFormatInfo2>) =>
      imageFormatProperties2(driver, info),
    ),
    vkGetPhysicalDeviceExternalBufferProperties: constant(
      ({ handleType }: Received<VkPhysicalDeviceExternalBufferInfo>) => ({
        externalMemoryProperties: externalMemoryProperties(driver, handleType, 'buffer'),
      }),
    ),
    vkGetPhysicalDeviceExternalSemaphoreProperties: constant(
      ({ handleType }: Received<VkPhysicalDeviceExternalSemaphoreInfo>) => {
        const { IMPORTABLE, EXPORTABLE } = VkExternalSemaphoreFeatureFlagBits;
        const isForeign = handleType === VkExternalSemaphoreHandleTypeFlagBits.D3D12_FENCE;
        return {
          ...shareable(driver, handleType, isForeign),
          externalSemaphoreFeatures:
            syncHandleKind(driver, handleType, isForeign) === undefined
              ? 0
              : isForeign
                ? IMPORTABLE
                : IMPORTABLE | EXPORTABLE,
        };
      },
    ),
    vkGetPhysicalDeviceExternalFenceProperties: constant(
      ({ handleType }: Received<VkPhysicalDeviceExternalFenceInfo>) => ({
        ...shareable(driver, handleType, false),
        externalFenceFeatures:
          syncHandleKind(driver, handleType, false) === undefined
            ? 0
            : VkExternalFenceFeatureFlagBits.IMPORTABLE | VkExternalFenceFeatureFlagBits.EXPORTABLE,
      }),
    ),
    vkEnumerateDeviceExtensionProperties: constant((layer: string | null) => {
      refuseLayers(layer === null ? [] : [layer]);
      return deviceExtensions(driver).map(extensionPropertiesOf);
    }),
    vkEnumerateDeviceLayerProperties: constant(() => []),
  };
}

function propertiesOf(index: number): object[] {
  const id = facts.adapterIds(index);
  const allocation = { maxPerSetDescriptors: 1024, maxMemoryAllocationSize: facts.MAX_ALLOCATION_SIZE };
  const timeline = { maxTimelineSemaphoreValueDifference: 2n ** 63n - 1n };
  return [
    link('VkPhysicalDeviceIDProperties', id),
    link('VkPhysicalDeviceMaintenance3Properties', allocation),
    link('VkPhysicalDeviceVulkan11Properties', { ...id, ...allocation }),
    link('VkPhysicalDeviceDriverProperties', facts.DRIVER),
    link('VkPhysicalDeviceTimelineSemaphoreProperties', timeline),
    link('VkPhysicalDeviceVulkan12Properties', { ...facts.DRIVER, ...timeline }),
    link('VkPhysicalDeviceVulkan13Properties', { maxBufferSize: facts.MAX_ALLOCATION_SIZE }),
    link('VkPhysicalDeviceDrmPropertiesEXT', facts.adapterDrmNodes(index)),
    link('VkPhysicalDeviceExternalMemoryHostPropertiesEXT', {
      minImportedHostPointerAlignment: facts.HOST_POINTER_ALIGNMENT,
    }),
  ];
}

const memoryProperties = () => ({
  memoryTypeCount: facts.MEMORY_TYPES.length,
  memoryTypes: facts.MEMORY_TYPES,
  memoryHeapCount: facts.MEMORY_HEAPS.length,
  memoryHeaps: facts.MEMORY_HEAPS,
});

/** What an image can be created for; only transfers do anything, since there are no pipelines. */
const IMAGE_FEATURES =
  Feature.TRANSFER_SRC | Feature.TRANSFER_DST | Feature.SAMPLED_IMAGE | Feature.COLOR_ATTACHMENT;

function formatProperties(format: number): Record<string, number> {
  if (planeFormats(format).length === 0) return {};
  return {
    linearTilingFeatures: Feature.TRANSFER_SRC | Feature.TRANSFER_DST,
    optimalTilingFeatures: IMAGE_FEATURES,
  };
}

/** The modifiers of a format, and what an image with each can be used for. */
function modifierList(format: number): object {
  const isPlanar = planeFormats(format).length > 1;
  const list = formatModifiers(format).map(({ modifier, planeCount }) => ({
    drmFormatModifier: modifier,
    drmFormatModifierPlaneCount: planeCount,
    drmFormatModifierTilingFeatures: isPlanar ? IMAGE_FEATURES | Feature.DISJOINT : IMAGE_FEATURES,
  }));
  return link('VkDrmFormatModifierPropertiesListEXT', {
    pDrmFormatModifierProperties: list,
  });
}

interface ImageFormat {
  readonly format: number;
  readonly type: number;
  readonly tiling: number;
  readonly usage: number;
  readonly flags: number;
}

/** The limits of an image. @throws Refusal with VK_ERROR_FORMAT_NOT_SUPPORTED if there can be none */
export function imageFormatProperties({ format, type, tiling }: ImageFormat): Record<string, unknown> {
  const planes = planeFormats(format).length;
  const isLinear = tiling !== VkImageTiling.OPTIMAL || planes > 1;
  const isKnown = [VkImageTiling.LINEAR, VkImageTiling.OPTIMAL, VkImageTiling.DRM_FORMAT_MODIFIER_EXT].some(
    known => known === tiling,
  );
  if (planes === 0 || !isKnown)
    throw new Refusal(VkResult.ERROR_FORMAT_NOT_SUPPORTED, `no images of format ${format}, tiling ${tiling}`);
  const { maxImageDimension2D: width, maxImageDimension3D: depth } = facts.PROPERTIES.limits;
  return {
    maxExtent:
      type === VkImageType._3D
        ? { width: depth, height: depth, depth }
        : { width, height: type === VkImageType._1D ? 1 : width, depth: 1 },
    maxMipLevels: isLinear ? 1 : Math.log2(width) + 1,
    maxArrayLayers: isLinear || type === VkImageType._3D ? 1 : facts.MAX_ARRAY_LAYERS,
    sampleCounts: VkSampleCountFlagBits._1,
    maxResourceSize: facts.MAX_ALLOCATION_SIZE,
  };
}

function imageFormatProperties2(
  driver: DriverState,
  info: Received<VkPhysicalDeviceImageFormatInfo2>,
): object {
  const properties = { imageFormatProperties: imageFormatProperties(info) };
  const modified = structInChain(info, 'VkPhysicalDeviceImageDrmFormatModifierInfoEXT');
  if (
    info.tiling === VkImageTiling.DRM_FORMAT_MODIFIER_EXT &&
    !formatModifiers(info.format).some(({ modifier }) => modifier === modified?.drmFormatModifier)
  )
    throw new Refusal(VkResult.ERROR_FORMAT_NOT_SUPPORTED, `format ${info.format} has no such modifier`);
  const handleType = structInChain(info, 'VkPhysicalDeviceExternalImageFormatInfo')?.handleType ?? 0;
  if (handleType === 0) return properties;
  const external = externalMemoryProperties(driver, handleType, 'image');
  if (external.externalMemoryFeatures === 0)
    throw new Refusal(VkResult.ERROR_FORMAT_NOT_SUPPORTED, `no images of handle type ${handleType}`);
  return {
    ...properties,
    pNext: [link('VkExternalImageFormatProperties', { externalMemoryProperties: external })],
  };
}

/** What semaphores and fences have in common. */
function shareable(driver: DriverState, handleType: number, isForeign: boolean): Record<string, number> {
  const isKnown = syncHandleKind(driver, handleType, isForeign) !== undefined;
  return {
    exportFromImportedHandleTypes: isKnown && !isForeign ? handleType : 0,
    compatibleHandleTypes: isKnown ? handleType : 0,
  };
}

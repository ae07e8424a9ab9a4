// Rules on structs whose violation crashes or misleads, and that validation layers mostly do not check.
import { VkHostImageCopyFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkDescriptorUpdateTemplateType } from '../../ffi/rows/enums.ts';
import { sizeOf } from '../errors/bytes.ts';
import { handleTypeName } from '../errors/explain.ts';
import { ArgumentError } from '../native/argument-error.ts';
import { type Rule, rule } from '../registry/rule.ts';
import {
  INVALID_HANDLE_VALUE,
  WIN32_IMPORT_RULES,
  win32HandleTypes,
} from '../registry/win32-handle-types.ts';
import type { Call } from './call.ts';
import { physicalDeviceProperty } from './device-properties.ts';
import { graphicsPipelineRule } from './graphics-pipeline.ts';
import { bytesOfCopy, type HostCopy } from './image-copy.ts';
import type { StructCheck } from './struct-check.ts';

/** The error for a member that breaks a rule of the specification. */
const broken = (vuid: string, member: string, text: string) =>
  new ArgumentError('range', text).withVuid(vuid).under(`.${member}`);

interface Win32HandleInfo {
  handleType: number;
  handle: bigint;
  name: string | null;
}

/** Throws if the caller's memory at a pointer is smaller; the size at a bare address is not known. */
function requireBytes(
  call: Call,
  member: string,
  address: unknown,
  wanted: number | bigint,
  vuid = '',
): void {
  const got = call.sizesByAddress.get(Number(address ?? 0));
  if (got !== undefined && got < wanted)
    throw broken(vuid, member, `expected at least ${wanted} bytes, got ${got}`);
}

/** Throws if host memory is smaller than the image regions that are copied from or to it. */
function requireRegions(
  call: Call,
  flags: number,
  image: bigint,
  regions: readonly HostCopy[],
  vuid: string,
): void {
  const facts = call.scope.factsOf('VkImage', image);
  // In the device's own layout (MEMCPY) only the driver knows the size.
  if (facts === undefined || (flags & VkHostImageCopyFlagBits.MEMCPY) !== 0) return;
  for (const [i, region] of regions.entries()) {
    const wanted = bytesOfCopy(facts.format, facts.arrayLayers, region) ?? 0;
    requireBytes(call, `pRegions[${i}].pHostPointer`, region.pHostPointer, wanted, vuid);
  }
}

interface MapEntry {
  readonly offset: number;
  readonly size: bigint;
}

/** The rules by struct. */
export const structRules: Readonly<Record<string, Rule<StructCheck> | undefined>> = {
  VkGraphicsPipelineCreateInfo: graphicsPipelineRule,
  VkImportMemoryHostPointerInfoEXT: rule([], () => ({ pHostPointer }, call) => {
    const borrowed = call.borrowed.find(({ address }) => BigInt(address) === pHostPointer);
    call.importedSize = borrowed && sizeOf(borrowed.bytes);
  }),
  VkMemoryAllocateInfo: rule(
    ['VUID-VkImportMemoryHostPointerInfoEXT-handleType-01750'],
    vuid =>
      ({ allocationSize }, { importedSize }) => {
        if (importedSize !== undefined && (allocationSize as bigint) > importedSize)
          throw broken(
            vuid,
            'allocationSize',
            `expected at most the ${importedSize} bytes of pHostPointer, got ${allocationSize}`,
          );
      },
  ),
  VkDescriptorUpdateTemplateCreateInfo: rule(
    [
      'VUID-VkDescriptorUpdateTemplateCreateInfo-templateType-00350',
      'VUID-VkDescriptorUpdateTemplateCreateInfo-templateType-00352',
    ],
    (ofSet, ofPush) =>
      ({ templateType, descriptorSetLayout, pipelineLayout }) => {
        const isSet = templateType === VkDescriptorUpdateTemplateType.DESCRIPTOR_SET;
        if (isSet && descriptorSetLayout === 0n)
          throw broken(ofSet, 'descriptorSetLayout', 'expected a VkDescriptorSetLayout, got VK_NULL_HANDLE');
        if (!isSet && pipelineLayout === 0n)
          throw broken(ofPush, 'pipelineLayout', 'expected a VkPipelineLayout, got VK_NULL_HANDLE');
      },
  ),
  VkSpecializationInfo: rule(
    ['VUID-VkSpecializationInfo-offset-00773', 'VUID-VkSpecializationInfo-pMapEntries-00774'],
    (within, fits) =>
      ({ pMapEntries, dataSize }) => {
        for (const [i, { offset, size }] of ((pMapEntries ?? []) as MapEntry[]).entries()) {
          const entry = `pMapEntries[${i}]`;
          if (BigInt(offset) >= (dataSize as bigint))
            throw broken(
              within,
              `${entry}.offset`,
              `expected less than the ${dataSize} bytes of pData, got ${offset}`,
            );
          if (BigInt(offset) + size > (dataSize as bigint))
            throw broken(
              fits,
              `${entry}.size`,
              `expected at most ${(dataSize as bigint) - BigInt(offset)} (pData has ${dataSize} bytes, offset is ${offset}), got ${size}`,
            );
        }
      },
  ),
  VkCopyMemoryToImageInfo: rule(
    ['VUID-VkMemoryToImageCopy-pHostPointer-09061'],
    vuid =>
      ({ flags, dstImage, pRegions }, call) => {
        requireRegions(call, flags as number, dstImage as bigint, pRegions as HostCopy[], vuid);
      },
  ),
  VkCopyImageToMemoryInfo: rule(
    ['VUID-VkImageToMemoryCopy-pHostPointer-09066'],
    vuid =>
      ({ flags, srcImage, pRegions }, call) => {
        requireRegions(call, flags as number, srcImage as bigint, pRegions as HostCopy[], vuid);
      },
  ),
  VkPushDescriptorSetWithTemplateInfo: rule(
    ['VUID-VkPushDescriptorSetWithTemplateInfo-pData-01686'],
    vuid =>
      ({ descriptorUpdateTemplate, pData }, call) => {
        const facts = call.scope.factsOf('VkDescriptorUpdateTemplate', descriptorUpdateTemplate as bigint);
        if (facts !== undefined) requireBytes(call, 'pData', pData, facts.dataSize, vuid);
      },
  ),
  VkOpaqueCaptureDescriptorDataCreateInfoEXT: rule([], () => ({ opaqueCaptureDescriptorData }, call) => {
    const [, object] = /^Vk(\w+?)CreateInfo/.exec(call.extended?.name ?? '') ?? [];
    const isTensor = object?.startsWith('Tensor');
    const struct = `VkPhysicalDeviceDescriptorBuffer${isTensor ? 'TensorPropertiesARM' : 'PropertiesEXT'}`;
    if (object === undefined) return;
    const property = `${object[0].toLowerCase()}${object.slice(1)}CaptureReplayDescriptorDataSize`;
    const wanted = physicalDeviceProperty(call.self, struct, property);
    requireBytes(call, 'opaqueCaptureDescriptorData', opaqueCaptureDescriptorData, wanted);
  }),
  VkRayTracingShaderGroupCreateInfoKHR: rule(
    [],
    () =>
      ({ pShaderGroupCaptureReplayHandle: address }, call) => {
        if (address === null && !call.sizesByAddress.has(0)) return;
        const struct = 'VkPhysicalDeviceRayTracingPipelinePropertiesKHR';
        const wanted = physicalDeviceProperty(call.self, struct, 'shaderGroupHandleCaptureReplaySize');
        requireBytes(call, 'pShaderGroupCaptureReplayHandle', address, wanted);
      },
  ),
  VkOpticalFlowSessionCreatePrivateDataInfoNV: rule([], () => ({ size, pPrivateData }, call) => {
    requireBytes(call, 'pPrivateData', pPrivateData, size as number);
  }),
  VkMemoryMapPlacedInfoEXT: rule([], () => ({ pPlacedAddress }, { borrowed }) => {
    if (borrowed.some(({ address }) => BigInt(address) === pPlacedAddress))
      throw new ArgumentError(
        'type',
        'expected an address (bigint): bytes of JavaScript would be mapped over',
      ).under('.pPlacedAddress');
  }),
  VkImportMemoryWin32HandleInfoKHR: rule(Object.values(WIN32_IMPORT_RULES), () => info => {
    const { handleType, handle, name } = info as unknown as Win32HandleInfo;
    // Type 0 means that nothing is imported.
    if (handleType === 0) return;
    if (!win32HandleTypes.has(handleType))
      throw broken(
        WIN32_IMPORT_RULES.handleType,
        'handleType',
        `${handleTypeName(handleType)} is not the type of a Windows handle`,
      );
    if (handle !== 0n && name !== null)
      throw broken(WIN32_IMPORT_RULES.oneOfBoth, 'name', 'expected nothing, since a handle is given too');
    if (name !== null && win32HandleTypes.get(handleType)?.kind === 'KMT')
      throw broken(
        WIN32_IMPORT_RULES.named,
        'name',
        `${handleTypeName(handleType)} has no names, it is a global share handle`,
      );
    if (handle === INVALID_HANDLE_VALUE || (handle === 0n && name === null))
      throw broken(
        WIN32_IMPORT_RULES.given,
        'handle',
        `expected a valid handle or a name, got ${handle === 0n ? 'neither' : 'INVALID_HANDLE_VALUE'}`,
      );
  }),
  VkMemoryGetWin32HandleInfoKHR: rule(
    ['VUID-VkMemoryGetWin32HandleInfoKHR-handleType-00664'],
    vuid => info => {
      const { handleType } = info as unknown as Win32HandleInfo;
      if (!win32HandleTypes.has(handleType))
        throw broken(vuid, 'handleType', `${handleTypeName(handleType)} is not the type of a Windows handle`);
    },
  ),
};

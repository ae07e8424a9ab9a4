// Rules on arguments whose violation crashes or misleads, and that validation layers mostly do not check.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import { ValidUsageError } from '../errors/errors.ts';
import { handleTypeName } from '../errors/explain.ts';
import type { VulkanBase } from '../handles/object.ts';
import { decodeMembers } from '../marshal/decode.ts';
import { physicalDeviceProperty } from '../marshal/device-properties.ts';
import { argumentStack } from '../native/argument-memory.ts';
import { layoutOf } from '../native/row-types.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';
import { type Rule, rule } from '../registry/rule.ts';
import {
  D3D_HANDLE_TYPES,
  INVALID_HANDLE_VALUE,
  WIN32_QUERY_RULES,
  win32HandleTypes,
} from '../registry/win32-handle-types.ts';

const writeLayout = memoize(() => layoutOf(registry.struct('VkWriteDescriptorSet')));

/** The error for a query about an opaque handle, which Vulkan itself created. */
export const opaqueHandleError = (vuid: string, command: string, handleType: number | bigint) =>
  new ValidUsageError(
    vuid,
    `${command}.handleType: ${handleTypeName(handleType)} is opaque, made by Vulkan itself: import it with the exporter's size and memory type index instead`,
  );

type Check = (device: VulkanBase, ...args: (number | bigint)[]) => void;

/** The rules by command; each checks the encoded arguments after the first, before the call. */
export const commandRules: Readonly<Record<string, Rule<Check> | undefined>> = {
  vkGetMemoryWin32HandlePropertiesKHR: rule(
    Object.values(WIN32_QUERY_RULES),
    () => (_device, handleType, handle) => {
      // A single test for the usual case, the types of Direct3D; a number cannot be INVALID_HANDLE_VALUE.
      if ((Number(handleType) & D3D_HANDLE_TYPES) === 0 || typeof handle !== 'number' || handle === 0)
        checkWin32Query(handleType, handle);
    },
  ),
  // Push descriptors ignore dstSet, so the struct alone cannot require it.
  vkUpdateDescriptorSets: rule(
    ['VUID-VkWriteDescriptorSet-dstSet-00320'],
    vuid => (_device, count, writes) => {
      const place = count === 0 ? undefined : argumentStack().locate(writes);
      if (place === undefined) return;
      const { u32 } = place.chunk;
      const { size, members } = writeLayout();
      const first = place.at + members.get('dstSet')!.offset;
      for (let i = 0, at = first >> 2; i < Number(count); i++, at += size >> 2)
        if (u32[at] === 0 && u32[at + 1] === 0)
          throw new ValidUsageError(
            vuid,
            `vkUpdateDescriptorSets.pDescriptorWrites[${i}].dstSet: expected a VkDescriptorSet, got VK_NULL_HANDLE`,
          );
    },
  ),
  vkSetDebugUtilsObjectNameEXT: rule(
    ['VUID-vkSetDebugUtilsObjectNameEXT-pNameInfo-02588'],
    vuid => (_device, pNameInfo) => {
      const info = registry.struct('VkDebugUtilsObjectNameInfoEXT');
      const { objectHandle } = decodeMembers(info, BigInt(pNameInfo), ['objectHandle']);
      if (objectHandle === 0n)
        throw new ValidUsageError(
          vuid,
          'vkSetDebugUtilsObjectNameEXT.pNameInfo.objectHandle: expected the handle of an object, got VK_NULL_HANDLE',
        );
    },
  ),
  vkGetMemoryFdPropertiesKHR: rule(
    ['VUID-vkGetMemoryFdPropertiesKHR-handleType-00674', 'VUID-vkGetMemoryFdPropertiesKHR-fd-00673'],
    (notOpaque, valid) => (_device, handleType, fd) => {
      const command = 'vkGetMemoryFdPropertiesKHR';
      if (handleType === HandleType.OPAQUE_FD) throw opaqueHandleError(notOpaque, command, handleType);
      if (Number(fd) < 0)
        throw new ValidUsageError(valid, `${command}.fd: expected an open file descriptor, got ${fd}`);
    },
  ),
  vkGetMemoryHostPointerPropertiesEXT: rule(
    [
      'VUID-vkGetMemoryHostPointerPropertiesEXT-handleType-01752',
      'VUID-vkGetMemoryHostPointerPropertiesEXT-pHostPointer-01753',
    ],
    (hostType, aligned) => (device, handleType, pHostPointer) => {
      const command = 'vkGetMemoryHostPointerPropertiesEXT';
      if (
        handleType !== HandleType.HOST_ALLOCATION_EXT &&
        handleType !== HandleType.HOST_MAPPED_FOREIGN_MEMORY_EXT
      )
        throw new ValidUsageError(
          hostType,
          `${command}.handleType: expected a host pointer type, got ${handleTypeName(handleType)}`,
        );
      const struct = 'VkPhysicalDeviceExternalMemoryHostPropertiesEXT';
      const alignment = physicalDeviceProperty(device, struct, 'minImportedHostPointerAlignment');
      // A driver that does not fill it leaves zero.
      if (BigInt(pHostPointer) % BigInt(alignment || 1) !== 0n)
        throw new ValidUsageError(
          aligned,
          `${command}.pHostPointer: expected a multiple of minImportedHostPointerAlignment (${alignment}), got 0x${pHostPointer.toString(16)}`,
        );
    },
  ),
};

/** A function of its own, so that V8 can inline the rule into the method. */
function checkWin32Query(handleType: number | bigint, handle: number | bigint): void {
  const command = 'vkGetMemoryWin32HandlePropertiesKHR';
  const { notOpaque, valid } = WIN32_QUERY_RULES;
  const facts = win32HandleTypes.get(Number(handleType));
  if (facts?.opaque) throw opaqueHandleError(notOpaque, command, handleType);
  if (facts === undefined)
    throw new ValidUsageError(
      valid,
      `${command}.handleType: ${handleTypeName(handleType)} is not the type of a Windows handle`,
    );
  if (BigInt(handle) === 0n || BigInt(handle) === INVALID_HANDLE_VALUE)
    throw new ValidUsageError(
      valid,
      `${command}.handle: expected a valid handle, got ${BigInt(handle) === 0n ? 'NULL' : 'INVALID_HANDLE_VALUE'}`,
    );
}

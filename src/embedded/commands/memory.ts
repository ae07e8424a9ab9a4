// Commands of device memory, all of which is host memory: allocate, import, export, map.
import { VkExternalMemoryFeatureFlagBits, VkMemoryPropertyFlagBits } from '../../../ffi/rows/bitmasks.ts';
import { WHOLE_SIZE } from '../../../ffi/rows/constants.ts';
import { VkResult } from '../../../ffi/rows/enums.ts';
import type { VkMappedMemoryRange, VkMemoryAllocateInfo } from '../../../ffi/types/structs.ts';
import { type DriverState, deviceOf, type Implementations } from '../driver-state.ts';
import { MAX_ALLOCATION_SIZE, MEMORY_HEAPS, MEMORY_TYPES } from '../facts.ts';
import type { DeviceMemoryState } from '../objects.ts';
import { type Received, structInChain } from '../received.ts';
import { invalid, listOf, Refusal } from '../refusal.ts';
import { handleTypeFacts } from '../sharing/handle-types.ts';
import { importedMemory, type Source } from '../sharing/import-memory.ts';
import { heapMapping, PAYLOAD_KIND } from '../sharing/payload.ts';
import { createShared } from '../sharing/shareable.ts';

const outOfDeviceMemory = (why: string) => new Refusal(VkResult.ERROR_OUT_OF_DEVICE_MEMORY, why);

export const memoryCommands = (driver: DriverState): Implementations => ({
  vkAllocateMemory(device: bigint, info: Received<VkMemoryAllocateInfo>) {
    const { adapter } = deviceOf(driver, device);
    const memoryType = info.memoryTypeIndex;
    const type = MEMORY_TYPES[memoryType];
    if (type === undefined) throw invalid(`there is no memory type ${memoryType}`);
    const dedicated = structInChain(info, 'VkMemoryDedicatedAllocateInfo');
    const imported = importedMemory(driver, device, info);
    const heap = `${adapter.index}/${type.heapIndex}`;
    const before = driver.used.get(heap) ?? 0;
    const taken = imported === undefined ? Number(info.allocationSize) : 0;
    if (before + taken > Number(MEMORY_HEAPS[type.heapIndex].size))
      throw outOfDeviceMemory(`heap ${type.heapIndex} has no ${taken} bytes left`);
    const source = imported ?? allocate(driver, device, info);
    driver.used.set(heap, before + taken);
    const memory: DeviceMemoryState = {
      device,
      address: source.address,
      size: source.size,
      memoryType,
      payload: source.payload,
      exported: source.exported,
      importedType: source.importedType ?? 0,
      dedicatedTo: (dedicated?.image || dedicated?.buffer) ?? 0n,
      isMapped: false,
      isFreed: false,
      release() {
        memory.isFreed = true;
        driver.used.set(heap, driver.used.get(heap)! - taken);
        source.exported?.close();
        source.mapping.release();
      },
    };
    return driver.objects.add('VkDeviceMemory', memory);
  },
  vkFreeMemory(_device: bigint, memory: bigint) {
    driver.objects.remove('VkDeviceMemory', memory)?.release();
  },

  vkMapMemory(device: bigint, handle: bigint, offset: bigint, size: bigint) {
    deviceOf(driver, device);
    const memory = driver.objects.get('VkDeviceMemory', handle);
    const { propertyFlags } = MEMORY_TYPES[memory.memoryType];
    if ((propertyFlags & VkMemoryPropertyFlagBits.HOST_VISIBLE) === 0 || memory.isMapped)
      throw new Refusal(
        VkResult.ERROR_MEMORY_MAP_FAILED,
        memory.isMapped ? 'it is mapped already' : `memory type ${memory.memoryType} is not host visible`,
      );
    checkWithinMemory(memory, offset, size);
    memory.isMapped = true;
    return BigInt(memory.address) + offset;
  },
  vkUnmapMemory(_device: bigint, handle: bigint) {
    const memory = driver.objects.get('VkDeviceMemory', handle);
    if (!memory.isMapped) throw invalid('it is not mapped');
    memory.isMapped = false;
  },
  // Host-visible memory is also coherent here, so there is nothing to flush.
  vkFlushMappedMemoryRanges: checkRanges(driver),
  vkInvalidateMappedMemoryRanges: checkRanges(driver),
  vkGetDeviceMemoryCommitment: (_device: bigint, handle: bigint) =>
    driver.objects.get('VkDeviceMemory', handle).size,
});

/** Allocates new memory, with a handle if it can be exported. */
function allocate(driver: DriverState, device: bigint, info: Received<VkMemoryAllocateInfo>): Source {
  const size = Number(info.allocationSize);
  if (size === 0) throw invalid('allocationSize is 0');
  if (size > MAX_ALLOCATION_SIZE)
    throw outOfDeviceMemory(`${size} bytes are more than one allocation may have`);
  const handleType = structInChain(info, 'VkExportMemoryAllocateInfo')?.handleTypes ?? 0;
  if (handleType === 0) {
    const mapping = heapMapping(size);
    return { address: mapping.address, size, mapping };
  }
  const facts = handleTypeFacts(driver, handleType);
  // Types are compatible with themselves only, so two at once are an error too; D3D's types only D3D exports.
  const isExportable = ((facts?.image ?? 0) & VkExternalMemoryFeatureFlagBits.EXPORTABLE) !== 0;
  if (facts === undefined || !isExportable || facts.kind === 'pointer')
    throw invalid(`memory cannot be exported as handle types 0x${handleType.toString(16)}`);
  const name = structInChain(info, 'VkExportMemoryWin32HandleInfoKHR')?.name ?? undefined;
  const { payload, own } = createShared(driver, facts.kind, name, {
    kind: PAYLOAD_KIND.memory,
    handleType,
    size,
    memoryType: info.memoryTypeIndex,
    adapter: deviceOf(driver, device).adapter.index,
  });
  const { mapping } = payload;
  return { address: mapping.address, size, mapping, payload, exported: own };
}

function checkWithinMemory(memory: DeviceMemoryState, offset: bigint, size: bigint): void {
  const end = size === WHOLE_SIZE ? BigInt(memory.size) : offset + size;
  if (offset >= end || end > BigInt(memory.size))
    throw invalid(`${size} bytes at ${offset} are not within its ${memory.size} bytes`);
}

const checkRanges = (driver: DriverState) => (_device: bigint, ranges: Received<VkMappedMemoryRange>[]) => {
  for (const { memory, offset, size } of listOf(ranges)) {
    const state = driver.objects.get('VkDeviceMemory', memory);
    if (!state.isMapped) throw invalid('it is not mapped');
    checkWithinMemory(state, offset, size);
  }
};

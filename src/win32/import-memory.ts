// In: a device, a handle (or its name), and the image or buffer that it is to be.
// Out: imported memory with that bound to it; or an error that says why not, with nothing left behind.
import { VkMemoryPropertyFlagBits as Property } from '../../ffi/rows/bitmasks.ts';
import { VkImageLayout, VkStructureType } from '../../ffi/rows/enums.ts';
import type { VkBuffer, VkImage, VkMemoryAllocateInfo } from '../../ffi/types/structs.ts';
import { ValidUsageError } from '../errors/errors.ts';
import type { Device } from '../objects/device.ts';
import { core11, requireCommand } from './available.ts';
import { requireImportable } from './can-import.ts';
import { type Luids, NoMemoryTypeError, WrongAdapterError } from './errors.ts';
import { explained } from './import-failure.ts';
import type { ImportMemoryOptions } from './import-options.ts';
import { checkImport, type ImportSource } from './import-source.ts';
import { ImportedMemory, Undo } from './imported-memory.ts';
import { checkLuid, type Luid, luidOf, sameLuid } from './luid.ts';
import { chooseMemoryType, typesMask } from './memory-type.ts';
import { COMMAND, queryMemoryTypes } from './query.ts';
import { closeHandle } from './system.ts';

/**
 * Imports memory that a Windows handle names, and binds a new image or buffer to it: every step, in order, each checked.
 * Importable at all? Right adapter? Which memory types do handle, resource and device agree on? Dedicated where needed.
 * @param device with VK_KHR_external_memory_win32 enabled
 * @param options the handle, its type, and the create info of the image (with the D3D texture's own format, extent,
 * levels, layers and samples) or buffer; the chain for external memory is added to it
 * @returns the memory, the image or buffer, and the masks that led to the type; the caller disposes of it.
 * The memory holds its own reference to what an NT handle names; of a KMT handle the D3D object must be kept alive.
 * @throws NotAvailableError (extension missing), NotImportableError, WrongAdapterError, NoMemoryTypeError,
 * InvalidHandleError, ValidUsageError, ImportFailedError; whatever it throws, nothing stays behind and the handle is open
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkImportMemoryWin32HandleInfoKHR.html
 *
 * @example
 * using imported = importMemoryWin32(device, {
 *   handleType: VkExternalMemoryHandleTypeFlagBits.D3D12_RESOURCE,
 *   handle: ntHandle,
 *   buffer: { size: 65536, usage: VkBufferUsageFlagBits.STORAGE_BUFFER },
 * });
 */
export function importMemoryWin32(device: Device, options: ImportMemoryOptions): ImportedMemory {
  requireCommand(device, COMMAND);
  const source = checkImport(options);
  const undo = new Undo(device);
  try {
    const imported = importChecked(device, options, source, undo);
    source.release();
    if (options.closeAfterImport) closeHandle(options.handle!);
    return imported;
  } catch (error) {
    undo.run();
    source.release();
    throw error;
  }
}

function importChecked(
  device: Device,
  options: ImportMemoryOptions,
  source: ImportSource,
  undo: Undo,
): ImportedMemory {
  const { handleType } = options;
  const { physicalDevice } = device;
  const luids = checkAdapter(device, options.adapterLuid);
  const support = requireImportable(physicalDevice, options, handleType);
  const made = createResource(device, options, undo);
  const { size, memoryTypeBits, requiresDedicated } = requirementsOf(device, made);

  const { memoryTypes, memoryTypeCount } = physicalDevice.getPhysicalDeviceMemoryProperties();
  const { masks, warnings } = explained(
    () => intersect(device, options, source, memoryTypeBits, memoryTypeCount),
    source,
    luids,
  );
  if (masks.usable === 0) throw new NoMemoryTypeError(masks, luids);
  const memoryTypeIndex =
    options.memoryTypeIndex ??
    chooseMemoryType(memoryTypes, masks.usable, options.preferred ?? Property.DEVICE_LOCAL);
  // The specification lets drivers ignore the size for D3D resources, but some assert that there is one.
  const allocationSize = BigInt(options.allocationSize ?? size);
  const dedicated = source.isHeap
    ? false
    : source.facts.dedicated || support.dedicatedOnly || requiresDedicated;
  const pNext: VkMemoryAllocateInfo['pNext'] = [
    { sType: VkStructureType.IMPORT_MEMORY_WIN32_HANDLE_INFO_KHR, handleType, ...source.identity },
    ...(dedicated ? [{ sType: VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO, ...made }] : []),
  ];
  const memory = explained(
    () => device.allocateMemory({ allocationSize, memoryTypeIndex, pNext }),
    source,
    luids,
    masks,
  );
  undo.add('VkDeviceMemory', memory, m => device.freeMemory(m));
  const offset = options.memoryOffset ?? 0;
  if (made.image !== undefined) device.bindImageMemory(made.image, memory, offset);
  if (made.buffer !== undefined) device.bindBufferMemory(made.buffer, memory, offset);
  const facts = {
    memory,
    memoryTypeIndex,
    allocationSize,
    dedicated,
    masks,
    warnings: [...new Set([...source.warnings, ...warnings])],
  };
  return new ImportedMemory(facts, made, () => undo.run());
}

/** Both LUIDs, as far as they are known; WrongAdapterError where they differ. */
function checkAdapter(device: Device, adapterLuid: Luid | undefined): Luids {
  const deviceLuid = luidOf(device.physicalDevice);
  if (adapterLuid === undefined) return { deviceLuid, adapterLuid };
  checkLuid(adapterLuid, 'importMemoryWin32.adapterLuid');
  if (deviceLuid !== undefined && !sameLuid(deviceLuid, adapterLuid)) {
    const { deviceName } = device.physicalDevice.getPhysicalDeviceProperties();
    throw new WrongAdapterError(deviceName, deviceLuid, adapterLuid);
  }
  return { deviceLuid, adapterLuid };
}

type Made = { image?: VkImage; buffer?: VkBuffer };

function createResource(device: Device, options: ImportMemoryOptions, undo: Undo): Made {
  const { handleType: handleTypes, image, buffer } = options;
  if (image === undefined) {
    const made = device.createBuffer({
      ...buffer,
      pNext: [
        ...(buffer.pNext ?? []),
        { sType: VkStructureType.EXTERNAL_MEMORY_BUFFER_CREATE_INFO, handleTypes },
      ],
    });
    return { buffer: undo.add('VkBuffer', made, b => device.destroyBuffer(b)) };
  }
  if ((image.initialLayout ?? VkImageLayout.UNDEFINED) !== VkImageLayout.UNDEFINED)
    throw new ValidUsageError(
      'VUID-VkImageCreateInfo-pNext-01443',
      'importMemoryWin32.image.initialLayout: expected UNDEFINED, a placeholder: the first barrier names the real one',
    );
  const made = device.createImage({
    ...image,
    pNext: [
      ...(image.pNext ?? []),
      { sType: VkStructureType.EXTERNAL_MEMORY_IMAGE_CREATE_INFO, handleTypes },
    ],
  });
  return { image: undo.add('VkImage', made, i => device.destroyImage(i)) };
}

function requirementsOf(device: Device, { image, buffer }: Made) {
  const request = { pNext: [VkStructureType.MEMORY_DEDICATED_REQUIREMENTS] } as const;
  const { memoryRequirements, pNext } =
    image !== undefined
      ? core11(device, 'getImageMemoryRequirements2')({ image }, request)
      : core11(device, 'getBufferMemoryRequirements2')({ buffer: buffer! }, request);
  return { ...memoryRequirements, requiresDedicated: pNext[0].requiresDedicatedAllocation };
}

/** What handle, resource and device have in common; the handle is asked where that is allowed. */
function intersect(
  device: Device,
  { handleType, memoryTypeIndex, fallBackToResource }: ImportMemoryOptions,
  { handle, facts }: ImportSource,
  resource: number,
  memoryTypeCount: number,
) {
  const deviceMask = typesMask(memoryTypeCount);
  const possible = (resource & deviceMask) >>> 0;
  const own = facts.opaque ? 2 ** memoryTypeIndex! : undefined;
  const answer =
    handle !== undefined && !facts.opaque ? queryMemoryTypes(device, handleType, handle) : undefined;
  const warnings = [...(answer?.warnings ?? [])];
  const handleMask = own ?? answer?.memoryTypeBits;
  let usable = handleMask === undefined ? possible : (possible & handleMask) >>> 0;
  if (usable === 0 && fallBackToResource && possible !== 0 && !facts.opaque) {
    warnings.push(
      `the handle's memory types (0b${handleMask!.toString(2)}) were ignored: none of them suits the resource`,
    );
    usable = possible;
  }
  return { masks: { handle: handleMask, resource, device: deviceMask, usable }, warnings };
}

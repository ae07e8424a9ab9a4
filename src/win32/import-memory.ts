// Imports the memory behind a Windows handle or name, with an image or buffer bound to it, or says why it cannot.
import { VkMemoryPropertyFlagBits as Property } from '../../ffi/rows/bitmasks.ts';
import { VkImageLayout, VkStructureType } from '../../ffi/rows/enums.ts';
import type {
  VkBuffer,
  VkImage,
  VkMemoryAllocateInfo,
  VkMemoryRequirements,
} from '../../ffi/types/structs.ts';
import { describe } from '../errors/describe.ts';
import { ValidUsageError } from '../errors/errors.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { memoryPropertiesOf } from '../external/ask-memory-types.ts';
import { requireCommand, requireImportCommands } from '../external/available.ts';
import type { Luids } from '../external/errors.ts';
import { checkResource, type ResourceCreateInfo } from '../external/import-support.ts';
import { bestMemoryType, typesMask } from '../external/memory-type.ts';
import { Undo } from '../external/undo.ts';
import { coreOrAlias } from '../handles/core-or-alias.ts';
import { checkClass } from '../handles/object.ts';
import { chainOf, checkOptions } from '../native/options.ts';
import type { Device } from '../objects/device.ts';
import { memoize } from '../registry/memoize.ts';
import { requireImportable } from './can-import.ts';
import { noMemoryType, WrongAdapterError } from './errors.ts';
import { explainRefusal, type Import } from './import-failure.ts';
import { IMPORT_OPTIONS, type ImportMemoryOptions, type ImportOptions } from './import-options.ts';
import { checkImport, type ImportSource } from './import-source.ts';
import { ImportedMemory } from './imported-memory.ts';
import { checkLuid, type Luid, luidOf, sameLuid } from './luid.ts';
import { askDriver, COMMAND } from './query.ts';
import { closeHandle } from './system.ts';

/**
 * Imports the memory behind a Windows handle, and binds a new image or buffer to it. Each step is checked: whether the
 * driver can import it, whether the adapter is the right one, which memory types handle, resource and device have in
 * common, and whether the allocation must be dedicated.
 * @param device with VK_KHR_external_memory_win32 enabled
 * @param options the handle, its type, and the create info of the image (with the D3D texture's own format, extent,
 * levels, layers and samples) or buffer; the struct for external memory is added to its chain
 * @returns the memory, the image or buffer, and the masks that led to the memory type; the caller disposes of it.
 * Memory of an NT handle holds a reference of its own; with a KMT handle the caller must keep the D3D object alive.
 * @throws NotAvailableError (extension missing), NotImportableError, WrongAdapterError, NoMemoryTypeError,
 * InvalidHandleError, ValidUsageError, ImportFailedError; whatever it throws, nothing is left behind and the handle is open
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkImportMemoryWin32HandleInfoKHR.html
 *
 * @example
 * using imported = importMemoryWin32(device, {
 *   handleType: VkExternalMemoryHandleTypeFlagBits.D3D12_RESOURCE,
 *   handle: ntHandle,
 *   buffer: { size: 65536, usage: VkBufferUsageFlagBits.STORAGE_BUFFER },
 * });
 */
export const importMemoryWin32 = userCall(function importMemoryWin32(
  device: Device,
  options: ImportMemoryOptions,
): ImportedMemory {
  checkClass('importMemoryWin32.device', device, 'VkDevice');
  const given = checkOptions(PATHS.options, options, OPTIONS);
  const resource = checkResource(PATHS.options, given);
  return importMemory(device, given, withExternal(resource, given.handleType), PATHS);
});

/** The create info with the struct for external memory in its chain. */
function withExternal({ image, buffer }: ResourceCreateInfo, handleTypes: number): ResourceCreateInfo {
  if (image !== undefined) {
    const external = { sType: VkStructureType.EXTERNAL_MEMORY_IMAGE_CREATE_INFO, handleTypes } as const;
    return { image: { ...image, pNext: [...chainOf(`${PATHS.image}.pNext`, image.pNext), external] } };
  }
  const external = { sType: VkStructureType.EXTERNAL_MEMORY_BUFFER_CREATE_INFO, handleTypes } as const;
  return {
    buffer: { ...buffer, pNext: [...chainOf(`${PATHS.options}.buffer.pNext`, buffer.pNext), external] },
  };
}

const PATHS = { options: 'importMemoryWin32', image: 'importMemoryWin32.image' };
const OPTIONS = [...IMPORT_OPTIONS, 'image', 'buffer'] as const;

/** Paths of the options and of the image's create info, for errors. */
interface Paths {
  readonly options: string;
  readonly image: string;
}

/**
 * {@link importMemoryWin32} with options whose names are checked.
 * @param resource with the struct for external memory in its chain
 */
export function importMemory(
  device: Device,
  options: ImportOptions,
  resource: ResourceCreateInfo,
  paths: Paths,
): ImportedMemory {
  requireCommand(device, COMMAND);
  requireImportCommands(device, paths.options);
  const source = checkImport(paths.options, options);
  const undo = new Undo(device);
  try {
    const imported = importChecked(device, { options, resource, source }, undo, paths);
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
  { options, resource, source }: Omit<Import, 'luids'>,
  undo: Undo,
  paths: Paths,
): ImportedMemory {
  const { handleType, facts } = source;
  const { physicalDevice } = device;
  const luids = checkAdapter(paths.options, device, options.adapterLuid);
  const support = requireImportable(
    resource.image === undefined ? paths.options : paths.image,
    physicalDevice,
    resource,
    handleType,
  );
  const { memoryTypes, memoryTypeCount } = memoryPropertiesOf(physicalDevice);
  checkMemoryType(paths.options, options.memoryTypeIndex, memoryTypeCount);
  const made = createResource(device, resource, undo, paths.image);
  const mustBeDedicated = facts.dedicated || support.dedicatedOnly;
  const { memory: requirements, isDedicated } = requirementsOf(device, made, mustBeDedicated);
  checkPlacement(paths.options, source, requirements, made);

  const about = { options, resource, source, luids };
  const { masks, warnings } = explainRefusal(
    () => intersect(device, options, source, requirements.memoryTypeBits),
    about,
  );
  if (masks.usable === 0) throw noMemoryType(paths.options, masks, luids);
  const memoryTypeIndex =
    options.memoryTypeIndex ??
    bestMemoryType(memoryTypes, masks.usable, options.preferred ?? Property.DEVICE_LOCAL);
  // The specification lets drivers ignore the size for D3D resources, but some assert that there is one.
  const allocationSize = source.allocationSize ?? requirements.size;
  const dedicated = isDedicated && !source.isHeap;
  const pNext = allocationChain(source, dedicated ? made : undefined);
  const memory = explainRefusal(
    () => device.allocateMemory({ allocationSize, memoryTypeIndex, pNext }),
    about,
    masks,
  );
  undo.add('VkDeviceMemory', memory, m => device.freeMemory(m));
  if (made.image !== undefined) device.bindImageMemory(made.image, memory, source.memoryOffset);
  else device.bindBufferMemory(made.buffer!, memory, source.memoryOffset);
  return new ImportedMemory(
    {
      memory,
      memoryTypeIndex,
      allocationSize,
      dedicated,
      masks,
      warnings: warnings.length === 0 ? source.warnings : [...source.warnings, ...warnings],
    },
    made,
    () => undo.run(),
  );
}

/** The import, and what the allocation is dedicated to. */
function allocationChain(
  { handleType, handle, name }: ImportSource,
  dedicatedTo: Made | undefined,
): VkMemoryAllocateInfo['pNext'] {
  const imported = { sType: VkStructureType.IMPORT_MEMORY_WIN32_HANDLE_INFO_KHR, handleType, handle, name };
  return dedicatedTo === undefined
    ? [imported]
    : [imported, { sType: VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO, ...dedicatedTo }];
}

const deviceLuidOf = memoize(luidOf, new WeakMap());

/** Both LUIDs, as far as they are known; WrongAdapterError where they differ. */
function checkAdapter(path: string, device: Device, adapterLuid: Luid | undefined): Luids {
  const deviceLuid = deviceLuidOf(device.physicalDevice);
  if (adapterLuid === undefined) return { deviceLuid, adapterLuid };
  checkLuid(`${path}.adapterLuid`, adapterLuid);
  if (deviceLuid !== undefined && !sameLuid(deviceLuid, adapterLuid)) {
    const { deviceName } = device.physicalDevice.getPhysicalDeviceProperties();
    throw new WrongAdapterError(`${path}.adapterLuid`, deviceName, deviceLuid, adapterLuid);
  }
  return { deviceLuid, adapterLuid };
}

function checkMemoryType(path: string, index: number | undefined, count: number): void {
  if (index === undefined || (Number.isInteger(index) && index >= 0 && index < count)) return;
  if (typeof index !== 'number')
    throw ours(new TypeError(`${path}.memoryTypeIndex: expected an integer, got ${describe(index)}`));
  throw new ValidUsageError(
    'VUID-vkAllocateMemory-pAllocateInfo-01714',
    `${path}.memoryTypeIndex: no such memory type: the device has 0 to ${count - 1}, got ${index}`,
  );
}

/** Throws unless the resource is aligned and fits, where the caller has passed the memory's size. */
function checkPlacement(
  path: string,
  { allocationSize, memoryOffset }: ImportSource,
  { size, alignment }: { size: bigint; alignment: bigint },
  { image }: Made,
): void {
  if (allocationSize === undefined) return;
  const [what, [aligned, within]] =
    image === undefined ? ['Buffer', ['10739', '10741']] : ['Image', ['10735', '10737']];
  const broken = (rule: string, text: string) =>
    new ValidUsageError(`VUID-vkBind${what}Memory-None-${rule}`, `${path}.${text}`);
  if (memoryOffset % alignment !== 0n)
    throw broken(
      aligned,
      `memoryOffset: expected a multiple of ${alignment} bytes, the resource's alignment, got ${memoryOffset}`,
    );
  if (memoryOffset + size > allocationSize)
    throw broken(
      within,
      memoryOffset === 0n
        ? `allocationSize: expected at least ${size} bytes, which the resource needs, got ${allocationSize}`
        : `memoryOffset: expected at most ${allocationSize - size} bytes, since the resource needs ${size} of ${allocationSize}, got ${memoryOffset}`,
    );
}

/** The image or buffer that was created. */
type Made = { image?: VkImage; buffer?: VkBuffer };

function createResource(
  device: Device,
  { image, buffer }: ResourceCreateInfo,
  undo: Undo,
  path: string,
): Made {
  if (image === undefined) {
    const made = device.createBuffer(buffer);
    return { buffer: undo.add('VkBuffer', made, b => device.destroyBuffer(b)) };
  }
  if ((image.initialLayout ?? VkImageLayout.UNDEFINED) !== VkImageLayout.UNDEFINED)
    throw new ValidUsageError(
      'VUID-VkImageCreateInfo-pNext-01443',
      `${path}.initialLayout: expected UNDEFINED, because the first barrier names the actual layout`,
    );
  const made = device.createImage(image);
  return { image: undo.add('VkImage', made, i => device.destroyImage(i)) };
}

interface Requirements {
  readonly memory: VkMemoryRequirements;
  readonly isDedicated: boolean;
}

const DEDICATED = { pNext: [VkStructureType.MEMORY_DEDICATED_REQUIREMENTS] } as const;

/** The driver is asked whether the allocation is dedicated, unless the handle type says so already. */
function requirementsOf(device: Device, { image, buffer }: Made, mustBeDedicated: boolean): Requirements {
  if (mustBeDedicated) {
    const memory =
      image !== undefined
        ? device.getImageMemoryRequirements(image)
        : device.getBufferMemoryRequirements(buffer!);
    return { memory, isDedicated: true };
  }
  const { memoryRequirements, pNext } =
    image !== undefined
      ? device[coreOrAlias(device, 'getImageMemoryRequirements2')]({ image }, DEDICATED)
      : device[coreOrAlias(device, 'getBufferMemoryRequirements2')]({ buffer: buffer! }, DEDICATED);
  return { memory: memoryRequirements, isDedicated: pNext[0].requiresDedicatedAllocation };
}

/** The memory types that handle, resource and device have in common; the driver is asked about the handle if it may be. */
function intersect(
  device: Device,
  { memoryTypeIndex, fallBackToResource }: ImportOptions,
  { handleType, handle, facts }: ImportSource,
  resource: number,
) {
  const deviceMask = typesMask(memoryPropertiesOf(device.physicalDevice).memoryTypeCount);
  const bindable = (resource & deviceMask) >>> 0;
  const exported = facts.opaque ? 2 ** memoryTypeIndex! : undefined;
  const answer = handle !== undefined && !facts.opaque ? askDriver(device, handleType, handle) : undefined;
  const handleMask = exported ?? answer?.memoryTypeBits;
  const masks = { handle: handleMask, resource, device: deviceMask, usable: bindable };
  let warnings = answer?.warnings ?? [];
  if (handleMask !== undefined) masks.usable = (bindable & handleMask) >>> 0;
  if (masks.usable === 0 && fallBackToResource && bindable !== 0 && !facts.opaque) {
    const ignored = `0b${handleMask!.toString(2)}`;
    warnings = [
      ...warnings,
      `the handle's memory types (${ignored}) were ignored: none of them suits the resource`,
    ];
    masks.usable = bindable;
  }
  return { masks, warnings };
}

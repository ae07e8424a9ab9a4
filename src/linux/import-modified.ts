// Imports a frame of any modifier as an image with the frame's plane layouts, disjoint if its planes are in several dma-bufs.
import { VkFormatFeatureFlagBits, VkImageCreateFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkImageTiling, VkStructureType } from '../../ffi/rows/enums.ts';
import type { VkBindImageMemoryInfo, VkImage, VkImageCreateInfo } from '../../ffi/types/structs.ts';
import { ValidUsageError, VulkanError } from '../errors/errors.ts';
import { explain } from '../errors/explain.ts';
import { NotImportableError } from '../external/errors.ts';
import { image2D } from '../external/image-2d.ts';
import {
  askSupportOnce,
  type ImportSupport,
  requireWithinLimits,
  supportOf,
} from '../external/import-support.ts';
import type { Undo } from '../external/undo.ts';
import { coreOrAlias } from '../handles/core-or-alias.ts';
import type { Device } from '../objects/device.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { halvedChroma } from '../registry/format-row.ts';
import { memoryPlaneAspects } from '../registry/plane-aspects.ts';
import { ModifierError, PATH, PlaneLayoutError } from './errors.ts';
import type { Frame, Plane } from './frame.ts';
import { type DmaBufMemory, importFd } from './import-fd.ts';
import { type FormatModifier, formatModifier, modifiersOf } from './modifiers.ts';
import { DMA_BUF } from './query.ts';

/** An image with the memory bound to it. */
export interface BoundImage {
  readonly image: VkImage;
  readonly memories: readonly DmaBufMemory[];
}

/** The plan for an image with a modifier, before anything is created. */
interface ModifiedImage {
  readonly info: VkImageCreateInfo;
  readonly support: ImportSupport;
  readonly disjoint: boolean;
}

/** Checks a frame against what the physical device supports for its format and modifier. */
export function checkModified(gpu: PhysicalDevice, frame: Frame): ModifiedImage {
  const { modifier, format, planes } = frame;
  const facts = modifierFactsOf(gpu, format, modifier);
  if (planes.length !== facts.planeCount)
    throw new PlaneLayoutError(
      `expected ${facts.planeCount}, which ${explain('VkFormat', format)} has with modifier ${formatModifier(modifier)}, got ${planes.length}`,
    );
  checkChroma(frame);
  const disjoint = planes.some(({ memory }) => memory.identity !== planes[0].memory.identity);
  if (disjoint && (frame.row.planes.length < 2 || (facts.features & VkFormatFeatureFlagBits.DISJOINT) === 0))
    throw new PlaneLayoutError(
      `expected all planes in the same dma-buf, which the driver requires for ${explain('VkFormat', format)} with modifier ${formatModifier(modifier)}`,
    );
  checkPlanes(planes);
  const info = modifiedImage(frame, disjoint);
  const driver = askSupportOnce(gpu, { image: info }, DMA_BUF, modifier);
  const support = supportOf(driver);
  if (!support.importable) {
    const { deviceName } = gpu.getPhysicalDeviceProperties();
    throw new NotImportableError(
      `${PATH}: ${deviceName} cannot import a dma-buf as an image of format ${explain('VkFormat', format)}, modifier ${formatModifier(modifier)} and ` +
        `usage ${explain('VkImageUsageFlagBits', frame.usage)}; it supports these features with the modifier: ${explain('VkFormatFeatureFlagBits', facts.features)}`,
      DMA_BUF,
      [],
    );
  }
  requireWithinLimits(PATH, { image: info }, driver);
  return { info, support, disjoint };
}

/** The driver's support for a modifier. @throws ModifierError with those that it has */
function modifierFactsOf(gpu: PhysicalDevice, format: number, modifier: bigint): FormatModifier {
  const modifiers = modifiersOf(gpu, format);
  const facts = modifiers.find(known => known.modifier === modifier);
  if (facts !== undefined) return facts;
  const { deviceName } = gpu.getPhysicalDeviceProperties();
  const list = modifiers.map(known => formatModifier(known.modifier)).join(', ');
  throw new ModifierError(
    modifier,
    format,
    modifiers,
    list === ''
      ? `${deviceName} has no modifiers for this format`
      : `${deviceName} has ${list} for this format: agree on one of them with the frame's producer (modifiersOf lists them)`,
  );
}

/** The specification requires even sizes where chroma is subsampled. */
function checkChroma({ format, row, extent }: Frame): void {
  const halved = halvedChroma(row);
  for (const [side, vuid] of [
    ['width', '04712'],
    ['height', '04713'],
  ] as const)
    if (halved[side] && extent[side] % 2 !== 0)
      throw new ValidUsageError(
        `VUID-VkImageCreateInfo-format-${vuid}`,
        `${PATH}.extent.${side}: expected an even number for ${explain('VkFormat', format)}, got ${extent[side]}`,
      );
}

function checkPlanes(planes: readonly Plane[]): void {
  for (const [i, { offset, memory, size }] of planes.entries())
    if (memory.size > 0n && offset + (size ?? 1n) > memory.size)
      throw new PlaneLayoutError(
        `it ends at byte ${offset + (size ?? 1n)}, but fd ${memory.fd} has ${memory.size} bytes`,
        i,
      );
}

/** Create info of a frame's image with its modifier. */
export function modifiedImage(
  {
    format,
    extent,
    usage,
    modifier,
    planes,
  }: Pick<Frame, 'format' | 'extent' | 'usage' | 'modifier' | 'planes'>,
  disjoint: boolean,
): VkImageCreateInfo {
  return {
    ...image2D(format, extent),
    flags: disjoint ? VkImageCreateFlagBits.DISJOINT : 0,
    tiling: VkImageTiling.DRM_FORMAT_MODIFIER_EXT,
    usage,
    pNext: [
      { sType: VkStructureType.EXTERNAL_MEMORY_IMAGE_CREATE_INFO, handleTypes: DMA_BUF },
      {
        sType: VkStructureType.IMAGE_DRM_FORMAT_MODIFIER_EXPLICIT_CREATE_INFO_EXT,
        drmFormatModifier: modifier,
        pPlaneLayouts: planes.map(({ offset, stride }) => ({
          offset,
          size: 0n,
          rowPitch: stride,
          arrayPitch: 0n,
          depthPitch: 0n,
        })),
      },
    ],
  };
}

/** Creates the image and imports its memory. */
export function importModified(
  device: Device,
  frame: Frame,
  modified: ModifiedImage,
  undo: Undo,
): BoundImage {
  const image = createImage(device, frame, modified.info);
  undo.add('VkImage', image, i => device.destroyImage(i));
  return modified.disjoint
    ? bindDisjoint(device, image, frame, undo)
    : bindWhole(device, image, frame, modified.support, undo);
}

const INVALID_PLANE_LAYOUT = 'VK_ERROR_INVALID_DRM_FORMAT_MODIFIER_PLANE_LAYOUT_EXT';

function createImage(device: Device, { planes, modifier }: Frame, info: VkImageCreateInfo): VkImage {
  try {
    return device.createImage(info);
  } catch (error) {
    if (!(error instanceof VulkanError) || error.code !== INVALID_PLANE_LAYOUT) throw error;
    const layout = planes.map(({ stride, offset }) => `stride ${stride} at offset ${offset}`).join(', ');
    throw new PlaneLayoutError(
      `the driver refuses ${layout} for modifier ${formatModifier(modifier)} (${INVALID_PLANE_LAYOUT})`,
      planes.length === 1 ? 0 : undefined,
      error,
    );
  }
}

function bindWhole(
  device: Device,
  image: VkImage,
  { planes: [{ memory: source }] }: Frame,
  { dedicatedOnly }: ImportSupport,
  undo: Undo,
): BoundImage {
  const { memoryRequirements, pNext } = device[coreOrAlias(device, 'getImageMemoryRequirements2')](
    { image },
    { pNext: [VkStructureType.MEMORY_DEDICATED_REQUIREMENTS] },
  );
  const { requiresDedicatedAllocation, prefersDedicatedAllocation } = pNext[0];
  const dedicated = dedicatedOnly || requiresDedicatedAllocation || prefersDedicatedAllocation;
  const imported = importFd(
    device,
    source,
    memoryRequirements,
    memoryRequirements.size,
    dedicated ? { image } : undefined,
    undo,
  );
  device.bindImageMemory(image, imported.memory, 0n);
  return { image, memories: [imported] };
}

function bindDisjoint(device: Device, image: VkImage, { planes }: Frame, undo: Undo): BoundImage {
  const imported = planes.map(({ memory: source }, i) => {
    const plane = { planeAspect: memoryPlaneAspects()[i] };
    const { memoryRequirements } = device[coreOrAlias(device, 'getImageMemoryRequirements2')]({
      image,
      pNext: [{ sType: VkStructureType.IMAGE_PLANE_MEMORY_REQUIREMENTS_INFO, ...plane }],
    });
    return importFd(device, source, memoryRequirements, memoryRequirements.size, undefined, undo);
  });
  const binds = imported.map(
    ({ memory }, i): VkBindImageMemoryInfo => ({
      image,
      memory,
      memoryOffset: 0n,
      pNext: [{ sType: VkStructureType.BIND_IMAGE_PLANE_MEMORY_INFO, planeAspect: memoryPlaneAspects()[i] }],
    }),
  );
  device[coreOrAlias(device, 'bindImageMemory2')](binds);
  return { image, memories: imported };
}

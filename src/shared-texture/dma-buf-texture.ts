// Creates an image whose memory is exported as a dma-buf, with the layout that other programs need to read it.
import { closeSync } from 'node:fs';
import { VkImageAspectFlagBits as Aspect } from '../../ffi/rows/bitmasks.ts';
import { VkFormat, VkImageTiling, VkStructureType } from '../../ffi/rows/enums.ts';
import type { VkExtent2D, VkImage, VkImageCreateInfo } from '../../ffi/types/structs.ts';
import { explain } from '../errors/explain.ts';
import { ours } from '../errors/user-call.ts';
import { requireExtensions, requireImportCommands } from '../external/available.ts';
import { askSupportOnce, requireWithinLimits, supportOf } from '../external/import-support.ts';
import { Undo } from '../external/undo.ts';
import { allocateFor } from '../helpers/allocation.ts';
import { linearImage } from '../linux/import-linear.ts';
import { DRM_FORMAT_MOD_LINEAR, MODIFIERS, modifiersOf } from '../linux/modifiers.ts';
import { DMA_BUF, DMA_BUF_EXTENSIONS } from '../linux/query.ts';
import type { Device } from '../objects/device.ts';
import { memoryPlaneAspects } from '../registry/plane-aspects.ts';
import type { SharedPlanes } from './texture-info-of.ts';

/** The texture to create. */
export interface SharedTextureOptions {
  /** A format that Electron takes: B8G8R8A8_UNORM, R8G8B8A8_UNORM, R16G16B16A16_SFLOAT or G8_B8R8_2PLANE_420_UNORM. */
  readonly format: VkFormat;
  /** Size in pixels. */
  readonly extent: Required<VkExtent2D>;
  /** VkImageUsageFlagBits: how Vulkan will use it. */
  readonly usage: number;
}

/** Thrown if the physical device cannot export such an image. */
export class NotExportableError extends Error {
  /** Always `'NotExportableError'`. */
  override readonly name = 'NotExportableError';
  /** VkFormat of the image. */
  readonly format: number;

  /** @internal */
  constructor(message: string, format: number) {
    super(message);
    ours(this);
    this.format = format;
  }
}

/** An image, and where its planes lie in its dma-buf. */
interface DmaBufTexture {
  readonly image: VkImage;
  readonly shared: SharedPlanes;
  [Symbol.dispose](): void;
}

/**
 * Creates the image, with a modifier that the driver chooses if it has modifiers, else linear.
 * @param path of the options, which are checked already
 */
export function createDmaBufTexture(
  device: Device,
  options: SharedTextureOptions,
  path: string,
): DmaBufTexture {
  requireExtensions(device, DMA_BUF_EXTENSIONS, path);
  requireImportCommands(device, path);
  const { format, extent } = options;
  const info = exportable(device, options, path);
  const undo = new Undo(device);
  try {
    const image = undo.add('VkImage', device.createImage(info), i => device.destroyImage(i));
    const { memory } = allocateFor(device, { image }, { exportAs: DMA_BUF });
    undo.add('VkDeviceMemory', memory, m => device.freeMemory(m));
    const fd = device.getMemoryFdKHR({ memory, handleType: DMA_BUF });
    undo.push(() => closeSync(fd));
    const { modifier, aspects } = layoutOf(device, image, info);
    const planes = aspects.map(aspectMask => {
      const { rowPitch, offset, size } = device.getImageSubresourceLayout(image, { aspectMask });
      return { fd, stride: Number(rowPitch), offset: Number(offset), size: Number(size) };
    });
    return { image, shared: { planes, modifier, format, extent }, [Symbol.dispose]: () => undo.run() };
  } catch (error) {
    undo.run();
    throw error;
  }
}

/** Create info of an image that the driver can export. */
function exportable(device: Device, options: SharedTextureOptions, path: string): VkImageCreateInfo {
  const { physicalDevice } = device;
  const { format } = options;
  const linear: VkImageCreateInfo = linearImage(options);
  const isExportable = (image: VkImageCreateInfo, modifier?: bigint) => {
    const driver = askSupportOnce(physicalDevice, { image }, DMA_BUF, modifier);
    if (!supportOf(driver).exportable) return false;
    requireWithinLimits(path, { image }, driver);
    return true;
  };
  if (device.enabledExtensions.has(MODIFIERS)) {
    const image = { ...linear, tiling: VkImageTiling.DRM_FORMAT_MODIFIER_EXT };
    const pDrmFormatModifiers = modifiersOf(physicalDevice, format)
      .map(({ modifier }) => modifier)
      .filter(modifier => isExportable(image, modifier));
    const { IMAGE_DRM_FORMAT_MODIFIER_LIST_CREATE_INFO_EXT: sType } = VkStructureType;
    if (pDrmFormatModifiers.length > 0)
      return { ...image, pNext: [...linear.pNext!, { sType, pDrmFormatModifiers }] };
  } else if (isExportable(linear)) return linear;
  const { deviceName } = physicalDevice.getPhysicalDeviceProperties();
  throw new NotExportableError(
    `${path}: ${deviceName} cannot export an image of format ${explain('VkFormat', format)} and this usage as a dma-buf`,
    format,
  );
}

/** The modifier that the driver chose, and the aspects of the planes in memory. */
function layoutOf(
  device: Device,
  image: VkImage,
  { format, tiling }: VkImageCreateInfo,
): { modifier: bigint; aspects: readonly number[] } {
  if (tiling === VkImageTiling.LINEAR) {
    const isPlanar = format === VkFormat.G8_B8R8_2PLANE_420_UNORM;
    return {
      modifier: DRM_FORMAT_MOD_LINEAR,
      aspects: isPlanar ? [Aspect.PLANE_0, Aspect.PLANE_1] : [Aspect.COLOR],
    };
  }
  const { drmFormatModifier: modifier } = device.getImageDrmFormatModifierPropertiesEXT(image);
  const known = modifiersOf(device.physicalDevice, format!).find(one => one.modifier === modifier);
  return { modifier, aspects: memoryPlaneAspects().slice(0, known?.planeCount) };
}

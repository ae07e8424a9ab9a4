// Opens an embedded driver with modifiers and two GPUs, and makes dma-bufs as another program would.
import { expect } from 'chai';
import {
  VkImageUsageFlagBits as ImageUsage,
  VkExternalMemoryHandleTypeFlagBits,
  VkFormat,
} from '../../src/index.ts';
import type { DmaBufBuffer, DmaBufFrame, DmaBufImage } from '../../src/linux/index.ts';
import { type Opened, open } from '../embedded/driver-open.ts';
import { skipHere } from '../skip.ts';
import { openMemfds } from './memfd.ts';

const DMA_BUF = VkExternalMemoryHandleTypeFlagBits.DMA_BUF_EXT;
export const BASE = [
  'VK_KHR_external_memory_fd',
  'VK_EXT_external_memory_dma_buf',
  'VK_EXT_queue_family_foreign',
];
const EXTENSIONS = [...BASE, 'VK_EXT_image_drm_format_modifier'];
export const ROWS = 0xff00_0000_0000_0001n;
export const TWO_PLANES = 0xff00_0000_0000_0002n;
export const NV12 = VkFormat.G8_B8R8_2PLANE_420_UNORM;

/** A frame of it, in rows. */
export const rgba = (fd: number, more: Partial<DmaBufFrame> = {}): DmaBufFrame => ({
  planes: [{ fd, stride: 64, offset: 0 }],
  modifier: ROWS,
  format: VkFormat.R8G8B8A8_UNORM,
  extent: { width: 5, height: 3 },
  usage: ImageUsage.TRANSFER_SRC | ImageUsage.TRANSFER_DST,
  ...more,
});

/**
 * Opens the driver for each test of the suite around it; nothing of an import may be left behind.
 * @param take is given what was opened, and what the driver counts of it
 * @returns makes memory of a maker outside Vulkan
 */
export function dmaBufSuite(
  take: (opened: Opened, counts: Record<string, number>) => void,
): (size: number, physicalDevice?: number) => { handle: bigint; fd: number } {
  let opened: Opened | undefined;
  let counts: Record<string, number>;
  let fds: number;
  const made: bigint[] = [];
  before(function () {
    if (process.platform !== 'linux') skipHere(this, `${process.platform} has no dma-bufs`);
  });
  beforeEach(() => {
    opened = open({ deviceExtensions: EXTENSIONS, physicalDevices: 2 });
    counts = opened.driver.counts();
    fds = openMemfds();
    take(opened, counts);
  });
  afterEach(() => {
    if (opened === undefined) return;
    for (const handle of made.splice(0)) opened.driver.closeExternalHandle(handle);
    expect(opened.driver.counts(), 'nothing is left of an import').to.deep.equal(counts);
    expect(openMemfds(), 'open descriptors').to.equal(fds);
    opened.driver.reset();
    opened.close();
  });
  return (size, physicalDevice = 0) => {
    const handle = opened!.driver.createExternalHandle(DMA_BUF, { size, physicalDevice });
    made.push(handle);
    return { handle, fd: Number(handle) };
  };
}

/** What was imported, where an image is expected. */
export const asImage = (frame: DmaBufImage | DmaBufBuffer): DmaBufImage => {
  expect(frame.kind).to.equal('image');
  return frame as DmaBufImage;
};

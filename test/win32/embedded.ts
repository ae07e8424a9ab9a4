// Opens the embedded driver with a device that imports, makes textures outside Vulkan, and counts the objects that are left.
import { expect } from 'chai';
import type { EmbeddedDriver } from '../../src/embedded/index.ts';
import {
  type Device,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  type Instance,
  type PhysicalDevice,
  VkImageUsageFlagBits as Usage,
  VkFormat,
} from '../../src/index.ts';
import { importTextureWin32 } from '../../src/win32/index.ts';
import { open } from '../embedded/driver-open.ts';
import { withoutWarnings } from './kernel.ts';

export const MEMORY = 'VK_KHR_external_memory_win32';

export interface Embedded {
  readonly driver: EmbeddedDriver;
  readonly instance: Instance;
  readonly gpus: readonly PhysicalDevice[];
  readonly device: Device;
  /** Runs with a handle of a type; it must still be open afterwards. */
  withHandle(type: HandleType, use: (handle: bigint) => void, size?: number): void;
  importTexture(handle: bigint, more?: object): ReturnType<typeof importTextureWin32>;
  /** Objects that live besides instance, device and queue. */
  leftovers(): Record<string, number>;
  end(): unknown;
}

export function openEmbedded(extensions: readonly string[] = [MEMORY], physicalDevices = 1): Embedded {
  const { driver, instance, gpus, device, close } = open({ deviceExtensions: extensions, physicalDevices });
  const before = driver.counts();
  return {
    driver,
    instance,
    gpus,
    device,
    withHandle(type, use, size = SIZE) {
      const handle = driver.createExternalHandle(type, { size });
      use(handle);
      driver.readExternal(handle, 0, 1);
      driver.closeExternalHandle(handle);
    },
    importTexture: (handle, more = {}) =>
      withoutWarnings(() => importTextureWin32(device, { ...texture, handleType: d3d11, handle, ...more })),
    leftovers() {
      const now = Object.entries(driver.counts());
      return Object.fromEntries(now.filter(([type, count]) => count !== (before[type] ?? 0)));
    },
    end: close,
  };
}

export const extent = { width: 16, height: 8 };
export const SIZE = 16 * 8 * 4;

/** What importTextureWin32 wants to know of a texture of `SIZE` bytes. */
export const texture = {
  format: VkFormat.R8G8B8A8_UNORM,
  extent,
  usage: Usage.TRANSFER_SRC | Usage.TRANSFER_DST,
};

export const d3d11 = HandleType.D3D11_TEXTURE;

/**
 * Opens one for the tests of the suite around it; each has to leave nothing behind.
 * @param take is given what is opened before the first of them
 */
export function embeddedSuite(take: (opened: Embedded) => void): void {
  let embedded: Embedded;
  before(() => {
    embedded = openEmbedded();
    take(embedded);
  });
  afterEach(() => {
    embedded.driver.reset();
    expect(embedded.leftovers(), 'objects that were not destroyed').to.deep.equal({});
  });
  after(() => embedded.end());
}

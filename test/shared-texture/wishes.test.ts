// sharedTextureWishes lists what a device needs for Electron's textures on this system.
import { expect } from 'chai';
import { chooseGpu } from '../../src/helpers/index.ts';
import { sharedTextureWishes } from '../../src/shared-texture/index.ts';
import { skipHere } from '../skip.ts';
import { openEmbedded } from '../win32/embedded.ts';

const EXTENSIONS: Partial<Record<NodeJS.Platform, string[]>> = {
  win32: ['VK_KHR_external_memory_win32', 'VK_KHR_win32_keyed_mutex'],
  linux: [
    'VK_KHR_external_memory_fd',
    'VK_EXT_external_memory_dma_buf',
    'VK_EXT_image_drm_format_modifier',
    'VK_KHR_external_semaphore_fd',
  ],
  darwin: ['VK_EXT_metal_objects'],
};

/** Runs as on another system. */
function on<T>(platform: string, use: () => T): T {
  const own = Object.getOwnPropertyDescriptor(process, 'platform')!;
  Object.defineProperty(process, 'platform', { ...own, value: platform });
  try {
    return use();
  } finally {
    Object.defineProperty(process, 'platform', own);
  }
}

describe('shared-texture: sharedTextureWishes', () => {
  for (const [platform, names] of Object.entries(EXTENSIONS))
    it(`names the extensions of ${platform}`, () => {
      const { required, preferred } = on(platform, sharedTextureWishes);
      expect([...(required?.extensions ?? []), ...(preferred?.extensions ?? [])]).to.include.members(names);
    });

  it('says where there are no such textures', () => {
    expect(() => on('freebsd', sharedTextureWishes)).to.throw(
      'Electron shares textures on Windows, Linux and macOS; this is freebsd',
    );
  });

  it('is what chooseGpu takes: a device with all that an import needs or can use', function () {
    if (process.platform === 'darwin') return skipHere(this, 'the embedded driver has no IOSurfaces');
    const { instance, end } = openEmbedded([]);
    const { gpu, createInfo, missing } = chooseGpu(instance, sharedTextureWishes());
    expect(createInfo.ppEnabledExtensionNames).to.include.members(EXTENSIONS[process.platform]!);
    expect(missing).to.deep.equal([]);
    gpu.createDevice(createInfo).destroyDevice();
    end();
  });
});

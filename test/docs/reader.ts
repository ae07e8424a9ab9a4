// What documents and examples take for granted that their reader has, as declarations for the compiler.

/** A name that a block declares itself hides the one here. */
export const READER = `
import type * as kv from 'koffi-vulkan';
import type * as win32 from 'koffi-vulkan/win32';
import type * as d3dApi from 'koffi-vulkan/d3d';
import type * as sharedTexture from 'koffi-vulkan/shared-texture';
import type * as embedded from 'koffi-vulkan/embedded';

declare global {
  // Vulkan's objects, as every program has them.
  const instance: kv.Instance;
  const gpu: kv.PhysicalDevice;
  const device: kv.Device;
  const queue: kv.Queue;
  const commands: kv.CommandBuffer;
  const pCommandBuffers: readonly kv.CommandBuffer[];
  const memory: kv.VkDeviceMemory;
  const image: kv.VkImage;
  const imageCreateInfo: kv.VkImageCreateInfo;
  const buffer: kv.VkBuffer;
  const fence: kv.VkFence;
  const surface: kv.VkSurfaceKHR;
  const swapchain: kv.VkSwapchainKHR;
  const imageIndex: number;
  const imageAvailable: kv.VkSemaphore;
  const drawn: kv.VkSemaphore;
  const rawSurface: bigint;
  const rawFromWorker: bigint;
  const regions: readonly kv.VkBufferImageCopy[];
  const usage: number;
  const TOP_OF_PIPE: typeof kv.VkPipelineStageFlagBits.TOP_OF_PIPE;
  const BOTTOM_OF_PIPE: typeof kv.VkPipelineStageFlagBits.BOTTOM_OF_PIPE;
  const TRANSFER: typeof kv.VkPipelineStageFlagBits.TRANSFER;

  // What other APIs and processes give.
  const handle: bigint;
  const fd: number;
  const ntHandle: bigint;
  const sharedTextureHandle: Buffer;
  const fenceHandle: bigint;
  const theirs: bigint;
  const pid: number;
  const frame: bigint;
  const textureInfo: sharedTexture.ElectronTextureInfo & { readonly handle: { readonly ntHandle: Buffer } };
  const texture: win32.ImportedTexture & { readonly textureInfo: sharedTexture.ElectronTextureInfo };
  const event: { readonly texture: { readonly textureInfo: sharedTexture.ElectronTextureInfo } };
  const d3d: d3dApi.D3D11Device;
  const driver: embedded.EmbeddedDriver;
  const HandleType: typeof kv.VkExternalMemoryHandleTypeFlagBits;

  function retry(): void;
  function recreateSwapchain(): void;
  const expect: typeof import('chai').expect;
  const workerData: { readonly instance: bigint; readonly device: bigint; readonly fence: bigint };
}
`;

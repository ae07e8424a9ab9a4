// The frame loop: two frames in flight, on a swapchain that follows its window.
import { acquireImage, chooseGpu, presentImage, resolveInstance } from '../../../src/helpers/index.ts';
import {
  API_VERSION_1_3,
  loadVulkan,
  VkCommandBufferLevel,
  VkCommandPoolCreateFlagBits,
  VkFenceCreateFlagBits,
  VkPipelineStageFlagBits,
  VkQueueFlagBits,
} from '../../../src/index.ts';
import { createCube, drawCube } from './cube.ts';
import { chooseFormat, createSwapchain, destroySwapchain, type Swapchain } from './swapchain.ts';
import type { Window } from './window.ts';

const IN_FLIGHT = 2;
const FOREVER = 0xffff_ffff_ffff_ffffn;

interface Renderer {
  readonly deviceName: string;
  /** Draws and presents a frame. @returns false where the window has no size, or its swapchain had to be made anew */
  draw(): boolean;
  /** Of the frames that were presented. */
  readonly drawn: number;
  end(): void;
}

/** Everything from the instance on; `end` destroys it. The window stays. */
export function createRenderer(window: Window): Renderer {
  const vulkan = loadVulkan();
  const wishes = { apiVersion: API_VERSION_1_3, extensions: window.extensions };
  const instance = vulkan.createInstance(resolveInstance(vulkan, { required: wishes }).createInfo);
  const surface = window.createSurface(instance);
  const { gpu, createInfo, queueFamilyIndex } = chooseGpu(instance, {
    required: { features: ['dynamicRendering'], extensions: ['VK_KHR_swapchain'] },
    queue: { flags: VkQueueFlagBits.GRAPHICS, surface },
  });
  const device = gpu.createDevice(createInfo);
  const queue = device.getDeviceQueue(queueFamilyIndex, 0);
  const cube = createCube(device, chooseFormat(device, surface).format);
  const commandPool = device.createCommandPool({
    queueFamilyIndex,
    flags: VkCommandPoolCreateFlagBits.RESET_COMMAND_BUFFER,
  });
  const frames = device
    .allocateCommandBuffers({
      commandPool,
      level: VkCommandBufferLevel.PRIMARY,
      commandBufferCount: IN_FLIGHT,
    })
    .map(commands => ({
      commands,
      idle: device.createFence({ flags: VkFenceCreateFlagBits.SIGNALED }),
      available: device.createSemaphore({}),
    }));
  let swapchain: Swapchain | undefined;
  let drawn = 0;

  function recreate(): void {
    device.deviceWaitIdle();
    swapchain = createSwapchain(device, surface, window.size(), swapchain);
  }

  return {
    deviceName: gpu.getPhysicalDeviceProperties().deviceName,
    get drawn() {
      return drawn;
    },
    draw() {
      // Not every driver reports that a surface has changed its size.
      const { width, height } = window.size();
      if (swapchain?.extent.width !== width || swapchain.extent.height !== height) recreate();
      if (swapchain === undefined) return false;
      const { commands, idle, available } = frames[drawn % IN_FLIGHT];
      device.waitForFences([idle], true, FOREVER);
      const imageIndex = acquireImage(device, swapchain.swapchain, available);
      if (imageIndex === undefined) {
        recreate();
        return false;
      }
      const target = swapchain.targets[imageIndex];
      device.resetFences([idle]);
      commands.beginCommandBuffer({});
      drawCube(commands, cube, swapchain, target, drawn);
      commands.endCommandBuffer();
      const submit = {
        pWaitSemaphores: [available],
        pWaitDstStageMask: [VkPipelineStageFlagBits.COLOR_ATTACHMENT_OUTPUT],
        pCommandBuffers: [commands],
        pSignalSemaphores: [target.drawn],
      };
      queue.queueSubmit([submit], idle);
      drawn++;
      if (!presentImage(queue, swapchain.swapchain, imageIndex, target.drawn)) recreate();
      return true;
    },
    end() {
      device.deviceWaitIdle();
      if (swapchain !== undefined) destroySwapchain(device, swapchain);
      device[Symbol.dispose]();
      instance.destroySurfaceKHR(surface);
      instance.destroyInstance();
    },
  };
}

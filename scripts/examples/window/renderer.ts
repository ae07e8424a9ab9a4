// The frame loop: two frames in flight, on a swapchain that follows its window.
import { acquireImage, presentImage } from '../../../src/helpers/index.ts';
import {
  API_VERSION_1_3,
  type Instance,
  loadVulkan,
  VkCommandBufferLevel,
  VkCommandPoolCreateFlagBits,
  VkFenceCreateFlagBits,
  VkPipelineStageFlagBits,
  VkQueueFlagBits,
  VkStructureType,
  type VkSurfaceKHR,
} from '../../../src/index.ts';
import { createCube, drawCube } from './cube.ts';
import { chooseFormat, createSwapchain, destroySwapchain, type Swapchain } from './swapchain.ts';
import type { Window } from './window.ts';

const IN_FLIGHT = 2;
const FOREVER = 0xffff_ffff_ffff_ffffn;

export interface Renderer {
  readonly deviceName: string;
  /** Draws and presents a frame. @returns false where the window has no size, or its swapchain had to be made anew */
  draw(): boolean;
  /** Of the frames that were presented. */
  readonly drawn: number;
  end(): void;
}

/** A GPU, and a queue family of it that draws and presents to the surface. */
function chooseFamily(instance: Instance, surface: VkSurfaceKHR) {
  for (const gpu of instance.enumeratePhysicalDevices()) {
    const queueFamilyIndex = gpu
      .getPhysicalDeviceQueueFamilyProperties()
      .findIndex(
        ({ queueFlags }, i) =>
          queueFlags & VkQueueFlagBits.GRAPHICS && gpu.getPhysicalDeviceSurfaceSupportKHR(i, surface),
      );
    if (queueFamilyIndex >= 0) return { gpu, queueFamilyIndex };
  }
  throw new Error('no GPU presents to this window');
}

/** Everything from the instance on; `end` destroys it. The window stays. */
export function createRenderer(window: Window): Renderer {
  const instance = loadVulkan().createInstance({
    pApplicationInfo: { apiVersion: API_VERSION_1_3 },
    ppEnabledExtensionNames: window.extensions,
  });
  const surface = window.createSurface(instance);
  const { gpu, queueFamilyIndex } = chooseFamily(instance, surface);
  const device = gpu.createDevice({
    pQueueCreateInfos: [{ queueFamilyIndex, pQueuePriorities: [1] }],
    ppEnabledExtensionNames: ['VK_KHR_swapchain'],
    pNext: [{ sType: VkStructureType.PHYSICAL_DEVICE_DYNAMIC_RENDERING_FEATURES, dynamicRendering: true }],
  });
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
      // Not every driver says that a surface has changed its size.
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

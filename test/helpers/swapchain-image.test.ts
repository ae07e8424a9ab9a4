// Images of a swapchain in a frame loop: which answers mean that it must be made anew, and which are errors.
import { expect } from 'chai';
import { acquireImage, presentImage } from '../../src/helpers/index.ts';
import { VkResult, VulkanError } from '../../src/index.ts';
import { open, openDevice } from '../embedded/driver-open.ts';

const { SUBOPTIMAL_KHR, ERROR_OUT_OF_DATE_KHR, ERROR_SURFACE_LOST_KHR, ERROR_DEVICE_LOST } = VkResult;

function openSwapchain() {
  const opened = open();
  const { driver, gpu } = opened;
  driver.override('vkEnumerateDeviceExtensionProperties', () => [
    { extensionName: 'VK_KHR_swapchain', specVersion: 1 },
  ]);
  opened.device.destroyDevice();
  const device = openDevice(gpu, ['VK_KHR_swapchain']);
  const swapchain = device.adopt('VkSwapchainKHR', 0x77n);
  const semaphore = device.createSemaphore({});
  function close() {
    device.destroyDevice();
    opened.instance.destroyInstance();
    const counts = driver.counts();
    driver.dispose();
    return counts;
  }
  return { driver, device, queue: device.getDeviceQueue(0, 0), swapchain, semaphore, close };
}

describe('images of a swapchain (embedded driver)', () => {
  it('are acquired where the swapchain is only suboptimal, and not where it is out of date', () => {
    const { driver, device, swapchain, semaphore, close } = openSwapchain();
    const acquire = () => acquireImage(device, swapchain, semaphore);
    driver.override('vkAcquireNextImageKHR', () => ({ result: VkResult.SUCCESS, pImageIndex: 2 }));
    expect(acquire()).to.equal(2);
    driver.override('vkAcquireNextImageKHR', () => ({ result: SUBOPTIMAL_KHR, pImageIndex: 1 }));
    expect(acquire()).to.equal(1);
    driver.fail('vkAcquireNextImageKHR', ERROR_OUT_OF_DATE_KHR);
    expect(acquire()).to.equal(undefined);
    for (const result of [ERROR_SURFACE_LOST_KHR, ERROR_DEVICE_LOST]) {
      driver.fail('vkAcquireNextImageKHR', result);
      expect(acquire).to.throw(VulkanError).with.property('result', result);
    }
    device.destroySemaphore(semaphore);
    expect(close()).to.deep.equal({});
  });

  it('are presented, and say whether the swapchain still fits', () => {
    const { driver, device, queue, swapchain, semaphore, close } = openSwapchain();
    const present = () => presentImage(queue, swapchain, 0, semaphore);
    for (const [result, fits] of [
      [VkResult.SUCCESS, true],
      [SUBOPTIMAL_KHR, false],
    ] as const) {
      driver.override('vkQueuePresentKHR', () => result);
      expect(present()).to.equal(fits);
    }
    driver.fail('vkQueuePresentKHR', ERROR_OUT_OF_DATE_KHR);
    expect(present()).to.equal(false);
    driver.fail('vkQueuePresentKHR', ERROR_SURFACE_LOST_KHR);
    expect(present).to.throw(VulkanError, 'vkQueuePresentKHR: VK_ERROR_SURFACE_LOST_KHR');
    expect(() => presentImage(device as never, swapchain, 0, semaphore)).to.throw(
      TypeError,
      'presentImage.queue: expected a Queue, got an object',
    );
    expect(() => acquireImage(queue as never, swapchain, semaphore)).to.throw(
      TypeError,
      'acquireImage.device: expected a Device, got an object',
    );
    device.destroySemaphore(semaphore);
    expect(close()).to.deep.equal({});
  });
});

// A submission to the embedded driver runs when the fences, semaphores and keyed mutexes that it waits for are signalled.
import { expect } from 'chai';
import {
  type CommandBuffer,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  VkExternalSemaphoreHandleTypeFlagBits as SemaphoreType,
  VkCommandBufferLevel,
  VkFenceCreateFlagBits,
  VkImageUsageFlagBits,
  VkPipelineStageFlagBits,
  VkResult,
  type VkSemaphore,
  VkSemaphoreType,
  VkStructureType,
} from '../../src/index.ts';
import { addressOf } from '../../src/native/koffi.ts';
import { image2D } from '../image-2d.ts';
import { codeOf, hostBuffer, open, raw, read } from './driver-open.ts';

describe('embedded driver: synchronisation', () => {
  const opened = open();
  const { device, queue } = opened;
  after(() => expect(opened.close()).to.deep.equal({}));
  const { TIMEOUT, NOT_READY, SUCCESS } = VkResult;

  const timeline = (initialValue = 0, ...pNext: { sType: number; handleTypes: number }[]): VkSemaphore =>
    device.createSemaphore({
      pNext: [
        {
          sType: VkStructureType.SEMAPHORE_TYPE_CREATE_INFO,
          semaphoreType: VkSemaphoreType.TIMELINE,
          initialValue,
        },
        ...(pNext as []),
      ],
    });
  const wait = (semaphore: VkSemaphore, value: number) =>
    device.waitSemaphores({ pSemaphores: [semaphore], pValues: [value] }, 1_000_000_000);

  it('signals fences when the work is done', () => {
    const fence = device.createFence({});
    expect(device.getFenceStatus(fence)).to.equal(NOT_READY);
    expect(device.waitForFences([fence], true, 2n ** 64n - 1n)).to.equal(TIMEOUT);
    queue.queueSubmit([], fence);
    expect(device.waitForFences([fence], true, 0)).to.equal(SUCCESS);
    device.resetFences([fence]);
    expect(device.getFenceStatus(fence)).to.equal(NOT_READY);
    queue.queueSubmit2([{}], fence);
    expect(device.getFenceStatus(fence)).to.equal(SUCCESS);
    const signaled = device.createFence({ flags: VkFenceCreateFlagBits.SIGNALED });
    device.resetFences([fence]);
    expect(device.waitForFences([fence, signaled], true, 0)).to.equal(TIMEOUT);
    expect(device.waitForFences([fence, signaled], false, 0)).to.equal(SUCCESS);
    device.destroyFence(fence);
    device.destroyFence(signaled);
  });

  it('runs a submission when the timeline that it waits for is there, in order', () => {
    const { buffer, memory } = hostBuffer(device, 16);
    const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
    const record = (value: number): CommandBuffer => {
      const [commands] = device.allocateCommandBuffers({
        commandPool,
        level: VkCommandBufferLevel.PRIMARY,
        commandBufferCount: 1,
      });
      commands.beginCommandBuffer({});
      commands.cmdFillBuffer(buffer, 0, 4, value);
      commands.endCommandBuffer();
      return commands;
    };
    const semaphore = timeline(1);
    const fence = device.createFence({});
    queue.queueSubmit2(
      [
        {
          pWaitSemaphoreInfos: [{ semaphore, value: 5, deviceIndex: 0 }],
          pCommandBufferInfos: [{ commandBuffer: record(1), deviceMask: 0 }],
          pSignalSemaphoreInfos: [{ semaphore, value: 6, deviceIndex: 0 }],
        },
      ],
      fence,
    );
    queue.queueSubmit([{ pCommandBuffers: [record(2)] }]);
    expect(read(device, memory, 1)).to.deep.equal([0]);
    expect(wait(semaphore, 6)).to.equal(TIMEOUT);
    device.signalSemaphore({ semaphore, value: 5 });
    expect(wait(semaphore, 6)).to.equal(SUCCESS);
    expect(device.getSemaphoreCounterValue(semaphore)).to.equal(6n);
    expect(device.getFenceStatus(fence)).to.equal(SUCCESS);
    expect(read(device, memory, 1), 'the second ran after the first').to.deep.equal([2]);
    expect(codeOf(() => device.signalSemaphore({ semaphore, value: 6 }))).to.equal(
      'VK_ERROR_VALIDATION_FAILED',
    );
    device.destroyCommandPool(commandPool);
    device.destroyFence(fence);
    device.destroySemaphore(semaphore);
    device.destroyBuffer(buffer);
    device.freeMemory(memory);
  });

  it('chains submissions by binary semaphores', () => {
    const binary = device.createSemaphore({});
    const end = timeline();
    const stage = VkPipelineStageFlagBits.ALL_COMMANDS;
    const values = { sType: VkStructureType.TIMELINE_SEMAPHORE_SUBMIT_INFO, pSignalSemaphoreValues: [1] };
    queue.queueSubmit([{ pSignalSemaphores: [binary] }]);
    queue.queueSubmit([
      { pWaitSemaphores: [binary], pWaitDstStageMask: [stage], pSignalSemaphores: [end], pNext: [values] },
    ]);
    expect(wait(end, 1)).to.equal(SUCCESS);
    queue.queueSubmit([{ pWaitSemaphores: [binary], pWaitDstStageMask: [stage] }]);
    expect(codeOf(() => device.getSemaphoreCounterValue(binary))).to.equal('VK_ERROR_VALIDATION_FAILED');
    queue.queueSubmit2([{ pSignalSemaphoreInfos: [{ semaphore: end, value: 2, deviceIndex: 0 }] }]);
    expect(wait(end, 2), 'behind what waits').to.equal(TIMEOUT);
    device.destroySemaphore(end);
    expect(
      codeOf(() => queue.queueWaitIdle()),
      'forever, on a real driver',
    ).to.equal('VK_ERROR_DEVICE_LOST');
    device.destroySemaphore(binary);
  });
});

describe('embedded driver: shared synchronisation', () => {
  const opened = open({
    deviceExtensions: [
      'VK_KHR_external_memory_win32',
      'VK_KHR_external_semaphore_win32',
      'VK_KHR_external_fence_win32',
      'VK_KHR_win32_keyed_mutex',
    ],
  });
  const { driver, device, gpu, queue } = opened;
  after(() => expect(opened.close()).to.deep.equal({}));
  const timelineInfo = {
    sType: VkStructureType.SEMAPHORE_TYPE_CREATE_INFO,
    semaphoreType: VkSemaphoreType.TIMELINE,
  };

  it('shares a semaphore by its handle', () => {
    const handleType = SemaphoreType.OPAQUE_WIN32;
    const exported = device.createSemaphore({
      pNext: [timelineInfo, { sType: VkStructureType.EXPORT_SEMAPHORE_CREATE_INFO, handleTypes: handleType }],
    });
    const imported = device.createSemaphore({ pNext: [timelineInfo] });
    const handle = device.getSemaphoreWin32HandleKHR({ semaphore: exported, handleType });
    device.importSemaphoreWin32HandleKHR({ semaphore: imported, handleType, handle });
    device.signalSemaphore({ semaphore: exported, value: 7 });
    expect(device.getSemaphoreCounterValue(imported)).to.equal(7n);
    expect(
      codeOf(() => device.importSemaphoreWin32HandleKHR({ semaphore: imported, handleType, handle: 0x8n })),
    ).to.equal('VK_ERROR_INVALID_EXTERNAL_HANDLE');
    expect(codeOf(() => device.getSemaphoreWin32HandleKHR({ semaphore: imported, handleType }))).to.equal(
      'VK_ERROR_VALIDATION_FAILED',
    );
    device.destroySemaphore(exported);
    device.destroySemaphore(imported);
  });

  it('imports a fence that was made outside Vulkan', () => {
    const handle = driver.createExternalFence({ value: 3n });
    const semaphore = device.createSemaphore({ pNext: [timelineInfo] });
    const handleType = SemaphoreType.D3D12_FENCE;
    device.importSemaphoreWin32HandleKHR({ semaphore, handleType, handle });
    expect(device.getSemaphoreCounterValue(semaphore)).to.equal(3n);
    queue.queueSubmit2([{ pWaitSemaphoreInfos: [{ semaphore, value: 4, deviceIndex: 0 }] }]);
    const fence = device.createFence({});
    queue.queueSubmit([], fence);
    expect(device.getFenceStatus(fence)).to.equal(VkResult.NOT_READY);
    driver.writeExternal(handle, new Uint8Array(BigUint64Array.of(4n).buffer));
    expect(device.getFenceStatus(fence)).to.equal(VkResult.SUCCESS);
    driver.closeExternalHandle(handle);
    device.destroyFence(fence);
    device.destroySemaphore(semaphore);
  });

  it('shares a fence, and gives a temporary import up at the next reset', () => {
    const handleType = 2;
    const exported = device.createFence({
      pNext: [{ sType: VkStructureType.EXPORT_FENCE_CREATE_INFO, handleTypes: handleType }],
    });
    const fence = device.createFence({});
    const handle = device.getFenceWin32HandleKHR({ fence: exported, handleType });
    device.importFenceWin32HandleKHR({ fence, handleType, handle, flags: 1 });
    queue.queueSubmit([], exported);
    expect(device.getFenceStatus(fence)).to.equal(VkResult.SUCCESS);
    device.resetFences([fence]);
    expect(device.getFenceStatus(fence), 'its own again').to.equal(VkResult.NOT_READY);
    expect(device.getFenceStatus(exported), 'not reset').to.equal(VkResult.SUCCESS);
    device.destroyFence(fence);
    device.destroyFence(exported);
  });

  it('tells which handles of semaphores and fences it takes', () => {
    const features = (handleType: SemaphoreType) =>
      gpu.getPhysicalDeviceExternalSemaphoreProperties({ handleType }).externalSemaphoreFeatures;
    expect(
      [SemaphoreType.OPAQUE_WIN32, SemaphoreType.D3D12_FENCE, SemaphoreType.SYNC_FD].map(features),
    ).to.deep.equal([3, 2, 0]);
    const fences = gpu.getPhysicalDeviceExternalFenceProperties({ handleType: 2 });
    expect(fences.externalFenceFeatures).to.equal(3);
  });

  it('acquires and releases keyed mutexes, and answers VK_TIMEOUT where the key is another', () => {
    const { D3D11_TEXTURE } = HandleType;
    const handle = driver.createExternalHandle(D3D11_TEXTURE, { size: 1024 });
    const image = device.createImage({
      ...image2D({ width: 16, height: 16 }, VkImageUsageFlagBits.TRANSFER_SRC),
      pNext: [{ sType: VkStructureType.EXTERNAL_MEMORY_IMAGE_CREATE_INFO, handleTypes: D3D11_TEXTURE }],
    });
    const memory = device.allocateMemory({
      allocationSize: 1024,
      memoryTypeIndex: 1,
      pNext: [
        { sType: VkStructureType.IMPORT_MEMORY_WIN32_HANDLE_INFO_KHR, handleType: D3D11_TEXTURE, handle },
        { sType: VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO, image },
      ],
    });
    const fence = device.createFence({});
    const use = (acquire: number, release: number) => {
      device.resetFences([fence]);
      queue.queueSubmit(
        [
          {
            pNext: [
              {
                sType: VkStructureType.WIN32_KEYED_MUTEX_ACQUIRE_RELEASE_INFO_KHR,
                pAcquireSyncs: [memory],
                pAcquireKeys: [acquire],
                pAcquireTimeouts: [10],
                pReleaseSyncs: [memory],
                pReleaseKeys: [release],
              },
            ],
          },
        ],
        fence,
      );
      return device.getFenceStatus(fence);
    };
    expect(use(0, 1)).to.equal(VkResult.SUCCESS);
    expect(use(0, 1), 'the key is 1 now').to.equal(VkResult.NOT_READY);
    expect(use(1, 0)).to.equal(VkResult.SUCCESS);
    device.destroyFence(fence);
    device.destroyImage(image);
    device.freeMemory(memory);
    driver.closeExternalHandle(handle);
  });

  it('serves C that chains what it does not know', () => {
    // VkFenceCreateInfo with a struct of an sType that nobody has, before an export of its own.
    const unknown = new BigUint64Array([0x7fff_0000n, 0n, 0n]);
    const exporting = new BigUint64Array([BigInt(VkStructureType.EXPORT_FENCE_CREATE_INFO), 0n, 2n]);
    unknown[1] = BigInt(addressOf(exporting));
    const info = new BigUint64Array([
      BigInt(VkStructureType.FENCE_CREATE_INFO),
      BigInt(addressOf(unknown)),
      1n,
    ]);
    const out = new BigUint64Array(1);
    expect(raw(opened, 'vkCreateFence')(device.handle, addressOf(info), 0, addressOf(out))).to.equal(0);
    const get = new BigUint64Array([BigInt(VkStructureType.FENCE_GET_WIN32_HANDLE_INFO_KHR), 0n, out[0], 2n]);
    const handle = new BigUint64Array(1);
    const getHandle = raw(opened, 'vkGetFenceWin32HandleKHR');
    expect(getHandle(device.handle, addressOf(get), addressOf(handle))).to.equal(0);
    expect(handle[0]).to.not.equal(0n);
    expect(raw(opened, 'vkGetFenceStatus')(device.handle, out[0])).to.equal(VkResult.SUCCESS);
    raw(opened, 'vkDestroyFence')(device.handle, out[0], 0);
  });
});

// Errors help a person: they name the enumerator that a text probably meant, the likely cause, and the owner of a handle.
import { expect } from 'chai';
import { closest } from '../../src/errors/closest.ts';
import {
  explain,
  explainC,
  VkBufferUsageFlagBits,
  VkExternalMemoryHandleTypeFlagBits,
  VkResult,
  VkStructureType,
  VulkanError,
} from '../../src/index.ts';
import { open } from './driver-open.ts';

/** What a call throws, as a person reads it. */
function said(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return String(error);
  }
  return 'nothing';
}

describe('what errors say', () => {
  it('a text in place of an enum or of flags gets the enumerator', () => {
    const { device, close } = open();
    const format = (text: string) => said(() => device.createImage({ format: text } as never));
    for (const text of ['R8_UNORM', 'VK_FORMAT_R8_UNORM', 'VkFormat.R8_UNORM', 'r8_unorm', 'R8_UNROM'])
      expect(format(text)).to.equal(
        `TypeError: vkCreateImage.pCreateInfo.format: expected VkFormat.R8_UNORM, got "${text}"`,
      );
    expect(format('a format')).to.match(
      /format: expected a VkFormat \(UNDEFINED, .* more\), got "a format"$/,
    );
    const usage = (text: string) => said(() => device.createBuffer({ size: 64, usage: text } as never));
    for (const text of ['TRANSFER_SRC', 'VK_BUFFER_USAGE_TRANSFER_SRC_BIT'])
      expect(usage(text)).to.match(/usage: expected VkBufferUsageFlagBits\.TRANSFER_SRC, got "/);
    const flags = (text: string) => said(() => device.createFence({ flags: text } as never));
    expect(flags('SIGNALED')).to.match(/flags: expected VkFenceCreateFlagBits\.SIGNALED, got /);
    close();
  });

  it('a plain allocation that fails does not speak of handles, and an import does', () => {
    const { device, driver, close } = open({ deviceExtensions: ['VK_KHR_external_memory_win32'] });
    const imports = {
      sType: VkStructureType.IMPORT_MEMORY_WIN32_HANDLE_INFO_KHR,
      handleType: VkExternalMemoryHandleTypeFlagBits.OPAQUE_WIN32,
      handle: 4n,
    };
    const dedicated = { sType: VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO };
    for (let i = 0; i < 3; i++)
      for (const result of [VkResult.ERROR_OUT_OF_DEVICE_MEMORY, VkResult.ERROR_OUT_OF_HOST_MEMORY]) {
        const causes = (pNext: readonly object[]) => {
          driver.fail('vkAllocateMemory', result);
          try {
            device.allocateMemory({ allocationSize: 64, memoryTypeIndex: 0, pNext: pNext as never });
          } catch (error) {
            if (error instanceof VulkanError) return error.causes.join('; ');
            throw error;
          }
          return '';
        };
        for (const plain of [[], [dedicated]])
          expect(causes(plain))
            .to.match(/\S/)
            .and.not.match(/handle|import|Wine|D3D/i);
        expect(causes([dedicated, imports])).to.match(/handle/);
        expect(causes([])).not.to.match(/handle/);
      }
    close();
  });

  it('a messenger is an instance’s, a buffer a device’s', () => {
    const { device, instance, close } = open({ instanceExtensions: ['VK_EXT_debug_utils'] });
    expect(said(() => device.destroyBuffer(5n as never))).to.match(
      /expected a live VkBuffer of this VkDevice/,
    );
    expect(said(() => instance.destroyDebugUtilsMessengerEXT(5n as never))).to.match(
      /expected a live VkDebugUtilsMessengerEXT of this VkInstance/,
    );
    close();
  });

  it('explain names a type that it does not know, and what was perhaps meant', () => {
    const asked = (type: string, value: unknown) => said(() => explain(type as never, value as never));
    expect(asked('VkFormatt', 3)).to.equal(
      'TypeError: explain.type: expected an enum or flags type, got "VkFormatt"; did you mean "VkFormat"?',
    );
    expect(asked('VkMemoryPropertyFlag', 3)).to.match(/did you mean "VkMemoryPropertyFlags"\?$/);
    for (const type of ['VkBuffer', 'VkImageCreateInfo', 'nonsense', ''])
      expect(asked(type, 3)).to.equal(
        `TypeError: explain.type: expected an enum or flags type, got "${type}"`,
      );
    for (const value of ['x', 1.5, undefined, null, {}])
      expect(asked('VkFormat', value)).to.match(
        /^TypeError: explain.value: expected an integer as a value of VkFormat/,
      );
  });

  it('explainC has C’s names of a type under its other name too', () => {
    expect(explainC('VkTimeDomainEXT', 0)).to.equal('VK_TIME_DOMAIN_DEVICE_KHR');
    expect(explainC('VkBufferUsageFlags', VkBufferUsageFlagBits.TRANSFER_SRC | 2)).to.equal(
      'VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT',
    );
  });

  it('what was perhaps meant is near, and nothing else', () => {
    const names = ['createBuffer', 'createBufferView', 'createFence', 'size', 'usage', 'pCommandBuffers'];
    expect(closest('createBufer', names)).to.equal('createBuffer');
    expect(closest('craeteFence', names)).to.equal('createFence');
    expect(closest('siz', names)).to.equal('size');
    expect(closest('pCommandBuffer', names)).to.equal('pCommandBuffers');
    expect(closest('CREATEFENCE', names)).to.equal('createFence');
    for (const far of ['destroyImage', 'x', '', 'zzzz']) expect(closest(far, names)).to.equal(undefined);
  });
});

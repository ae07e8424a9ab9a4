// Every VkResult and every failure of the driver becomes the right error or value, and leaves nothing behind.

import { expect } from 'chai';
import { RandomValues, randomFrom } from '../../scripts/fuzz/values.ts';
import { compileMethod } from '../../src/commands/compile-method.ts';
import { interpretMethod } from '../../src/commands/interpret.ts';
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import {
  loadVulkan,
  NotAvailableError,
  VkBufferUsageFlagBits,
  VkResult,
  VulkanError,
} from '../../src/index.ts';
import { canCompile } from '../../src/marshal/compile.ts';
import { ArgumentError } from '../../src/native/argument-error.ts';
import { registry } from '../../src/registry/registry.ts';
import { shapeOf } from '../../src/registry/shape.ts';
import { open } from '../embedded/driver-open.ts';
import { figure } from '../figure.ts';

const NAMES = registry.tables.commands.names().filter(name => registry.command(name).returns === 'VkResult');

/** A positive VkResult that the registry does not list. */
const UNLISTED = 1_000_999_000;

/** Whether a command has refused its arguments: by its name, or since a rule asks the driver what this one cannot answer. */
const isRefusal = (error: unknown, command: string): boolean =>
  error instanceof ArgumentError ||
  error instanceof NotAvailableError ||
  (error as Error).message.startsWith(command);

/** Random arguments of these are always refused. */
const NEVER_CALLED = [
  'vkAllocateCommandBuffers',
  'vkGetPipelinePropertiesEXT',
  'vkWriteResourceDescriptorsEXT',
  'vkWriteSamplerDescriptorsEXT',
];

/** An index that no method uses. */
const INDEX = 5000;

describe('a driver that fails', () => {
  it(`every VkResult of ${NAMES.length} commands is the right error or value, compiled and interpreted`, () => {
    const { device, close } = open();
    const values = new RandomValues(randomFrom(1), device.scope);
    const called = new Set<string>();
    let seen = 0;
    for (const name of NAMES) {
      const row = registry.command(name);
      const { roles, enumerates, returnsResult } = shapeOf(row, registry);
      // What ends the device would end the test; commands of other classes are called on the device all the same.
      if (/^vkDestroy/.test(name)) continue;
      // The last one is no code of any command.
      for (const code of [...row.successCodes, ...row.errorCodes, UNLISTED]) {
        const native = (() => code) as never;
        const interpreted = interpretMethod(row, () => native);
        device.dispatch.natives[INDEX] = native;
        const slow = function (this: never, ...args: unknown[]) {
          return interpreted(device, args);
        };
        const compiled = canCompile() ? compileMethod(row, 'VkDevice', INDEX, slow as never) : undefined;
        for (const method of [slow, compiled ?? slow]) {
          const lengths = new Map<string, number>();
          const args = row.params.flatMap((p, i) =>
            roles[i] === 'in' || roles[i] === 'buffer' ? [values.member(p, 0, lengths)] : [],
          );
          let got: unknown;
          try {
            got = (method as (...a: unknown[]) => unknown).apply(device as never, args);
          } catch (error) {
            // Random arguments do not follow every rule: then they are refused, and no call is made.
            if (!(error instanceof VulkanError)) {
              if (isRefusal(error, name)) continue;
              throw error;
            }
            expect(error.result, name).to.equal(code);
            expect(error.command).to.equal(name);
            // Nothing is made by this driver, which cannot be success.
            if (code === 0) expect(error.message).to.include('VK_SUCCESS, but VK_NULL_HANDLE as ');
            else if (code > 0) expect(code, name).to.equal(VkResult.INCOMPLETE);
            seen++;
            called.add(name);
            continue;
          }
          expect(code, name).to.be.at.least(0);
          seen++;
          called.add(name);
          if (!returnsResult && code <= 0) continue;
          const result = typeof got === 'object' ? (got as { result: number }).result : got;
          if (!enumerates || code !== VkResult.INCOMPLETE) expect(result, name).to.equal(code);
        }
      }
    }
    expect(NAMES.filter(name => !called.has(name))).to.deep.equal(NEVER_CALLED);
    expect(seen).to.be.above(4300);
    figure(`${seen} results`);
    device.scope.live.length = 0;
    close();
  });

  it('a null address at each level names what is missing', () => {
    const { driver, vulkan, gpu, device, instance, close } = open();
    for (const name of ['vkEnumerateInstanceVersion', 'vkGetPhysicalDeviceFeatures', 'vkCreateFence'])
      driver.hide(name);
    const said = /is not available: the driver gives no address for it/;
    expect(() => vulkan.enumerateInstanceVersion()).to.throw(NotAvailableError, said);
    expect(() => gpu.getPhysicalDeviceFeatures()).to.throw(NotAvailableError, said);
    expect(() => device.createFence({})).to.throw(NotAvailableError, said);
    expect(instance.alive).to.equal(true);
    close();
  });

  it('counts that grow between the two calls of an enumeration, and for ever', () => {
    const { driver, instance, gpu, close } = open();
    let calls = 0;
    driver.override('vkEnumeratePhysicalDevices', (real, ...args) => {
      calls++;
      return Array.from({ length: calls + 5 }, () => (real(...args) as bigint[])[0]);
    });
    expect(() => instance.enumeratePhysicalDevices()).to.throw(VulkanError, 'VK_INCOMPLETE');
    driver.reset();
    expect(gpu.enumerateDeviceExtensionProperties().length).to.be.greaterThan(0);
    close();
  });

  it('device lost in the middle of work surfaces, and all can still be destroyed', () => {
    const { driver, device, queue, close } = open();
    const fence = device.createFence({});
    driver.fail('vkQueueSubmit', VkResult.ERROR_DEVICE_LOST);
    expect(() => queue.queueSubmit([], fence)).to.throw(VulkanError, 'vkQueueSubmit: VK_ERROR_DEVICE_LOST');
    driver.fail('vkWaitForFences', VkResult.ERROR_DEVICE_LOST);
    expect(() => device.waitForFences([fence], true, 0)).to.throw(VulkanError, 'VK_ERROR_DEVICE_LOST');
    device.destroyFence(fence);
    expect(close()).to.deep.equal({});
  });

  it('out of memory at the Nth call leaks nothing, for every N', () => {
    const commands = [
      'vkCreateInstance',
      'vkCreateDevice',
      'vkCreateBuffer',
      'vkAllocateMemory',
      'vkBindBufferMemory',
    ];
    let failed = 0;
    for (const command of commands)
      for (let after = 0; after < 3; after++) {
        const driver = createEmbeddedDriver();
        driver.fail(command, VkResult.ERROR_OUT_OF_HOST_MEMORY, { after });
        try {
          work(driver.getInstanceProcAddr);
        } catch (error) {
          expect((error as VulkanError).code).to.equal('VK_ERROR_OUT_OF_HOST_MEMORY');
          failed++;
        }
        expect(driver.counts(), `${command} ${after}`).to.deep.equal({});
        driver.dispose();
      }
    // Instance and device are made once, the others twice.
    expect(failed).to.equal(8);
  });

  it('a count larger than the array in its struct is cut', () => {
    const { driver, gpu, close } = open();
    driver.override('vkGetPhysicalDeviceMemoryProperties', (real, ...args) => ({
      ...(real(...args) as object),
      memoryTypeCount: 4_000_000_000,
    }));
    expect(gpu.getPhysicalDeviceMemoryProperties().memoryTypes).to.have.length(32);
    close();
  });
});

/** A small program that destroys what it has made, whatever happens. */
function work(getInstanceProcAddr: bigint): void {
  const instance = loadVulkan({ getInstanceProcAddr }).createInstance({});
  using ends = new DisposableList();
  ends.add(() => instance.destroyInstance());
  const device = instance.enumeratePhysicalDevices()[0].createDevice({
    pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
  });
  ends.add(() => device.destroyDevice());
  for (let i = 0; i < 2; i++) {
    const buffer = device.createBuffer({ size: 64, usage: VkBufferUsageFlagBits.TRANSFER_DST });
    ends.add(() => device.destroyBuffer(buffer));
    const { memoryTypeBits, size } = device.getBufferMemoryRequirements(buffer);
    const memoryTypeIndex = 31 - Math.clz32(memoryTypeBits);
    const memory = device.allocateMemory({ allocationSize: size, memoryTypeIndex });
    ends.add(() => device.freeMemory(memory));
    device.bindBufferMemory(buffer, memory, 0);
  }
}

class DisposableList {
  readonly #ends: (() => void)[] = [];

  add(end: () => void): void {
    this.#ends.unshift(end);
  }

  [Symbol.dispose](): void {
    for (const end of this.#ends) end();
  }
}

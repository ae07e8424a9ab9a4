// Errors about missing commands say what has to be enabled and where, for every command of the registry.
import { expect } from 'chai';
import { WindowsOnlyError } from '../../src/errors/errors.ts';
import { adviceFor } from '../../src/handles/advice.ts';
import { Dispatch } from '../../src/handles/dispatch.ts';
import { Scope } from '../../src/handles/scope.ts';
import {
  API_VERSION_1_0,
  API_VERSION_1_1,
  API_VERSION_1_2,
  API_VERSION_1_4,
  NotAvailableError,
  VkObjectType,
} from '../../src/index.ts';
import { dependsWays, versionOfName } from '../../src/registry/depends.ts';
import { registry } from '../../src/registry/registry.ts';
import { open } from './driver-open.ts';

const COMMANDS = registry.tables.commands.names();
const kindOf = (provider: string) => registry.extension(provider)?.kind;

/** Device commands that an instance extension provides. */
const MIXED = COMMANDS.filter(name => {
  const { level, providers } = registry.command(name);
  return (
    level === 'device' &&
    dependsWays(providers)
      .flat()
      .some(provider => kindOf(provider) === 'instance')
  );
});

/** A place of Vulkan 1.0 with nothing enabled, where everything could be. */
const bare = (owner: 'instance' | 'device') => ({
  owner,
  apiVersion: API_VERSION_1_0,
  extensions: new Set<string>(),
  scope: new Scope('process'),
  possible: {
    version: () => ({ owner: 'this physical device', version: API_VERSION_1_4 }),
    notOfferedBy: (): string | undefined => undefined,
  },
  has: (provider: string) => provider === 'VK_VERSION_1_0',
  isThere: () => false,
});

describe('commands that are not there', () => {
  it(`of ${COMMANDS.length} commands, ${MIXED.length} are a device's and come with an instance extension`, () => {
    expect(MIXED).to.include.members([
      'vkSetDebugUtilsObjectNameEXT',
      'vkGetDeviceGroupPresentCapabilitiesKHR',
    ]);
    expect(MIXED).to.have.length(10);
    // With a way enabled, each is asked of the driver; with nothing, none is.
    for (const name of MIXED)
      for (const way of dependsWays(registry.command(name).providers)) {
        const place = { ...bare('device'), apiVersion: API_VERSION_1_1 };
        const dispatch = (extensions: string[]) =>
          new Dispatch(() => 1n, { ...place, extensions: new Set(extensions) });
        expect(dispatch([]).has(name), name).to.equal(false);
        expect(dispatch(way).has(name), `${name} with ${way}`).to.equal(true);
      }
  });

  it('every way to have a command names each extension beside the object that takes it', () => {
    let ways = 0;
    for (const name of COMMANDS) {
      const { level, providers } = registry.command(name);
      if (level === 'global' || providers.includes('VK_VERSION_1_0')) continue;
      const owner = level === 'device' ? 'device' : 'instance';
      const told = adviceFor(name, bare(owner)).split('; or ');
      for (const way of dependsWays(providers)) {
        const wanted = [
          ...way
            .filter(p => kindOf(p) === 'instance')
            .map(p => [p, owner === 'device' ? 'the instance' : 'this instance']),
          ...way.filter(p => kindOf(p) === 'device').map(p => [p, 'this device']),
        ];
        const fits = told.some(
          steps =>
            wanted.every(([p, place]) =>
              new RegExp(`enable [^;]*\\b${p}\\b( and VK_\\w+)* on ${place}`).test(steps),
            ) &&
            way.every(
              p =>
                versionOfName(p) === undefined ||
                steps.includes('pApplicationInfo: { apiVersion: API_VERSION_'),
            ),
        );
        expect(fits, `${name}: ${way} in ${told.join('; or ')}`).to.equal(true);
        ways++;
      }
    }
    expect(ways).to.be.greaterThan(600);
  });

  it('an extension does where a version is too new, under its own name', () => {
    expect(adviceFor('vkCmdPipelineBarrier2', bare('device')).split('; or ')).to.have.members([
      'ask for Vulkan 1.3 (now 1.0), by createInstance({ ..., pApplicationInfo: { apiVersion: API_VERSION_1_3 } })',
      "enable VK_KHR_synchronization2 on this device, by createDevice({ ..., ppEnabledExtensionNames: ['VK_KHR_synchronization2'] }) and call vkCmdPipelineBarrier2KHR",
    ]);
    const isThere = (name: string) => name === 'vkCmdPipelineBarrier2';
    expect(adviceFor('vkCmdPipelineBarrier2KHR', { ...bare('device'), isThere })).to.equal(
      'call vkCmdPipelineBarrier2, which is the same command and is available',
    );
  });

  it('a version that the physical device has not is not asked for', () => {
    const old = bare('device');
    const place = {
      ...old,
      possible: {
        ...old.possible,
        version: () => ({ owner: 'this physical device', version: API_VERSION_1_2 }),
      },
    };
    expect(adviceFor('vkCmdPipelineBarrier2', place)).to.equal(
      "enable VK_KHR_synchronization2 on this device, by createDevice({ ..., ppEnabledExtensionNames: ['VK_KHR_synchronization2'] }) and call vkCmdPipelineBarrier2KHR",
    );
  });

  it('debug utils are called on what belongs to a device of an instance that has them', () => {
    const opened = open({ instanceExtensions: ['VK_EXT_debug_utils'] });
    const { driver, device, queue, close } = opened;
    const seen: unknown[] = [];
    driver.override('vkSetDebugUtilsObjectNameEXT', (_real, _device, info) => {
      seen.push(info);
      return 0;
    });
    driver.override('vkQueueInsertDebugUtilsLabelEXT', (_real, _queue, label) => {
      seen.push(label);
    });
    device.setDebugUtilsObjectNameEXT({
      objectType: VkObjectType.DEVICE,
      objectHandle: device.handle,
      pObjectName: 'd',
    });
    queue.queueInsertDebugUtilsLabelEXT({ pLabelName: 'l' });
    expect(seen).to.have.length(2);
    close();
  });

  it('without them the instance is named; what nobody offers is not advised', () => {
    const { gpu, device, instance, close } = open();
    expect(() =>
      device.setDebugUtilsObjectNameEXT({ objectType: VkObjectType.DEVICE, objectHandle: 1 }),
    ).to.throw(
      NotAvailableError,
      "vkSetDebugUtilsObjectNameEXT is not available: enable VK_EXT_debug_utils on the instance, by createInstance({ ..., ppEnabledExtensionNames: ['VK_EXT_debug_utils'] })",
    );
    expect(() => device.getMemoryFdKHR({} as never)).to.throw(
      NotAvailableError,
      process.platform === 'win32'
        ? 'it needs VK_KHR_external_memory_fd, which this physical device does not offer'
        : "enable VK_KHR_external_memory_fd on this device, by createDevice({ ..., ppEnabledExtensionNames: ['VK_KHR_external_memory_fd'] })",
    );
    expect(() => device.createRayTracingPipelinesKHR(null, null, [])).to.throw(
      NotAvailableError,
      'it needs VK_KHR_ray_tracing_pipeline, which this physical device does not offer',
    );
    expect(() => instance.createWin32SurfaceKHR({} as never)).to.throw(
      process.platform === 'win32' ? NotAvailableError : WindowsOnlyError,
      process.platform === 'win32'
        ? 'it needs VK_KHR_win32_surface, which this Vulkan library does not offer'
        : `vkCreateWin32SurfaceKHR is not available: it exists on Windows only, and this process runs on ${process.platform}`,
    );
    expect(() => gpu.getPhysicalDeviceVideoCapabilitiesKHR({} as never)).to.throw(
      NotAvailableError,
      'it needs VK_KHR_video_queue, which this physical device does not offer',
    );
    close();
  });
});

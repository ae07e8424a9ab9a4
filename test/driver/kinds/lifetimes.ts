// Cases about deferred operations, handles that were not created, values that a driver gives again, and wrong NULLs.
import { registry } from '../../../src/registry/registry.ts';
import { methodName, shapeOf } from '../../../src/registry/shape.ts';
import { Arguments } from '../arguments.ts';
import { Types } from '../c-types.ts';
import { all, type Bench, type Case, expectRefused, expectSeen } from './bench.ts';

type Methods = Record<string, (...args: unknown[]) => unknown>;

function swapchainOf(bench: Bench, surface: bigint, oldSwapchain?: bigint): bigint {
  const { VkDevice: device } = bench.session;
  return device.createSwapchainKHR({
    ...(bench.right(registry.struct('VkSwapchainCreateInfoKHR')) as object),
    pNext: [],
    surface,
    oldSwapchain,
  } as never);
}

const images = (bench: Bench, swapchain: bigint): bigint[] => {
  bench.judge.answer({ room: 3 });
  return bench.session.VkDevice.getSwapchainImagesKHR(swapchain as never);
};

function surfaceOf(bench: Bench): bigint {
  bench.judge.answer({});
  return bench.session.VkInstance.createXcbSurfaceKHR({ connection: 0x1000n, window: 1 });
}

const viewOf = (bench: Bench, image: bigint) => () =>
  bench.session.VkDevice.createImageView({
    ...(bench.right(registry.struct('VkImageViewCreateInfo')) as object),
    pNext: [],
    image,
  } as never);

export const lifetimes: readonly Case[] = [
  {
    name: '10 deferred host operations are refused by name',
    run(bench) {
      const commands = bench.model.commands.filter(
        ({ name, params }) =>
          registry.tables.commands.has(name) && params.some(p => p.name === 'deferredOperation'),
      );
      const args = new Arguments(bench.model, bench.values, bench.session.VkDevice);
      const operation = bench.values.handle('VkDeferredOperationKHR');
      all(
        commands.map(command => () => {
          const row = registry.command(command.name);
          const shape = shapeOf(row, registry);
          const names = row.params.filter((_, i) => shape.roles[i] === 'in').map(p => p.name);
          const self = bench.session.VkDevice as unknown as Methods;
          const play = () => {
            const given = args.of(command, row, shape);
            given[names.indexOf('deferredOperation')] = operation;
            return bench.call(command.name, () => self[methodName(command.name)](...given));
          };
          let happened = play();
          // Other random values may be refused for another reason.
          for (let i = 0; i < 30 && happened.seen === undefined && !/deferred/i.test(happened.refused!); i++)
            happened = play();
          expectRefused(happened, /deferred/i, command.name);
        }),
      );
      return `${commands.length} commands`;
    },
  },
  {
    name: '11 images of a new swapchain that have the old one\u2019s values are alive',
    run(bench) {
      const { VkDevice: device } = bench.session;
      const surface = surfaceOf(bench);
      const first = swapchainOf(bench, surface);
      const place = bench.judge.nextHandle;
      const [image] = images(bench, first);
      const second = swapchainOf(bench, surface, first);
      bench.judge.nextHandle = place;
      const [same] = images(bench, second);
      if (same !== image) throw new Error('the driver gave another value');
      device.destroySwapchainKHR(first as never);
      expectSeen(bench.call('vkCreateImageView', viewOf(bench, same)), 'the new image');
      device.destroySwapchainKHR(second as never);
      expectRefused(
        bench.call('vkCreateImageView', viewOf(bench, same)),
        /image/,
        'the image of no swapchain',
      );
      return 'one value, two swapchains';
    },
  },
  {
    name: '11 a swapchain\u2019s image is not destroyed by itself, nor a surface under its swapchain',
    run(bench) {
      const { VkDevice: device, VkInstance: instance } = bench.session;
      const surface = surfaceOf(bench);
      const swapchain = swapchainOf(bench, surface);
      const [image] = images(bench, swapchain);
      expectRefused(
        bench.call('vkDestroyImage', () => device.destroyImage(image as never)),
        /swapchain/i,
        'destroyImage',
      );
      expectRefused(
        bench.call('vkDestroySurfaceKHR', () => instance.destroySurfaceKHR(surface as never)),
        /swapchain/i,
        'destroySurfaceKHR',
      );
      device.destroySwapchainKHR(swapchain as never);
      expectSeen(
        bench.call('vkDestroySurfaceKHR', () => instance.destroySurfaceKHR(surface as never)),
        'destroySurfaceKHR after its swapchain',
      );
      return 'vkDestroyImage, vkDestroySurfaceKHR';
    },
  },
  {
    name: '11 each swapchain that is created with others holds its surface',
    run(bench) {
      const { VkDevice: device, VkInstance: instance } = bench.session;
      const surfaces = [surfaceOf(bench), surfaceOf(bench), surfaceOf(bench)];
      const infoOf = (surface: bigint) => ({
        ...(bench.right(registry.struct('VkSwapchainCreateInfoKHR')) as object),
        pNext: [],
        surface,
        oldSwapchain: null,
      });
      const infos = surfaces.map(infoOf);
      bench.judge.answer({});
      const swapchains = device.createSharedSwapchainsKHR(infos as never);
      for (const [i, surface] of surfaces.entries()) {
        const destroy = () => instance.destroySurfaceKHR(surface as never);
        expectRefused(bench.call('vkDestroySurfaceKHR', destroy), /swapchain/i, `surface ${i}`);
        device.destroySwapchainKHR(swapchains[i]);
        expectSeen(bench.call('vkDestroySurfaceKHR', destroy), `surface ${i} after its swapchain`);
      }
      return 'three surfaces';
    },
  },
  {
    name: '11 a value that comes again revives no older object\u2019s children',
    run(bench) {
      const { VkDevice: device } = bench.session;
      bench.judge.answer({});
      const place = bench.judge.nextHandle;
      const poolOf = () => device.createDescriptorPool({ maxSets: 4, pPoolSizes: [] });
      const pool = poolOf();
      const layout = bench.values.handle('VkDescriptorSetLayout') as never;
      const [set] = device.allocateDescriptorSets({ descriptorPool: pool, pSetLayouts: [layout] });
      device.destroyDescriptorPool(pool);
      bench.judge.nextHandle = place;
      if (poolOf() !== pool) throw new Error('the driver gave another value');
      const free = () => device.freeDescriptorSets(pool, [set]);
      expectRefused(bench.call('vkFreeDescriptorSets', free), /live/, 'a set of the older pool');
      return 'VkDescriptorSet of a VkDescriptorPool';
    },
  },
  {
    name: '12 NULL is refused where Vulkan never allows it',
    run(bench) {
      const types = new Types(bench.model);
      const members = bench.rows
        .filter(row => !row.returnedOnly && bench.model.structs.has(row.name))
        .flatMap(row =>
          bench.model.structs
            .get(row.name)!
            .members.filter(m => types.isAddress(m) && !m.optional && types.kind(m.type) === 'opaque')
            .map(m => ({ row, m })),
        );
      all(
        members.map(({ row, m }) => () => {
          const what = `${row.name}.${m.name}`;
          expectRefused(bench.encode(row, { ...bench.right(row), [m.name]: 0n }), new RegExp(m.name), what);
        }),
      );
      return members.map(({ row, m }) => `${row.name}.${m.name}`).join(', ');
    },
  },
  {
    name: '12 errors of what is not present name it',
    run(bench) {
      const { vulkan, VkPhysicalDevice: gpu } = bench.session;
      const offers = true;
      const named = (error: unknown, right: string, wrong: string, what: string) => {
        const text =
          error instanceof Error
            ? `${error.message} ${JSON.stringify((error as { causes?: unknown }).causes)}`
            : String(error);
        if (!text.includes(right) || text.includes(wrong)) throw new Error(`${what}: ${text}`);
      };
      const queues = [{ queueFamilyIndex: 0, pQueuePriorities: [1] }];
      all([
        () => {
          const ppEnabledExtensionNames = ['VK_KHR_surface', 'VK_NOT_offered'];
          const { error } = bench.call(
            'vkCreateInstance',
            () => vulkan.createInstance({ ppEnabledExtensionNames }),
            { result: -7, offers },
          );
          named(error, 'VK_NOT_offered', 'VK_KHR_surface', 'an extension of an instance');
        },
        () => {
          const ppEnabledExtensionNames = ['VK_KHR_swapchain', 'VK_NOT_offered'];
          const info = { pQueueCreateInfos: queues, ppEnabledExtensionNames };
          const { error } = bench.call('vkCreateDevice', () => gpu.createDevice(info), {
            result: -7,
            offers,
          });
          named(error, 'VK_NOT_offered', 'VK_KHR_swapchain', 'an extension of a device');
        },
        () => {
          const ppEnabledLayerNames = ['VK_LAYER_not_there'];
          const { error } = bench.call(
            'vkCreateInstance',
            () => vulkan.createInstance({ ppEnabledLayerNames }),
            { result: -6, offers },
          );
          named(error, 'VK_LAYER_not_there', 'VK_KHR', 'a layer');
        },
      ]);
      return 'extensions of instances and devices, layers';
    },
  },
];

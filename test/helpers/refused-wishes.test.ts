// Errors about features and extensions that are missing, unknown or no names at all say which.
import { expect } from 'chai';
import { chooseGpu, type DeviceWishes, resolveDevice, resolveInstance } from '../../src/helpers/index.ts';
import { API_VERSION_1_0, API_VERSION_1_1, loadVulkan } from '../../src/index.ts';
import { lacksOf, pretend, RAY_TRACER, SIX } from './pretended-gpu.ts';

describe('wishes that cannot be fulfilled (embedded driver)', () => {
  it('that are required and missing are named all at once, those preferred in the answer', () => {
    const { extensions = [], features } = RAY_TRACER;
    const poor = {
      ...RAY_TRACER,
      deviceName: 'Poor GPU',
      extensions: extensions.filter(name => !/deferred|mesh|depth_stencil/.test(name)),
      features: { ...features, VkPhysicalDeviceTimelineSemaphoreFeatures: [] },
    };
    using world = pretend([poor], API_VERSION_1_1);
    const wish = { features: SIX, extensions: ['VK_KHR_swapchain', 'VK_KHR_no_such_thing'] };
    const expected = [
      ['extension', 'VK_KHR_swapchain', 'not offered'],
      ['extension', 'VK_KHR_no_such_thing', 'not offered'],
      [
        'feature',
        'rayQuery',
        'it needs VK_KHR_deferred_host_operations (for VK_KHR_acceleration_structure) (for VK_KHR_ray_query)',
      ],
      ['feature', 'meshShader', 'it needs VK_EXT_mesh_shader or VK_NV_mesh_shader'],
      ['feature', 'dynamicRendering', 'it needs Vulkan 1.3 or Vulkan 1.2 (for VK_KHR_dynamic_rendering)'],
      ['feature', 'timelineSemaphore', 'not supported, says VkPhysicalDeviceTimelineSemaphoreFeatures'],
    ];
    const { missing, createInfo } = resolveDevice(world.gpus[0], { preferred: wish });
    expect(missing.map(m => [m.kind, m.name, m.reason])).to.deep.equal(expected);
    expect(createInfo.ppEnabledExtensionNames).to.deep.equal(['VK_KHR_buffer_device_address']);
    expect(lacksOf(() => resolveDevice(world.gpus[0], { required: wish }))).to.equal(
      `resolveDevice: Poor GPU lacks ${expected.map(([kind, name, reason]) => `${kind} ${name} (${reason})`).join(', ')}`,
    );
  });

  it('for an extension that needs one of the instance say so', () => {
    using world = pretend([{ extensions: ['VK_KHR_swapchain'] }]);
    expect(
      lacksOf(() => resolveDevice(world.gpus[0], { required: { extensions: ['VK_KHR_swapchain'] } })),
    ).to.match(/extension VK_KHR_swapchain \(it needs VK_KHR_surface on the instance\)$/);
  });

  it('are refused where nobody knows them', () => {
    using world = pretend([{}]);
    const refused = (wishes: unknown) =>
      expect(() => resolveDevice(world.gpus[0], wishes as DeviceWishes)).to.throw(TypeError);
    refused({ required: { features: ['timelineSemafore'] } })
      .with.property('message')
      .that.equals(
        `resolveDevice.wishes.required.features[0]: expected the name of a feature, such as 'timelineSemaphore', got "timelineSemafore"; did you mean timelineSemaphore?`,
      );
    refused({ required: { features: ['pNext'] } });
    refused({ required: { features: ['VkPhysicalDeviceVulkan12Features.dynamicRendering'] } });
    refused({ required: { extensions: ['VK_KHR_surface'] } })
      .with.property('message')
      .that.equals(
        'resolveDevice.wishes.required.extensions[0]: VK_KHR_surface is an extension of instances: pass it to resolveInstance',
      );
    refused({ requires: {} })
      .with.property('message')
      .that.equals(
        'resolveDevice.wishes.requires: there is no such option; there are required, preferred, queue',
      );
    refused({ preferred: { apiVersion: 1 } });
    refused(undefined);
  });

  it('are refused with their path where they are of no such kind', () => {
    using world = pretend([{}]);
    const { gpus, instance } = world;
    const vulkan = loadVulkan({ getInstanceProcAddr: world.driver.getInstanceProcAddr });
    const bad: [string, unknown, RegExp][] = [
      ['required.features', null, /expected an array of names, got null$/],
      ['required.features', 'timelineSemaphore', /expected an array of names, got "timelineSemaphore"$/],
      ['preferred.features', { timelineSemaphore: true }, /expected an array of names, got an object$/],
      ['preferred.extensions', 'VK_KHR_swapchain', /expected an array of names, got "VK_KHR_swapchain"$/],
      ['required.extensions', ['VK_KHR_swapchain', 5], /\[1\]: expected a name, got 5$/],
      [
        'required.apiVersion',
        1.3,
        /expected a version such as API_VERSION_1_3 or the result of makeApiVersion, got 1.3$/,
      ],
      ['required.apiVersion', '1.3', /expected a version .*, got "1.3"$/],
      ['queue.flags', 'COMPUTE', /expected flags of VkQueueFlagBits, got "COMPUTE"$/],
    ];
    for (const [path, value, words] of bad) {
      const [part, member] = path.split('.');
      const wishes = { [part]: { [member]: value } };
      for (const [name, resolve] of [
        ['resolveDevice', () => resolveDevice(gpus[0], wishes)],
        ['chooseGpu', () => chooseGpu(instance, wishes)],
        ['resolveInstance', () => resolveInstance(vulkan, wishes as never)],
      ] as const) {
        if (name === 'resolveInstance' && /queue|features/.test(path)) continue;
        expect(resolve, path)
          .to.throw(TypeError, words)
          .with.property('message')
          .that.satisfies((message: string) => message.startsWith(`${name}.wishes.${path}`));
      }
    }
    expect(() => resolveDevice(instance as never, {})).to.throw(
      'resolveDevice.gpu: expected a PhysicalDevice',
    );
    expect(() => chooseGpu(gpus[0] as never, {})).to.throw('chooseGpu.instance: expected an Instance');
    expect(() => resolveInstance(null as never, {})).to.throw(
      'resolveInstance.vulkan: expected what loadVulkan',
    );
  });

  it('say once what two extensions lack', () => {
    const extensions = [
      'VK_KHR_ray_query',
      'VK_KHR_acceleration_structure',
      'VK_KHR_deferred_host_operations',
    ];
    using world = pretend([{ extensions }], API_VERSION_1_0);
    const { missing } = resolveDevice(world.gpus[0], { preferred: { features: ['rayQuery'] } });
    expect(missing.map(({ reason }) => reason)).to.deep.equal(['it needs Vulkan 1.2 (for VK_KHR_ray_query)']);
  });

  it('for extensions are told the name that was meant, and named once', () => {
    using world = pretend([{}]);
    const extensions = ['VK_KHR_swapchian', 'VK_KHR_swapchian', 'VK_ACME_thing'];
    expect(lacksOf(() => resolveDevice(world.gpus[0], { required: { extensions } }))).to.match(
      /lacks extension VK_KHR_swapchian \(not offered; did you mean VK_KHR_swapchain\?\), extension VK_ACME_thing \(not offered\)$/,
    );
  });
});

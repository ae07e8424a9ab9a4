// The objects that commands are called on, those of other owners, and values that fit them.

import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import type { VulkanObject } from '../../src/handles/object.ts';
import type { Scope } from '../../src/handles/scope.ts';
import type { CommandBuffer, Device, Instance, PhysicalDevice, Queue } from '../../src/index.ts';
import { loadVulkan, VkBufferUsageFlagBits, type Vulkan } from '../../src/index.ts';
import { API_VERSION_1_3, API_VERSION_1_4 } from '../../src/native/version.ts';
import { DEVICE_FORMS, QUEUE_FORMS } from '../../src/objects/async.ts';
import { registry } from '../../src/registry/registry.ts';
import type { Member } from '../../src/registry/rows.ts';
import { methodName } from '../../src/registry/shape.ts';
import { calledObjects } from './hostile.ts';
import { NullDriver } from './null-driver.ts';
import { leaf, type Node } from './tree.ts';
import { RandomValues } from './values.ts';

export type DriverName = 'null' | 'embedded';

export interface FixtureObjects {
  readonly VkInstance: Instance;
  readonly VkPhysicalDevice: PhysicalDevice;
  readonly VkDevice: Device;
  readonly VkQueue: Queue;
  readonly VkCommandBuffer: CommandBuffer;
}

export class Fixture {
  readonly vulkan: Vulkan;
  /** Those that the driver has. */
  readonly commands: readonly string[];
  /** Those that have a promise form. */
  readonly promised: readonly string[];
  readonly nullDriver: NullDriver | undefined;
  objects!: FixtureObjects;
  /** What belongs to others, is destroyed, or is forged. */
  foreign!: Node[];
  readonly #name: DriverName;
  #other!: FixtureObjects;
  /** Real handles of the embedded driver by type. */
  #real = new Map<string, bigint[]>();

  constructor(name: DriverName) {
    this.#name = name;
    this.nullDriver = name === 'null' ? new NullDriver() : undefined;
    const { getInstanceProcAddr } = this.nullDriver ?? createEmbeddedDriver();
    this.vulkan = loadVulkan({ getInstanceProcAddr });
    this.refresh();
    this.commands = registry.tables.commands.names().filter(command => {
      const dispatches = [this.vulkan, ...Object.values(this.objects)].map(o => (o as VulkanObject).dispatch);
      return dispatches.some(dispatch => dispatch.has(command));
    });
    const waits: readonly string[] = [...DEVICE_FORMS, ...QUEUE_FORMS];
    this.promised = this.commands.filter(command => waits.includes(methodName(command)));
  }

  #isKnown(type: string, handle: bigint, isVulkanBase: boolean): boolean {
    // A method of one object's may be called on another of its class.
    const callees = isVulkanBase ? Object.values(this.#other) : [];
    const mine = [...Object.values(this.objects), ...callees].some(o => o.handle === handle);
    const { scope } = this.objects.VkDevice;
    return (
      mine ||
      handle === 0x5000n ||
      handle === 0x5010n ||
      scope.has(type, handle) ||
      this.#live.has(`${type} ${handle}`) ||
      this.#lately.has(handle)
    );
  }

  /** What was alive before the call: what a getter destroys is no longer alive when C sees it. */
  readonly #live = new Set<string>();

  /** To be called before each call. */
  noteLive(): void {
    this.#live.clear();
    for (const scope of [this.objects.VkDevice.scope, this.objects.VkInstance.scope])
      for (const handles of scope.live)
        for (const { type, handle } of handles?.values() ?? []) this.#live.add(`${type} ${handle}`);
  }

  /** Command buffers and devices that calls have made. */
  readonly #lately = new Set<bigint>();

  /** Destroys what calls are made on, and what belongs to it. */
  #end({ VkDevice: device, VkInstance: instance }: FixtureObjects): void {
    for (const { type, handle } of device.alive ? device.scope.leaks() : []) {
      const key = type === 'VkDeviceMemory' ? 'freeMemory' : `destroy${type.slice(2)}`;
      (device as unknown as Record<string, (handle: bigint) => void>)[key](handle);
    }
    if (device.alive) device.destroyDevice();
    if (instance.alive) instance.destroyInstance();
  }

  /** Makes anew what was destroyed. */
  refresh(): void {
    const gone = (o: FixtureObjects | undefined) =>
      o === undefined || Object.values(o).some(x => !(x as VulkanObject).alive);
    const lost = [...this.#real].some(([type, list]) =>
      list.some(h => !this.objects.VkDevice.scope.has(type, h)),
    );
    if (!gone(this.objects) && !gone(this.#other) && !lost) return;
    if (this.nullDriver !== undefined) {
      this.nullDriver.result = 0;
      this.nullDriver.isKnown = () => true;
    }
    this.objects = this.#make();
    this.#other = this.#make();
    const dead = this.#make();
    const fence = this.#other.VkDevice.createFence({});
    this.#end(dead);
    calledObjects.destroy = () => {
      try {
        this.#end(this.objects);
      } catch {
        // An object cannot be destroyed while others live that calls have made from it: that is refused, and it stays.
      }
    };
    this.#real = this.#name === 'embedded' ? realHandles(this.objects) : new Map();
    if (this.nullDriver !== undefined) this.nullDriver.isKnown = (...asked) => this.#isKnown(...asked);
    this.foreign = [
      ...Object.entries(this.#other).map(([type, o]) => leaf(`other.${type}`, () => o)),
      ...Object.entries(dead).map(([type, o]) => leaf(`destroyed.${type}`, () => o)),
      ...Object.entries(this.objects).flatMap(([type, o]) => [
        leaf(`new Proxy(${type}, {})`, () => new Proxy(o as object, {})),
        leaf(`Object.create(${type})`, () => Object.create(o as object) as object),
        leaf(
          `Object.create(Object.getPrototypeOf(${type}))`,
          () => Object.create(Object.getPrototypeOf(o) as object) as object,
        ),
        leaf(`Object.assign(Object.create(${type}), { argument: 5 })`, () =>
          Object.defineProperties(Object.create(o as object) as object, {
            argument: { value: 5 },
            alive: { value: true },
            handle: { value: 5n },
          }),
        ),
        leaf(`${type}.handle`, () => o.handle),
      ]),
      leaf('fence of another device', () => fence),
    ];
  }

  #make(): FixtureObjects {
    const names = registry.tables.extensions.names();
    const all = this.#name === 'null';
    const VkInstance = this.vulkan.createInstance({
      pApplicationInfo: { apiVersion: all ? API_VERSION_1_4 : API_VERSION_1_3 },
      ppEnabledExtensionNames: all
        ? names
        : this.vulkan.enumerateInstanceExtensionProperties().map(e => e.extensionName),
    });
    const [VkPhysicalDevice] = VkInstance.enumeratePhysicalDevices();
    const VkDevice = VkPhysicalDevice.createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
      ppEnabledExtensionNames: all
        ? names
        : VkPhysicalDevice.enumerateDeviceExtensionProperties().map(e => e.extensionName),
    });
    const commandPool = VkDevice.createCommandPool({ queueFamilyIndex: 0 });
    const [VkCommandBuffer] = VkDevice.allocateCommandBuffers({
      commandPool,
      level: 0,
      commandBufferCount: 1,
    });
    return {
      VkInstance,
      VkPhysicalDevice,
      VkDevice,
      VkQueue: VkDevice.getDeviceQueue(0, 0),
      VkCommandBuffer,
    };
  }

  values(random: () => number): RandomValues {
    return new FixtureValues(random, this.objects, this.#real);
  }

  name(object: object): string | undefined {
    return Object.entries(this.objects).find(([, o]) => o === object)?.[0];
  }

  remember(value: unknown): void {
    for (const item of [value].flat()) {
      const { handle } = (item ?? {}) as { handle?: bigint };
      if (typeof handle === 'bigint') this.#lately.add(handle);
    }
  }

  get scope(): Scope {
    return this.objects.VkDevice.scope;
  }
}

function realHandles({ VkDevice: device }: FixtureObjects): Map<string, bigint[]> {
  const memory = device.allocateMemory({ allocationSize: 4096, memoryTypeIndex: 0 });
  return new Map<string, bigint[]>([
    ['VkDeviceMemory', [memory]],
    ['VkBuffer', [device.createBuffer({ size: 64, usage: VkBufferUsageFlagBits.TRANSFER_DST })]],
    ['VkFence', [device.createFence({}), device.createFence({})]],
    ['VkSemaphore', [device.createSemaphore({})]],
    ['VkCommandPool', [device.createCommandPool({ queueFamilyIndex: 0 })]],
  ] as [string, bigint[]][]);
}

class FixtureValues extends RandomValues {
  readonly #objects: FixtureObjects;
  readonly #real: ReadonlyMap<string, bigint[]>;

  constructor(random: () => number, objects: FixtureObjects, real: ReadonlyMap<string, bigint[]>) {
    super(random, objects.VkDevice.scope);
    this.#objects = objects;
    this.#real = real;
  }

  override element(m: Member, depth: number): unknown {
    // An address is trusted as it is, and the embedded driver calls it.
    return registry.fact(m.base).kind === 'callback' ? () => false : super.element(m, depth);
  }

  override handle(type: string): unknown {
    if (type in this.#objects) return this.#objects[type as keyof FixtureObjects];
    const real = this.#real.get(type);
    return real !== undefined && this.chance(0.8) ? this.pick(real) : super.handle(type);
  }
}

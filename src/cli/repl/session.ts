// The objects of a session, each created when it is first used.
import {
  type Device,
  type Instance,
  VkDebugUtilsMessageTypeFlagBitsEXT as MessageType,
  type PhysicalDevice,
  type Queue,
  VkDebugUtilsMessageSeverityFlagBitsEXT as Severity,
  VkQueueFlagBits,
  type Vulkan,
} from '../../index.ts';
import { registry } from '../../registry/registry.ts';
import { type Loaded, openFirst, openInstance, pickDevices } from '../open.ts';
import type { ReplOptions } from './args.ts';
import { Ledger } from './ledger.ts';

const LAYER = 'VK_LAYER_KHRONOS_validation';
const DEBUG_UTILS = 'VK_EXT_debug_utils';
/** The extensions that `device` has by default: those that share memory and synchronization. */
const SHARING = /external_(memory|semaphore|fence)|keyed_mutex|queue_family_foreign/;

export interface Session {
  readonly loaded: Loaded;
  readonly layers: boolean;
  readonly ledger: Ledger;
  readonly vulkan: Vulkan;
  readonly instance: Instance;
  readonly physicalDevices: PhysicalDevice[];
  readonly gpu: PhysicalDevice;
  readonly device: Device;
  readonly queue: Queue;
}

export const OBJECT_NAMES = ['vulkan', 'instance', 'physicalDevices', 'gpu', 'device', 'queue'] as const;

/** Throws if the system's Vulkan has no device. */
function checkHasDevice({ vulkan }: Loaded): void {
  const instance = openInstance(vulkan, []);
  try {
    if (instance.enumeratePhysicalDevices().length === 0) throw new Error('the system has no Vulkan device');
  } finally {
    instance.destroyInstance();
  }
}

/** The first queue family for graphics or compute. */
function queueFamily(gpu: PhysicalDevice): number {
  const useful = VkQueueFlagBits.GRAPHICS | VkQueueFlagBits.COMPUTE;
  const found = gpu.getPhysicalDeviceQueueFamilyProperties().findIndex(f => (f.queueFlags & useful) !== 0);
  return Math.max(0, found);
}

/** The extensions of a device that share memory and synchronization. */
const sharingExtensions = (gpu: PhysicalDevice): string[] =>
  gpu
    .enumerateDeviceExtensionProperties()
    .map(e => e.extensionName)
    .filter(name => SHARING.test(name) && registry.extension(name) !== undefined);

export async function open(options: ReplOptions, report: (text: string) => void): Promise<Session> {
  const { driver } = options;
  const loaded = await openFirst(driver, one => {
    // A driver that was asked for may have none: a script can use it all the same.
    if (driver === 'auto') checkHasDevice(one);
    return one;
  });
  const ledger = new Ledger();
  const installed = () => loaded.vulkan.enumerateInstanceLayerProperties().some(l => l.layerName === LAYER);
  const layers = options.layers && installed();
  const created = new Map<string, unknown>();
  const lazy = <T>(name: string, create: () => T): T => {
    if (!created.has(name)) created.set(name, create());
    return created.get(name) as T;
  };
  const session: Session = {
    loaded,
    layers,
    ledger,
    vulkan: loaded.vulkan,
    get instance() {
      return lazy('instance', () => createInstance(loaded.vulkan, layers, report));
    },
    get physicalDevices() {
      return lazy('physicalDevices', () => session.instance.enumeratePhysicalDevices());
    },
    get gpu() {
      return lazy('gpu', () => pickDevices(session.physicalDevices, options.device)[0]);
    },
    get device() {
      return lazy('device', () =>
        session.gpu.createDevice({
          pQueueCreateInfos: [{ queueFamilyIndex: queueFamily(session.gpu), pQueuePriorities: [1] }],
          ppEnabledExtensionNames: options.extensions ?? sharingExtensions(session.gpu),
        }),
      );
    },
    get queue() {
      return lazy('queue', () => session.device.getDeviceQueue(queueFamily(session.gpu), 0));
    },
  };
  return session;
}

function createInstance(vulkan: Vulkan, layers: boolean, report: (text: string) => void): Instance {
  const instance = openInstance(vulkan, layers ? [DEBUG_UTILS] : [], layers ? [LAYER] : []);
  if (layers && instance.enabledExtensions.has(DEBUG_UTILS))
    instance.createDebugUtilsMessengerEXT({
      messageSeverity: Severity.WARNING | Severity.ERROR,
      messageType: MessageType.VALIDATION | MessageType.PERFORMANCE,
      pfnUserCallback: (severity, _types, data) => {
        report(oneLine(data?.pMessage ?? ''));
        // Makes the layer abort the call, so that a mistake at the prompt does not crash the driver.
        return severity === Severity.ERROR;
      },
    });
  return instance;
}

/** The rule's text without the layer's preamble: `Validation Error: [ VUID-… ] Object 0: … | MessageID = … | text`. */
function oneLine(message: string): string {
  const vuid = /VUID-[\w-]+/.exec(message)?.[0];
  const text = message.slice(message.lastIndexOf(' | ') + 1).replace(/^\| /, '');
  const [sentence] = text.split(' The Vulkan spec states');
  return `validation: ${sentence.trim()}${vuid === undefined ? '' : ` (${vuid})`}`;
}

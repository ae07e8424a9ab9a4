// The objects of a session, each made when it is first touched, and how all of them end.
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
import { inShort, type Loaded, load, openInstance, pickDevices } from '../open.ts';
import type { Start } from './args.ts';
import { Ledger } from './ledger.ts';

const LAYER = 'VK_LAYER_KHRONOS_validation';
const DEBUG_UTILS = 'VK_EXT_debug_utils';
/** What `device` is made with: the extensions that share memory and its synchronisation with others. */
const SHARING = /external_(memory|semaphore|fence)|keyed_mutex|queue_family_foreign/;

export interface Session {
  readonly loaded: Loaded;
  /** Why it is the embedded driver where nobody asked for it. */
  readonly reason: string | undefined;
  readonly layers: boolean;
  readonly ledger: Ledger;
  readonly vulkan: Vulkan;
  readonly instance: Instance;
  readonly physicalDevices: PhysicalDevice[];
  readonly gpu: PhysicalDevice;
  readonly device: Device;
  readonly queue: Queue;
}

export const LAZY = ['vulkan', 'instance', 'physicalDevices', 'gpu', 'device', 'queue'] as const;

/** Throws where the system's Vulkan has no device to play with. */
function probe({ vulkan }: Loaded): void {
  const instance = openInstance(vulkan, []);
  try {
    if (instance.enumeratePhysicalDevices().length === 0) throw new Error('the system has no Vulkan device');
  } finally {
    instance.destroyInstance();
  }
}

async function loadFirst(driver: string): Promise<{ loaded: Loaded; reason: string | undefined }> {
  if (driver !== 'auto') return { loaded: await load(driver), reason: undefined };
  try {
    const loaded = await load('system');
    probe(loaded);
    return { loaded, reason: undefined };
  } catch (error) {
    return { loaded: await load('embedded'), reason: inShort(error) };
  }
}

/** The first family that draws or computes. */
function queueFamily(gpu: PhysicalDevice): number {
  const useful = VkQueueFlagBits.GRAPHICS | VkQueueFlagBits.COMPUTE;
  const found = gpu.getPhysicalDeviceQueueFamilyProperties().findIndex(f => (f.queueFlags & useful) !== 0);
  return Math.max(0, found);
}

/** Those that share, without what the device's version has in its core anyway. */
const sharing = (gpu: PhysicalDevice): string[] =>
  gpu
    .enumerateDeviceExtensionProperties()
    .map(e => e.extensionName)
    .filter(name => SHARING.test(name) && registry.extension(name) !== undefined);

export async function open(start: Start, tell: (text: string) => void): Promise<Session> {
  const { loaded, reason } = await loadFirst(start.driver);
  const ledger = new Ledger();
  const installed = () => loaded.vulkan.enumerateInstanceLayerProperties().some(l => l.layerName === LAYER);
  const layers = start.layers && installed();
  const once = new Map<string, unknown>();
  const lazy = <T>(name: string, make: () => T): T => {
    if (!once.has(name)) once.set(name, make());
    return once.get(name) as T;
  };
  const session: Session = {
    loaded,
    reason,
    layers,
    ledger,
    vulkan: loaded.vulkan,
    get instance() {
      return lazy('instance', () => makeInstance(loaded.vulkan, layers, tell));
    },
    get physicalDevices() {
      return lazy('physicalDevices', () => session.instance.enumeratePhysicalDevices());
    },
    get gpu() {
      return lazy('gpu', () => pickDevices(session.physicalDevices, start.device)[0]);
    },
    get device() {
      return lazy('device', () =>
        session.gpu.createDevice({
          pQueueCreateInfos: [{ queueFamilyIndex: queueFamily(session.gpu), pQueuePriorities: [1] }],
          ppEnabledExtensionNames: start.extensions ?? sharing(session.gpu),
        }),
      );
    },
    get queue() {
      return lazy('queue', () => session.device.getDeviceQueue(queueFamily(session.gpu), 0));
    },
  };
  return session;
}

function makeInstance(vulkan: Vulkan, layers: boolean, tell: (text: string) => void): Instance {
  const instance = openInstance(vulkan, layers ? [DEBUG_UTILS] : [], layers ? [LAYER] : []);
  if (layers && instance.enabledExtensions.has(DEBUG_UTILS))
    instance.createDebugUtilsMessengerEXT({
      messageSeverity: Severity.WARNING | Severity.ERROR,
      messageType: MessageType.VALIDATION | MessageType.PERFORMANCE,
      pfnUserCallback: (severity, _types, data) => {
        tell(oneLine(data?.pMessage ?? ''));
        // The layer does not pass on a call that it was told to drop: a mistake at the prompt crashes no driver.
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

// Opens the system's Vulkan with the validation layer and collects its messages, or skips the test and says why.
import { expect } from 'chai';
import type { Context } from 'mocha';
import {
  API_VERSION_1_3,
  type Device,
  type Instance,
  loadVulkan,
  VkDebugUtilsMessageTypeFlagBitsEXT as MessageType,
  type PhysicalDevice,
  VkDebugUtilsMessageSeverityFlagBitsEXT as Severity,
  type VkDebugUtilsMessengerEXT,
  type VkDeviceCreateInfo,
  VkStructureType,
  VkValidationFeatureEnableEXT,
} from '../../src/index.ts';
import { skipOrFail } from '../skip.ts';

const LAYER = 'VK_LAYER_KHRONOS_validation';

export interface Live {
  readonly instance: Instance;
  readonly gpu: PhysicalDevice;
  /** What the validation layer said, warnings and errors. */
  readonly messages: string[];
  end(): void;
}

/**
 * Opens the first physical device under the validation layer.
 * @param layer null for none
 */
export function openLive(context: Context, layer: string | null = LAYER): Live {
  let instance: Instance | undefined;
  let messenger: VkDebugUtilsMessengerEXT | undefined;
  const messages: string[] = [];
  try {
    const vulkan = loadVulkan();
    const layers = vulkan.enumerateInstanceLayerProperties().map(l => l.layerName);
    // Wine has no layers; scripts/windows.ts enables that of the host below Wine, and says so by a variable.
    const isBelow = process.env.LAYERS_BELOW_WINE === LAYER;
    if (layer !== null && !layers.includes(layer) && !isBelow) throw new Error(`${layer} is not installed`);
    const pApplicationInfo = { pApplicationName: 'koffi-vulkan live ring', apiVersion: API_VERSION_1_3 };
    instance = vulkan.createInstance(
      isBelow || layer === null
        ? { pApplicationInfo, ppEnabledExtensionNames: ['VK_EXT_debug_utils'] }
        : {
            pApplicationInfo,
            ppEnabledLayerNames: [layer],
            ppEnabledExtensionNames: ['VK_EXT_debug_utils', 'VK_EXT_validation_features'],
            pNext: [
              {
                sType: VkStructureType.VALIDATION_FEATURES_EXT,
                pEnabledValidationFeatures: [VkValidationFeatureEnableEXT.SYNCHRONIZATION_VALIDATION],
              },
            ],
          },
    );
    messenger = instance.createDebugUtilsMessengerEXT({
      messageSeverity: Severity.WARNING | Severity.ERROR,
      messageType: MessageType.GENERAL | MessageType.VALIDATION | MessageType.PERFORMANCE,
      pfnUserCallback: (_severity, _types, data) => {
        messages.push(`${data?.pMessageIdName}: ${data?.pMessage}`);
        return false;
      },
    });
    const [gpu] = instance.enumeratePhysicalDevices();
    if (gpu === undefined) throw new Error('no physical device');
    const { instance: opened, messenger: listening } = { instance, messenger };
    return {
      instance,
      gpu,
      messages,
      end() {
        opened.destroyDebugUtilsMessengerEXT(listening);
        opened.destroyInstance();
      },
    };
  } catch (error) {
    instance?.destroyInstance();
    return skipOrFail(context, (error as Error).message.split('\n')[0]);
  }
}

/** A device with one queue of family 0, the extensions named and the features of `pNext`. */
export function createDevice(
  gpu: PhysicalDevice,
  extensions: readonly string[] = [],
  pNext: VkDeviceCreateInfo['pNext'] = [],
): Device {
  return gpu.createDevice({
    pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
    ppEnabledExtensionNames: extensions,
    pNext,
  });
}

/**
 * A device for the tests of the suite around it, with dynamic rendering and timeline semaphores; each test has to
 * leave the layer without a word.
 * @param take is given what is opened before the first of them
 */
export function liveSuite(take: (opened: { live: Live; device: Device }) => void): void {
  let live: Live | undefined;
  let device: Device | undefined;
  before(function () {
    live = openLive(this);
    device = createDevice(
      live.gpu,
      [],
      [
        { sType: VkStructureType.PHYSICAL_DEVICE_DYNAMIC_RENDERING_FEATURES, dynamicRendering: true },
        { sType: VkStructureType.PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES, timelineSemaphore: true },
      ],
    );
    take({ live, device });
  });
  afterEach(() => expect(live?.messages.splice(0)).to.deep.equal([]));
  after(() => {
    device?.destroyDevice();
    live?.end();
    if (live !== undefined) expect(live.messages).to.deep.equal([]);
  });
}

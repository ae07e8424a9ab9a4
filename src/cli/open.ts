// Loads Vulkan for a command, and opens instances and devices of it.
import type { EmbeddedDriver } from '../embedded/index.ts';
import { NAME } from '../embedded/name.ts';
import { type Instance, loadVulkan, type PhysicalDevice, type Vulkan, VulkanError } from '../index.ts';
import { UsageError } from './usage-error.ts';

export interface Loaded {
  readonly vulkan: Vulkan;
  /** Its name for people: a path, or the embedded driver's name. */
  readonly source: string;
  /** Why it is the embedded driver, if that was not asked for. */
  readonly reason?: string;
  /** The embedded driver, if it is that one. */
  readonly embedded?: EmbeddedDriver;
  /** Must be called after the last instance is destroyed. */
  end(): void;
}

/** @param driver `system`, `embedded` or the path of a library */
export async function load(driver: string): Promise<Loaded> {
  if (driver === 'embedded') {
    // Imported only on request, because it registers native callbacks.
    const { createEmbeddedDriver } = await import('../embedded/index.ts');
    const embedded = createEmbeddedDriver();
    const vulkan = loadVulkan({ getInstanceProcAddr: embedded.getInstanceProcAddr });
    return { vulkan, source: NAME, embedded, end: () => embedded.dispose() };
  }
  const vulkan = loadVulkan(driver === 'system' ? {} : { library: driver });
  return { vulkan, source: vulkan.path, end: () => {} };
}

/**
 * Loads Vulkan and opens what a command needs of it.
 * @param driver `auto` for the system's, or the embedded driver where that cannot be opened; otherwise as for {@link load}
 * @throws what `open` throws; a UsageError with `auto` too
 */
export async function openFirst<T>(driver: string, open: (loaded: Loaded) => T): Promise<T> {
  if (driver !== 'auto') return openIn(await load(driver), open);
  try {
    return openIn(await load('system'), open);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return openIn({ ...(await load('embedded')), reason: shortReason(error) }, open);
  }
}

function openIn<T>(loaded: Loaded, open: (loaded: Loaded) => T): T {
  try {
    return open(loaded);
  } catch (error) {
    loaded.end();
    throw error;
  }
}

/** The driver for people: `embedded driver (simulated), since …`. */
export const driverText = ({ source, reason }: Loaded): string =>
  reason === undefined ? source : `${source}, since ${reason}`;

/** Creates an instance of the loader's version, without the extensions and layers that it does not offer. */
export function openInstance(
  vulkan: Vulkan,
  extensions: readonly string[],
  layers: readonly string[] = [],
): Instance {
  // The loader opens every driver to tell its extensions.
  const offered =
    extensions.length > 0 ? vulkan.enumerateInstanceExtensionProperties().map(e => e.extensionName) : [];
  const installed = layers.length > 0 ? vulkan.enumerateInstanceLayerProperties().map(l => l.layerName) : [];
  return vulkan.createInstance({
    pApplicationInfo: { pApplicationName: 'koffi-vulkan', apiVersion: vulkan.instanceVersion },
    ppEnabledExtensionNames: extensions.filter(name => offered.includes(name)),
    ppEnabledLayerNames: layers.filter(name => installed.includes(name)),
  });
}

export const nameOf = (gpu: PhysicalDevice): string => gpu.getPhysicalDeviceProperties().deviceName;

/** The devices that `--device` selects, by default all. */
export function pickDevices(gpus: readonly PhysicalDevice[], wanted: string | undefined): PhysicalDevice[] {
  if (wanted === undefined) return [...gpus];
  const found = /^\d+$/.test(wanted)
    ? gpus.slice(Number(wanted), Number(wanted) + 1)
    : gpus.filter(gpu => nameOf(gpu).toLowerCase().includes(wanted.toLowerCase()));
  if (found.length > 0) return found;
  const list = gpus.map((gpu, i) => `${i} ${nameOf(gpu)}`).join(', ');
  throw new UsageError(
    `--device: expected a number or a part of a name among ${list || 'none'}, got "${wanted}"`,
  );
}

/** A short reason why the system's Vulkan cannot be used: the command with its code, or the first clause of the message. */
const shortReason = (error: unknown): string =>
  error instanceof VulkanError
    ? `${error.command} returns ${error.code}`
    : (error as Error).message.split(/[;:]\s/)[0];

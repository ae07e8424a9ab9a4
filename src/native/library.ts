// Finds and opens the Vulkan library.
import { ours } from '../errors/user-call.ts';
import { openLibrary } from './koffi.ts';
import { systemDirectory } from './system-directory.ts';

/** Thrown if no Vulkan library can be opened; the message lists each path that was tried and why it failed. */
export class LibraryNotFoundError extends Error {
  /** Always `'LibraryNotFoundError'`. */
  override readonly name = 'LibraryNotFoundError';
  /** Each path and the system's reason. */
  readonly tried: readonly { readonly path: string; readonly reason: string }[];

  /** @internal */
  constructor(tried: readonly { path: string; reason: string }[]) {
    const lines = tried.map(({ path, reason }) => `\n  ${path}: ${reason}`);
    super(
      `no Vulkan library could be opened; install a Vulkan driver and loader, or name one in KOFFI_VULKAN_LIBRARY. Tried:${lines.join('')}`,
    );
    ours(this);
    this.tried = tried;
  }
}

/** The names to try on this platform, in order. */
function candidates(): readonly string[] {
  switch (process.platform) {
    case 'win32':
      // The full path: a planted vulkan-1.dll in the current directory must never be loaded.
      return [`${systemDirectory()}\\vulkan-1.dll`];
    case 'darwin':
      return [
        'libvulkan.dylib', // the SDK's loader
        'libvulkan.1.dylib', // the same without development files
        'libMoltenVK.dylib', // the driver itself, without layers
      ];
    case 'android':
      return ['libvulkan.so'];
    default:
      return [
        'libvulkan.so.1', // what the distributions' loader packages install
        'libvulkan.so', // development files, and Android's name
      ];
  }
}

interface OpenedLibrary {
  readonly path: string;
  /** Address of vkGetInstanceProcAddr. */
  readonly getInstanceProcAddr: bigint;
}

/**
 * Opens the Vulkan library: `path` if given, else KOFFI_VULKAN_LIBRARY, else the platform's.
 * @throws LibraryNotFoundError
 */
export function openVulkanLibrary(path?: string): OpenedLibrary {
  const named = path ?? (process.env.KOFFI_VULKAN_LIBRARY || undefined);
  const tried: { path: string; reason: string }[] = [];
  for (const candidate of named === undefined ? candidates() : [named]) {
    try {
      const library = openLibrary(candidate);
      const getInstanceProcAddr = library.symbol('vkGetInstanceProcAddr');
      if (getInstanceProcAddr !== undefined) return { path: candidate, getInstanceProcAddr };
      tried.push({ path: candidate, reason: 'it does not export vkGetInstanceProcAddr' });
    } catch (error) {
      tried.push({
        path: candidate,
        reason: (error as Error).message.replace(/^Failed to load shared library: /, ''),
      });
    }
  }
  throw new LibraryNotFoundError(tried);
}

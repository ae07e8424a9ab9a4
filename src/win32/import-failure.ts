// Explains why a driver refused an import.
import { describe } from '../errors/describe.ts';
import { VulkanError } from '../errors/errors.ts';
import { explain, handleTypeName } from '../errors/explain.ts';
import { ImportFailedError, type Luids, likely, type MemoryTypeMasks } from '../external/errors.ts';
import type { ResourceCreateInfo } from '../external/import-support.ts';
import { InvalidHandleError } from './errors.ts';
import type { ImportOptions } from './import-options.ts';
import type { ImportSource } from './import-source.ts';
import { formatLuid } from './luid.ts';
import { objectTypeOf } from './system.ts';
import { wineVersion } from './wine.ts';

/** What is imported, with all that is known about it. */
export interface Import {
  readonly options: ImportOptions;
  readonly resource: ResourceCreateInfo;
  readonly source: ImportSource;
  readonly luids: Luids;
}

const INVALID_HANDLE = 'VK_ERROR_INVALID_EXTERNAL_HANDLE';
const OUT_OF_DEVICE_MEMORY = 'VK_ERROR_OUT_OF_DEVICE_MEMORY';
const OUT_OF_HOST_MEMORY = 'VK_ERROR_OUT_OF_HOST_MEMORY';

/** Calls the driver, and turns its refusal into InvalidHandleError or ImportFailedError. */
export function explainRefusal<T>(call: () => T, about: Import, masks?: MemoryTypeMasks): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof VulkanError)) throw error;
    const { code, command } = error;
    const causes = importCausesOf(code, about, masks);
    if (causes === undefined) throw error;
    const { source, luids } = about;
    if (code === INVALID_HANDLE && source.handle !== undefined)
      throw new InvalidHandleError(source.path, source.handle, `${command} returned ${code}`, {
        causes,
        cause: error,
      });
    throw new ImportFailedError(code, `${command}: ${code}${likely(causes)}`, {
      ...luids,
      masks,
      causes,
      cause: error,
    });
  }
}

/** What may have led to a code, likeliest first; undefined where nothing is known. */
function importCausesOf(code: string, about: Import, masks?: MemoryTypeMasks): readonly string[] | undefined {
  switch (code) {
    case INVALID_HANDLE:
      return [...whatItNames(about), anotherDescription(about), ...anotherAdapter(about)];
    case OUT_OF_DEVICE_MEMORY:
      return [
        ...(masks?.handle === undefined
          ? ['it cannot be imported as the chosen memory type, which the driver gave no answer about']
          : []),
        'the heap is full',
        anotherDescription(about),
        ...anotherAdapter(about),
      ];
    case OUT_OF_HOST_MEMORY: {
      const wine = wineVersion();
      if (wine === undefined) return ['the process is out of memory'];
      // The kernel knows an NT handle, so a wrong description is likelier than a wrong handle.
      const causes =
        about.source.facts.kind === 'NT' && about.source.handle !== undefined && mayBeMemory(about)
          ? [anotherDescription(about), ...whatItNames(about)]
          : [...whatItNames(about), anotherDescription(about)];
      const [first, ...rest] = [...causes, ...anotherAdapter(about)];
      return [`${first} (Wine ${wine} returns this code whatever is wrong with an import)`, ...rest];
    }
    default:
      return undefined;
  }
}

/** False only where the kernel says that it is another object, such as an event or a fence; Proton shares textures as files. */
const mayBeMemory = (about: Import): boolean =>
  /^Dxgk(?!SharedSync)|^File$/.test(objectType(about) ?? 'File');

function objectType({ source: { handle, facts } }: Import): string | undefined {
  if (handle === undefined || facts.kind === 'KMT' || facts.opaque) return undefined;
  return process.platform === 'win32' ? objectTypeOf(handle) : undefined;
}

/** Causes that concern the object behind the handle or name. */
function whatItNames(about: Import): string[] {
  const { handle, name, handleType, facts } = about.source;
  const type = handleTypeName(handleType);
  if (handle === undefined) return [`nothing is shared under the name ${describe(name)} as ${type}`];
  if (!mayBeMemory(about))
    return [`it is the handle of a ${objectType(about)}, not of a texture, resource or heap`];
  if (facts.kind === 'KMT') return [`no existing object has this handle as ${type}`];
  return process.platform === 'win32'
    ? [`it is not a handle of type ${type}`]
    : [`it was closed already, or is not a handle of type ${type}`];
}

/** The cause that the caller's description does not fit the object behind the handle. */
function anotherDescription({ options, resource, source: { facts, isHeap } }: Import): string {
  const { allocationSize, memoryTypeIndex } = options;
  const { image, buffer } = resource;
  if (facts.opaque)
    return `it was not exported with ${allocationSize} bytes and memory type ${memoryTypeIndex}`;
  if (isHeap) return `the size of the heap is not ${allocationSize} bytes`;
  if (image === undefined) return `it is not a buffer of ${buffer.size} bytes`;
  const { format = 0, extent: { width, height, depth = 1 } = {}, mipLevels, arrayLayers, samples } = image;
  const extent = depth === 1 ? `${width}×${height}` : `${width}×${height}×${depth}`;
  return (
    `the texture does not have the given extent, format and number of levels, layers and samples: ${extent}, ` +
    `${explain('VkFormat', format)}, levels ${mipLevels}, layers ${arrayLayers}, samples ${samples}`
  );
}

/** The cause that it is another adapter's; ruled out by equal LUIDs, and for a handle that is not memory. */
function anotherAdapter(about: Import): string[] {
  const { deviceLuid, adapterLuid } = about.luids;
  if ((deviceLuid !== undefined && adapterLuid !== undefined) || !mayBeMemory(about)) return [];
  return [
    `it was made on another adapter (LUID of the device ${formatLuid(deviceLuid)}, of the handle's adapter ${formatLuid(adapterLuid)})`,
  ];
}

// A call that belongs to an import: its result, or an error that says what the driver's refusal means for that import.
import { VulkanError } from '../errors/errors.ts';
import { explain } from '../errors/explain.ts';
import { ImportFailedError, type Luids, type MemoryTypeMasks } from '../external/errors.ts';
import type { Resource } from '../external/import-support.ts';
import { handleTypeName, InvalidHandleError } from './errors.ts';
import type { ImportOptions } from './import-options.ts';
import type { ImportSource } from './import-source.ts';
import { formatLuid } from './luid.ts';
import { objectTypeOf } from './system.ts';
import { wineVersion } from './wine.ts';

/** What is imported, as far as it is known. */
export interface Import {
  readonly options: ImportOptions;
  readonly resource: Resource;
  readonly source: ImportSource;
  readonly luids: Luids;
}

const INVALID_HANDLE = 'VK_ERROR_INVALID_EXTERNAL_HANDLE';
const OUT_OF_DEVICE_MEMORY = 'VK_ERROR_OUT_OF_DEVICE_MEMORY';
const OUT_OF_HOST_MEMORY = 'VK_ERROR_OUT_OF_HOST_MEMORY';

/** Runs a call of the driver's; its refusal becomes InvalidHandleError or ImportFailedError. */
export function explained<T>(call: () => T, about: Import, masks?: MemoryTypeMasks): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof VulkanError)) throw error;
    const { code, command } = error;
    const causes = causesOf(code, about, masks);
    if (causes === undefined) throw error;
    const { source, luids } = about;
    if (code === INVALID_HANDLE && source.handle !== undefined)
      throw new InvalidHandleError(source.handle, `${command} answered ${code}`, { causes, cause: error });
    const message = `${command}: ${code}; likely ${causes.join('; or ')}`;
    throw new ImportFailedError(code, message, { ...luids, masks, causes, cause: error });
  }
}

/** What may have led to a code, likeliest first; undefined where nothing is known. */
function causesOf(code: string, about: Import, masks?: MemoryTypeMasks): readonly string[] | undefined {
  switch (code) {
    case INVALID_HANDLE:
      return [...whatItNames(about), anotherDescription(about), ...anotherAdapter(about)];
    case OUT_OF_DEVICE_MEMORY:
      return [
        ...(masks?.handle === undefined
          ? ['the memory type, which nobody could be asked about, is not one that it can be imported as']
          : []),
        'the heap is full',
        anotherDescription(about),
        ...anotherAdapter(about),
      ];
    case OUT_OF_HOST_MEMORY: {
      const wine = wineVersion();
      if (wine === undefined) return ['the process is out of memory'];
      // The kernel knows an NT handle, so that it can be opened is likelier than that it is as was said.
      const causes =
        about.source.facts.kind === 'NT' && about.source.handle !== undefined && mayBeMemory(about)
          ? [anotherDescription(about), ...whatItNames(about)]
          : [...whatItNames(about), anotherDescription(about)];
      const [first, ...rest] = [...causes, ...anotherAdapter(about)];
      return [`${first} (Wine ${wine} answers so whatever is wrong with an import)`, ...rest];
    }
    default:
      return undefined;
  }
}

/** False only where the kernel says that it is something else, an event say or a fence. Proton's shared textures are files. */
const mayBeMemory = (about: Import): boolean =>
  /^Dxgk(?!SharedSync)|^File$/.test(objectType(about) ?? 'File');

function objectType({ source: { handle, facts } }: Import): string | undefined {
  if (handle === undefined || facts.kind === 'KMT' || facts.opaque) return undefined;
  return process.platform === 'win32' ? objectTypeOf(handle) : undefined;
}

/** About the handle or name. */
function whatItNames(about: Import): string[] {
  const { handle, name, handleType, facts } = about.source;
  const type = handleTypeName(handleType);
  if (handle === undefined) return [`nothing is shared under the name ${JSON.stringify(name)} as ${type}`];
  if (!mayBeMemory(about))
    return [`it is the handle of a ${objectType(about)}, not of a texture, resource or heap`];
  if (facts.kind === 'KMT') return [`no object that lives has this handle as ${type}`];
  return process.platform === 'win32'
    ? [`it is the handle of something else than ${type}`]
    : [`it was closed already, or is the handle of something else than ${type}`];
}

/** About what was said to be behind the handle. */
function anotherDescription({ options, resource, source: { facts, isHeap } }: Import): string {
  const { allocationSize, memoryTypeIndex } = options;
  const { image, buffer } = resource;
  if (facts.opaque)
    return `it was exported with another size or memory type than ${allocationSize} bytes and type ${memoryTypeIndex}`;
  if (isHeap) return `the heap is not of ${allocationSize} bytes`;
  if (image === undefined) return `it is no buffer, or not one of ${buffer.size} bytes`;
  const { format = 0, extent: { width, height, depth = 1 } = {}, mipLevels, arrayLayers, samples } = image;
  const extent = depth === 1 ? `${width}×${height}` : `${width}×${height}×${depth}`;
  return (
    `the texture has another extent, format, number of levels, layers or samples than was said: ${extent}, ` +
    `${explain('VkFormat', format)}, levels ${mipLevels}, layers ${arrayLayers}, samples ${samples}`
  );
}

/** Equal LUIDs clear the adapter of suspicion, and so does a handle that has none. */
function anotherAdapter(about: Import): string[] {
  const { deviceLuid, adapterLuid } = about.luids;
  if ((deviceLuid !== undefined && adapterLuid !== undefined) || !mayBeMemory(about)) return [];
  return [
    `it was made on another adapter (LUID of the device ${formatLuid(deviceLuid)}, of the handle's adapter ${formatLuid(adapterLuid)})`,
  ];
}

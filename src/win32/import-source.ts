// The options of an import, checked by the rules that no validation layer checks, and the handle or name that Vulkan is given.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import { ValidUsageError } from '../errors/errors.ts';
import { ours } from '../errors/user-call.ts';
import { checkCount, uint64Of } from '../native/options.ts';
import type { Win32HandleType } from '../registry/win32-handle-types.ts';
import { checkHandle } from './check-handle.ts';
import { handleTypeName, InvalidHandleError } from './errors.ts';
import { handleOf } from './handle.ts';
import { factsOf } from './handle-type.ts';
import type { ImportOptions } from './import-options.ts';
import { closeHandle } from './system.ts';

/** What is imported. */
export interface ImportSource {
  readonly handleType: HandleType;
  readonly facts: Win32HandleType;
  readonly isHeap: boolean;
  /** The handle that goes to Vulkan: the caller's, or a duplicate of it; undefined where there is a name. */
  readonly handle: bigint | undefined;
  readonly name: string | undefined;
  /** Bytes, where the caller has to say it. */
  readonly allocationSize: bigint | undefined;
  /** Bytes. */
  readonly memoryOffset: bigint;
  readonly warnings: readonly string[];
  /** Closes the duplicate, if there is one. */
  release(): void;
}

/**
 * Throws for what is wrong in itself; nothing was made then.
 * @param path of the options
 */
export function checkImport(options: ImportOptions, path: string): ImportSource {
  const { handleType, handle, name, duplicate = false, closeAfterImport, preferred } = options;
  const facts = factsOf(handleType, path);
  const isHeap = handleType === HandleType.D3D12_HEAP;
  if (preferred !== undefined && preferred !== 0) checkCount(`${path}.preferred`, preferred);
  checkIdentity(options, facts, path);
  checkSizes(options, facts, isHeap, path);
  const allocationSize =
    options.allocationSize === undefined
      ? undefined
      : uint64Of(`${path}.allocationSize`, options.allocationSize, 1n);
  const memoryOffset =
    options.memoryOffset === undefined ? 0n : uint64Of(`${path}.memoryOffset`, options.memoryOffset, 0n);
  if (name !== undefined) {
    if (duplicate || closeAfterImport)
      throw ours(new TypeError(`${path}: with a name there is no handle to duplicate or to close`));
    return {
      handleType,
      facts,
      isHeap,
      handle: undefined,
      name,
      allocationSize,
      memoryOffset,
      warnings: [],
      release() {},
    };
  }
  if ((duplicate || closeAfterImport) && facts.kind === 'KMT')
    throw new InvalidHandleError(
      handleOf(handle!).value,
      `${handleTypeName(handleType)} handles cannot be duplicated or closed: they live as long as the D3D object`,
    );
  const { value, warnings } = checkHandle(handle!, facts.kind, () => handleTypeName(handleType), duplicate);
  let isOurs = duplicate;
  return {
    handleType,
    facts,
    isHeap,
    handle: value,
    name,
    allocationSize,
    memoryOffset,
    warnings,
    release() {
      if (isOurs) closeHandle(value);
      isOurs = false;
    },
  };
}

function checkIdentity(
  { handleType, handle, name }: ImportOptions,
  { kind }: Win32HandleType,
  path: string,
): void {
  const broken = (vuid: string, text: string) =>
    new ValidUsageError(`VUID-VkImportMemoryWin32HandleInfoKHR-${vuid}`, `${path}.${text}`);
  if (handle !== undefined && name !== undefined)
    throw broken('handle-01441', 'name: expected nothing, since a handle is given too');
  if (handle === undefined && name === undefined)
    throw broken('handleType-00661', 'handle: expected a handle or a name, got neither');
  if (name !== undefined && (typeof name !== 'string' || name === ''))
    throw ours(
      new TypeError(`${path}.name: expected the name of a shared object, got ${JSON.stringify(name)}`),
    );
  if (name !== undefined && kind === 'KMT')
    throw broken('handleType-01439', `name: ${handleTypeName(handleType)} has no names, it is a KMT handle`);
}

function checkSizes(
  { handleType, allocationSize, memoryTypeIndex, memoryOffset }: ImportOptions,
  { opaque }: Win32HandleType,
  isHeap: boolean,
  path: string,
): void {
  const typeName = () => handleTypeName(handleType);
  if (opaque && (allocationSize === undefined || memoryTypeIndex === undefined))
    throw new ValidUsageError(
      'VUID-VkMemoryAllocateInfo-allocationSize-01743',
      `${path}: ${typeName()} needs allocationSize and memoryTypeIndex, those that the memory was exported with`,
    );
  if (isHeap && allocationSize === undefined)
    throw new ValidUsageError(
      'VUID-VkMemoryAllocateInfo-allocationSize-00647',
      `${path}.allocationSize: ${typeName()} needs the size of the heap`,
    );
  if (!opaque && !isHeap && allocationSize !== undefined)
    throw ours(
      new TypeError(`${path}.allocationSize: expected nothing, ${typeName()} has the size of its resource`),
    );
  if (!opaque && memoryTypeIndex !== undefined)
    throw ours(
      new TypeError(`${path}.memoryTypeIndex: expected nothing, ${typeName()} is asked for its memory types`),
    );
  if (!isHeap && memoryOffset !== undefined)
    throw ours(
      new TypeError(`${path}.memoryOffset: expected nothing, only a D3D12_HEAP has room for offsets`),
    );
}

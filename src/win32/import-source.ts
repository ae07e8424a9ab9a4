// In: the options of an import.
// Out: them checked by the rules that no validation layer checks, and the handle or name that Vulkan is given.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import { ValidUsageError } from '../errors/errors.ts';
import { checkHandle } from './check-handle.ts';
import { handleTypeName, InvalidHandleError } from './errors.ts';
import { handleOf } from './handle.ts';
import { factsOf, type HandleTypeFacts } from './handle-type.ts';
import type { ImportMemoryOptions } from './import-options.ts';
import { closeHandle, duplicateHandle } from './system.ts';

/** What is imported. */
export interface ImportSource {
  readonly handleType: number;
  readonly facts: HandleTypeFacts;
  readonly isHeap: boolean;
  /** The handle that goes to Vulkan: the caller's, or a duplicate of it; undefined where there is a name. */
  readonly handle: bigint | undefined;
  /** The same as VkImportMemoryWin32HandleInfoKHR has it. */
  readonly identity: { readonly handle: bigint } | { readonly name: string };
  readonly warnings: readonly string[];
  /** Closes the duplicate, if there is one. */
  release(): void;
}

const PATH = 'importMemoryWin32';

/** Throws for what is wrong in itself; nothing was made then. */
export function checkImport(options: ImportMemoryOptions): ImportSource {
  const { handleType, handle, name, duplicate, closeAfterImport } = options;
  const facts = factsOf(handleType, PATH);
  const isHeap = handleType === HandleType.D3D12_HEAP;
  if ((options.image === undefined) === (options.buffer === undefined))
    throw new TypeError(`${PATH}: expected image or buffer, one of them`);
  checkIdentity(options, facts);
  checkSizes(options, facts, isHeap);
  if (name !== undefined) {
    if (duplicate || closeAfterImport)
      throw new TypeError(`${PATH}: with a name there is no handle to duplicate or to close`);
    return {
      ...{ handleType, facts, isHeap, handle: undefined, identity: { name } },
      warnings: [],
      release() {},
    };
  }
  if ((duplicate || closeAfterImport) && facts.kind === 'KMT')
    throw new InvalidHandleError(
      handleOf(handle!).value,
      `${handleTypeName(handleType)} handles cannot be duplicated or closed: they live as long as the D3D object`,
    );
  const checked = checkHandle(handle!, facts.kind, handleTypeName(handleType));
  const value = duplicate ? duplicateHandle(handle!) : checked.value;
  let isOurs = duplicate;
  return {
    ...{ handleType, facts, isHeap, handle: value, identity: { handle: value } },
    warnings: checked.warnings,
    release() {
      if (isOurs) closeHandle(value);
      isOurs = false;
    },
  };
}

function checkIdentity({ handleType, handle, name }: ImportMemoryOptions, { kind }: HandleTypeFacts): void {
  const broken = (vuid: string, text: string) =>
    new ValidUsageError(`VUID-VkImportMemoryWin32HandleInfoKHR-${vuid}`, `${PATH}.${text}`);
  if (handle !== undefined && name !== undefined)
    throw broken('handle-01441', 'name: expected nothing, since a handle is given too');
  if (handle === undefined && name === undefined)
    throw broken('handleType-00661', 'handle: expected a handle or a name, got neither');
  if (name !== undefined && kind === 'KMT')
    throw broken('handleType-01439', `name: ${handleTypeName(handleType)} has no names, it is a KMT handle`);
}

function checkSizes(
  { handleType, allocationSize, memoryTypeIndex, memoryOffset }: ImportMemoryOptions,
  { opaque }: HandleTypeFacts,
  isHeap: boolean,
): void {
  const name = handleTypeName(handleType);
  if (opaque && (allocationSize === undefined || memoryTypeIndex === undefined))
    throw new ValidUsageError(
      'VUID-VkMemoryAllocateInfo-allocationSize-01743',
      `${PATH}: ${name} needs allocationSize and memoryTypeIndex, those that the memory was exported with`,
    );
  if (isHeap && allocationSize === undefined)
    throw new ValidUsageError(
      'VUID-VkMemoryAllocateInfo-allocationSize-00647',
      `${PATH}.allocationSize: ${name} needs the size of the heap`,
    );
  if (!opaque && !isHeap && allocationSize !== undefined)
    throw new TypeError(`${PATH}.allocationSize: expected nothing, ${name} has the size of its resource`);
  if (!opaque && memoryTypeIndex !== undefined)
    throw new TypeError(`${PATH}.memoryTypeIndex: expected nothing, ${name} is asked for its memory types`);
  if (!isHeap && memoryOffset !== undefined)
    throw new TypeError(`${PATH}.memoryOffset: expected nothing, only a D3D12_HEAP has room for offsets`);
}

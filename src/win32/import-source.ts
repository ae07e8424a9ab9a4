// Checks the options of an import by the rules that no validation layer checks, and prepares the handle or name for Vulkan.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import { describe } from '../errors/describe.ts';
import { ValidUsageError } from '../errors/errors.ts';
import { handleTypeName } from '../errors/explain.ts';
import { ours } from '../errors/user-call.ts';
import { checkCount, uint64Of } from '../native/options.ts';
import { WIN32_IMPORT_RULES, type Win32HandleType } from '../registry/win32-handle-types.ts';
import { checkWin32Handle } from './check-handle.ts';
import { checkHandleType } from './check-handle-type.ts';
import { InvalidHandleError } from './errors.ts';
import { readHandle } from './handle.ts';
import type { ImportOptions } from './import-options.ts';
import { closeHandle } from './system.ts';

/** The handle or name to import, checked. */
export interface ImportSource {
  /** Path of the handle or the name, for errors. */
  readonly path: string;
  readonly handleType: HandleType;
  readonly facts: Win32HandleType;
  readonly isHeap: boolean;
  /** The handle that Vulkan gets: the caller's or a duplicate of it; undefined if there is a name instead. */
  readonly handle: bigint | undefined;
  readonly name: string | undefined;
  /** In bytes, if the caller has to pass it. */
  readonly allocationSize: bigint | undefined;
  /** In bytes. */
  readonly memoryOffset: bigint;
  readonly warnings: readonly string[];
  /** Closes the duplicate, if there is one. */
  release(): void;
}

/**
 * Throws if the options contradict themselves or the handle type, before anything is made.
 * @param path of the options
 */
export function checkImport(path: string, options: ImportOptions): ImportSource {
  const { handleType, handle, name, duplicate = false, closeAfterImport, preferred } = options;
  const facts = checkHandleType(path, handleType);
  const isHeap = handleType === HandleType.D3D12_HEAP;
  if (preferred !== undefined && preferred !== 0) checkCount(`${path}.preferred`, preferred);
  checkIdentity(path, options, facts);
  checkSizes(path, options, facts, isHeap);
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
      path: `${path}.name`,
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
      `${path}.handle`,
      readHandle(`${path}.handle`, handle!).value,
      `handles of type ${handleTypeName(handleType)} cannot be duplicated or closed: they live as long as the D3D object`,
    );
  const { value, warnings } = checkWin32Handle(
    `${path}.handle`,
    handle!,
    facts.kind,
    () => handleTypeName(handleType),
    duplicate,
  );
  let isOurs = duplicate;
  return {
    path: `${path}.handle`,
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
  path: string,
  { handleType, handle, name }: ImportOptions,
  { kind }: Win32HandleType,
): void {
  const broken = (vuid: string, text: string) => new ValidUsageError(vuid, `${path}.${text}`);
  if (handle !== undefined && name !== undefined)
    throw broken(WIN32_IMPORT_RULES.oneOfBoth, 'name: expected either a handle or a name, got both');
  if (handle === undefined && name === undefined)
    throw broken(WIN32_IMPORT_RULES.given, 'handle: expected a handle or a name, got neither');
  if (name !== undefined && (typeof name !== 'string' || name === ''))
    throw ours(new TypeError(`${path}.name: expected the name of a shared object, got ${describe(name)}`));
  if (name !== undefined && kind === 'KMT')
    throw broken(
      WIN32_IMPORT_RULES.named,
      `name: expected a handle, since ${handleTypeName(handleType)} has no names`,
    );
}

function checkSizes(
  path: string,
  { handleType, allocationSize, memoryTypeIndex, memoryOffset }: ImportOptions,
  { opaque }: Win32HandleType,
  isHeap: boolean,
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
      new TypeError(
        `${path}.allocationSize: expected undefined, since the size of ${typeName()} is its resource's`,
      ),
    );
  if (!opaque && memoryTypeIndex !== undefined)
    throw ours(
      new TypeError(
        `${path}.memoryTypeIndex: expected undefined, since the driver is asked for the memory types of ${typeName()}`,
      ),
    );
  if (!isHeap && memoryOffset !== undefined)
    throw ours(
      new TypeError(`${path}.memoryOffset: expected undefined, since only a D3D12_HEAP takes an offset`),
    );
}

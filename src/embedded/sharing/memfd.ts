// File descriptors of anonymous shared memory on Linux (memfd_create).
import { POINTER_SIZE } from '../../native/koffi.ts';
import { libcFunction } from '../../native/libc.ts';
import { type Mapping, outOfHostMemory } from './payload.ts';
import type { Handles } from './platform-handle.ts';

const MFD_CLOEXEC = 1;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const SEEK_END = 2;

/** Undefined on other systems. */
export function memfds(): Handles | undefined {
  // off_t is 64 bits wide only on 64-bit systems.
  if (process.platform !== 'linux' || POINTER_SIZE !== 8) return undefined;
  const find = (name: string, result: string, ...args: string[]) => libcFunction(name, result, args);
  const memfdCreate = find('memfd_create', 'int32_t', 'str', 'uint32_t');
  if (memfdCreate === undefined) return undefined;
  const ftruncate = find('ftruncate', 'int32_t', 'int32_t', 'int64_t')!;
  const lseek = find('lseek', 'int64_t', 'int32_t', 'int64_t', 'int32_t')!;
  const mmap = find(
    'mmap',
    'int64_t',
    ...['uintptr_t', 'size_t', 'int32_t', 'int32_t', 'int32_t', 'int64_t'],
  )!;
  const munmap = find('munmap', 'int32_t', 'uintptr_t', 'size_t')!;
  const dup = find('dup', 'int32_t', 'int32_t')!;
  const close = find('close', 'int32_t', 'int32_t')!;

  const open = (fd: bigint): Mapping | undefined => {
    const size = Number(lseek(Number(BigInt.asIntN(32, fd)), 0, SEEK_END));
    if (size <= 0) return undefined;
    const address = Number(mmap(0, size, PROT_READ_WRITE, MAP_SHARED, Number(fd), 0));
    return address < 0 ? undefined : { address, size, release: () => munmap(address, size) };
  };
  return {
    create(size) {
      const fd = Number(memfdCreate('koffi-vulkan', MFD_CLOEXEC));
      const mapping = fd < 0 || Number(ftruncate(fd, size)) !== 0 ? undefined : open(BigInt(fd));
      if (mapping === undefined) throw outOfHostMemory(size);
      return { handle: BigInt(fd), mapping };
    },
    open,
    openNamed: () => undefined,
    duplicate: fd => BigInt(dup(Number(fd))),
    close: fd => void close(Number(fd)),
  };
}

// Makes anonymous shared memory, which the painter and Vulkan share instead of a dma-buf.
import { ftruncateSync, readdirSync, readlinkSync } from 'node:fs';
import { libcFunction } from '../../src/native/libc.ts';

/** A descriptor of so many bytes, zero all; the caller closes it. */
export function memfd(size: number): number {
  const create = libcFunction('memfd_create', 'int32_t', ['str', 'uint32_t'])!;
  const fd = Number(create('frame', 1));
  ftruncateSync(fd, size);
  return fd;
}

/** How many of those this process has open: what else it opens is none of an import's. */
export const openMemfds = (): number =>
  readdirSync('/proc/self/fd').filter(fd => linkOf(fd).startsWith('/memfd:')).length;

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // It was the one that the list was read by.
    return '';
  }
}

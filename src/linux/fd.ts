// File descriptors of memory: whether one is open, how large its memory is, and whether two are of the same memory.
import { type BigIntStats, closeSync, fstatSync, readFileSync } from 'node:fs';
import { describe } from '../errors/describe.ts';
import { ours } from '../errors/user-call.ts';
import { duplicateFd, errorName } from '../native/libc.ts';
import { type GivenFd, InvalidFdError } from './errors.ts';

/** A file descriptor of the caller's, checked. */
export interface FdMemory extends GivenFd {
  /** In bytes; 0n if the kernel does not give it. */
  readonly size: bigint;
  /** Equal for all descriptors of the same memory, as far as the kernel shows it. */
  readonly identity: string;
}

/** Throws InvalidFdError for a descriptor that is not open, or not of memory. */
export function checkFd(path: string, fd: number): FdMemory {
  if (!Number.isInteger(fd))
    throw ours(new TypeError(`${path}: expected a file descriptor, got ${describe(fd)}`));
  if (fd < 0 || fd > 0x7fff_ffff)
    throw ours(new RangeError(`${path}: expected a file descriptor, got ${fd}`));
  const named = { fd, path };
  const stats = statsOf(named);
  const kind = kindOf(stats);
  if (kind !== undefined) throw new InvalidFdError(named, `it is ${kind}, not a dma-buf`);
  const { size } = stats;
  if (size === 0n && stats.isFile()) throw new InvalidFdError(named, 'it has no bytes');
  // Before Linux 5.3 dma-bufs had no size, and shared one inode.
  return { ...named, size, identity: size === 0n ? `fd ${fd}` : inodeOf(stats) };
}

const inodeOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`;

function statsOf(named: GivenFd): BigIntStats {
  try {
    return fstatSync(named.fd, { bigint: true });
  } catch (cause) {
    throw new InvalidFdError(
      named,
      `the kernel does not know it (${(cause as NodeJS.ErrnoException).code})`,
      {
        causes: [
          'it was closed already',
          'it is the number of a descriptor in another process, which was not passed to this one',
        ],
        cause,
      },
    );
  }
}

function kindOf(stats: BigIntStats): string | undefined {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isSocket()) return 'a socket';
  if (stats.isFIFO()) return 'a pipe';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'a device node' : undefined;
}

/** Duplicates a descriptor; Vulkan or the caller closes the duplicate. */
export function duplicate(source: FdMemory): number {
  const copy = duplicateFd(source.fd);
  if (copy !== undefined) return copy;
  const code = errorName();
  const causes = code === 'EMFILE' ? ['this process has as many open files as it may have (ulimit -n)'] : [];
  throw new InvalidFdError(source, `it cannot be duplicated: ${code}`, { causes });
}

/** Closes a duplicate whose import was refused; lavapipe has closed it by itself in that case. */
export function closeOwn(fd: number, source: FdMemory): void {
  try {
    // If it is closed, another file may have its number by now.
    if (inodeOf(fstatSync(fd, { bigint: true })) === inodeOf(statsOf(source))) closeSync(fd);
  } catch {
    // It is closed already.
  }
}

/** What /proc says about a descriptor. */
interface FdFacts {
  /** The driver that a dma-buf comes from, such as `'amdgpu'`; undefined for what is not a dma-buf, such as a memfd. */
  readonly exporter: string | undefined;
  /** Whether it was opened for reading only. */
  readonly isReadOnly: boolean;
}

export function fdFactsOf(fd: number): FdFacts {
  let text = '';
  try {
    text = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
  } catch {
    // Without /proc nothing is known.
  }
  const flags = /^flags:\s*(\d+)/m.exec(text)?.[1];
  return {
    exporter: /^exp_name:\s*(\S+)/m.exec(text)?.[1],
    isReadOnly: flags !== undefined && (Number.parseInt(flags, 8) & 3) === 0,
  };
}

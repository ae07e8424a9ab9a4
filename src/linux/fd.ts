// A file descriptor that stands for memory: whether it is open, how large its memory is, and which other is the same.
import { type BigIntStats, closeSync, fstatSync, readFileSync } from 'node:fs';
import { ours } from '../errors/user-call.ts';
import { duplicateFd, errorName } from '../native/libc.ts';
import { type GivenFd, InvalidFdError } from './errors.ts';

/** A file descriptor of the caller's. */
export interface FdMemory extends GivenFd {
  /** Bytes; 0n where the kernel does not say. */
  readonly size: bigint;
  /** The same for every descriptor of one memory, as far as the kernel tells them apart. */
  readonly identity: string;
}

/** Throws InvalidFdError for what is not open, or plainly no memory. */
export function checkFd(fd: number, path: string): FdMemory {
  if (!Number.isInteger(fd))
    throw ours(new TypeError(`${path}: expected a file descriptor, got ${String(fd)}`));
  if (fd < 0 || fd > 0x7fff_ffff)
    throw ours(new RangeError(`${path}: expected a file descriptor, got ${fd}`));
  const named = { fd, path };
  const stats = statsOf(named);
  const kind = kindOf(stats);
  if (kind !== undefined) throw new InvalidFdError(named, `it is ${kind}, not a dma-buf`);
  const { size } = stats;
  if (size === 0n && stats.isFile()) throw new InvalidFdError(named, 'it has no bytes');
  // Before Linux 5.3 a dma-buf had no size, and all of them one inode.
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
          "it is another process's number, and was not passed on to this one",
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

/** A duplicate, which Vulkan or the caller is to close. */
export function duplicate(source: FdMemory): number {
  const copy = duplicateFd(source.fd);
  if (copy !== undefined) return copy;
  const code = errorName();
  const causes = code === 'EMFILE' ? ['this process has as many files open as it may (ulimit -n)'] : [];
  throw new InvalidFdError(source, `it cannot be duplicated: ${code}`, { causes });
}

/** Closes a duplicate that an import did not take; lavapipe closes it by itself, though it refused. */
export function closeOwn(fd: number, source: FdMemory): void {
  try {
    // Where it is closed, its number may be another's by now.
    if (inodeOf(fstatSync(fd, { bigint: true })) === inodeOf(statsOf(source))) closeSync(fd);
  } catch {
    // It is closed already.
  }
}

/** What the kernel says of a descriptor beside its size. */
export interface FdFacts {
  /** The driver that a dma-buf comes from, `'amdgpu'`; undefined where the kernel does not say, as of a memfd. */
  readonly exporter: string | undefined;
  /** It was opened for reading alone. */
  readonly isReadOnly: boolean;
}

export function factsOf(fd: number): FdFacts {
  let text = '';
  try {
    text = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
  } catch {
    // Where /proc is not mounted nothing is known.
  }
  const flags = /^flags:\s*(\d+)/m.exec(text)?.[1];
  return {
    exporter: /^exp_name:\s*(\S+)/m.exec(text)?.[1],
    isReadOnly: flags !== undefined && (Number.parseInt(flags, 8) & 3) === 0,
  };
}

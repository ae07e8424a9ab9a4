// Functions of this process's C library, and the name of their last error.
import { getSystemErrorName } from 'node:util';
import { memoize } from '../registry/memoize.ts';
import { callable, errno, openLibrary, prototype } from './koffi.ts';

type LibcFunction = (...args: (number | bigint | string | ArrayBufferView)[]) => number | bigint;

/** A function of the C library; undefined if it has none of that name. `void *` takes a typed array. */
export function libcFunction(
  name: string,
  result: string,
  args: readonly string[],
): LibcFunction | undefined {
  const address = openLibrary(null).symbol(name);
  return address === undefined
    ? undefined
    : (callable(address, prototype(result, args)) as unknown as LibcFunction);
}

/** The name of errno, `'EBADF'`; call it right after the function that failed. */
export const errorName = (): string => getSystemErrorName(-errno());

/** The command of fcntl that duplicates a file descriptor. */
export const F_DUPFD_CLOEXEC = 1030;

const fcntl = memoize(() => libcFunction('fcntl', 'int32_t', ['int32_t', 'int32_t', 'int32_t'])!);
const ioctl = memoize(() => libcFunction('ioctl', 'int32_t', ['int32_t', 'uint64_t', 'void *'])!);

/** Duplicates a file descriptor, so that child processes do not inherit it; undefined if it fails. */
export function duplicateFd(fd: number): number | undefined {
  const duplicate = Number(fcntl()(fd, F_DUPFD_CLOEXEC, 0));
  return duplicate < 0 ? undefined : duplicate;
}

/** Calls ioctl on a file descriptor; false if it fails. */
export function ioctlFd(fd: number, request: number, argument: ArrayBufferView): boolean {
  return Number(ioctl()(fd, request, argument)) >= 0;
}

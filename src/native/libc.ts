// Functions of the C library that this process runs on, and the error of the one that was called last.
import { getSystemErrorName } from 'node:util';
import { callable, errno, openLibrary, prototype } from './koffi.ts';

export type LibcFunction = (...args: (number | bigint | string | ArrayBufferView)[]) => number | bigint;

/** A function of the C library; undefined where it has none of that name. `void *` takes a typed array. */
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

/** The name of errno, `'EBADF'`; to be asked right after the call that failed. */
export const errorName = (): string => getSystemErrorName(-errno());

export const F_DUPFD_CLOEXEC = 1030;

let fcntl: LibcFunction | undefined;
let ioctl: LibcFunction | undefined;

/** Another file descriptor of the same file, which child processes do not inherit; undefined where it fails. */
export function duplicateFd(fd: number): number | undefined {
  fcntl ??= libcFunction('fcntl', 'int32_t', ['int32_t', 'int32_t', 'int32_t'])!;
  const duplicate = Number(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  return duplicate < 0 ? undefined : duplicate;
}

/** Asks the driver behind a file descriptor; false where it fails. */
export function ioctlFd(fd: number, request: number, argument: ArrayBufferView): boolean {
  ioctl ??= libcFunction('ioctl', 'int32_t', ['int32_t', 'uint64_t', 'void *'])!;
  return Number(ioctl(fd, request, argument)) >= 0;
}

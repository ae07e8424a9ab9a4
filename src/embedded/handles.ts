// In: the three kinds of platform handle that Vulkan shares memory by.
// Out: how each is made, opened, duplicated and closed here; where the system has no such handles, a table of
// numbers that look like them.
import { memfds } from './memfd.ts';
import { heapMapping, type Mapping } from './payload.ts';
import { invalid, type Refusal } from './refusal.ts';
import { sections } from './section.ts';

/** `nt`: a Windows NT handle. `kmt`: a global share handle, a number that is not closed. `fd`: a file descriptor. */
export type HandleKind = 'nt' | 'kmt' | 'fd';

export interface Handles {
  /** Makes memory and a handle that refers to it; both are the caller's to release and close. */
  create(size: number, name?: string): { handle: bigint; mapping: Mapping };
  /** Maps what a handle refers to; undefined for what is no handle, or not one of memory. */
  open(handle: bigint): Mapping | undefined;
  openNamed(name: string): Mapping | undefined;
  /** A further handle to the same memory. */
  duplicate(handle: bigint): bigint;
  close(handle: bigint): void;
}

export const nameTaken = (name: string): Refusal => invalid(`there is memory named ${name} already`);

/** Numbers that look like handles. What they refer to lives until the last of them is closed. */
function handleTable(first: bigint, step: bigint): Handles {
  const open = new Map<bigint, { mapping: Mapping; name: string | undefined }>();
  let next = first;
  const add = (mapping: Mapping, name: string | undefined) => {
    const handle = next;
    next += step;
    open.set(handle, { mapping, name });
    return handle;
  };
  return {
    create(size, name) {
      if (name !== undefined && this.openNamed(name) !== undefined) throw nameTaken(name);
      const mapping = heapMapping(size);
      return { handle: add(mapping, name), mapping };
    },
    open: handle => open.get(handle)?.mapping,
    openNamed: name => [...open.values()].find(entry => entry.name === name)?.mapping,
    duplicate(handle) {
      const { mapping, name } = open.get(handle)!;
      return add(mapping, name);
    },
    close(handle) {
      open.delete(handle);
    },
  };
}

/** NT handles are small multiples of four; global share handles have high bits, and 2 in the low six. */
export function createHandles(): { nt: Handles; kmt: Handles; fd: Handles | undefined } {
  return {
    nt: sections() ?? handleTable(0x1a4n, 4n),
    kmt: handleTable(0x4000_0042n, 0x40n),
    fd: memfds(),
  };
}

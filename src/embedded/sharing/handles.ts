// Creates, opens, duplicates and closes each kind of platform handle, or numbers that look like one where there are none.
import { memfds } from './memfd.ts';
import { heapMapping, type Mapping } from './payload.ts';
import { type Handles, nameTaken } from './platform-handle.ts';
import { sections } from './section.ts';

/** Numbers that look like handles. Their memory lives until the last of them is closed. */
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

/** NT handles are small multiples of 4; KMT handles have one of the top bits set, and 2 in the low six. */
export function createHandles(): { nt: Handles; kmt: Handles; fd: Handles | undefined } {
  return {
    nt: sections() ?? handleTable(0x1a4n, 4n),
    kmt: handleTable(0x4000_0042n, 0x40n),
    fd: memfds(),
  };
}

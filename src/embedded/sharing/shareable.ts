// Memory that is to be shared, with the handle that its maker keeps and closes in the end.

import { type DriverState, handlesOf } from '../driver-state.ts';
import { mappingSize, type OwnHandle, Payload, type PayloadFacts } from './payload.ts';
import type { HandleKind } from './platform-handle.ts';

export interface Shared {
  readonly payload: Payload;
  readonly own: OwnHandle;
}

/** Throws a Refusal where this system has no such handles, no memory, or the name already. */
export function createShared(
  driver: DriverState,
  kind: HandleKind,
  name: string | undefined,
  facts: PayloadFacts,
): Shared {
  const handles = handlesOf(driver, kind);
  const { handle, mapping } = handles.create(mappingSize(facts.size), name);
  const payload = Payload.create(mapping, facts);
  const { id } = payload;
  const own: OwnHandle = {
    handle,
    handleType: facts.handleType,
    duplicate: () => handles.duplicate(handle),
    close() {
      // Who had it may have closed it, or an import may have taken it: then the number may be another's by now.
      const open = handles.open(handle);
      const isOurs = open !== undefined && Payload.open(open)?.id === id;
      open?.release();
      if (isOurs) handles.close(handle);
    },
  };
  return { payload, own };
}

// Creates memory that can be shared, with the handle that its creator keeps and finally closes.

import { type DriverState, platformHandles } from '../driver-state.ts';
import { mappingSize, type OwnHandle, Payload, type PayloadFacts } from './payload.ts';
import type { HandleKind } from './platform-handle.ts';

export interface SharedPayload {
  readonly payload: Payload;
  readonly own: OwnHandle;
}

/** Throws a Refusal if this system has no such handles or no memory, or the name exists already. */
export function createShared(
  driver: DriverState,
  kind: HandleKind,
  name: string | undefined,
  facts: PayloadFacts,
): SharedPayload {
  const handles = platformHandles(driver, kind);
  const { handle, mapping } = handles.create(mappingSize(facts.size), name);
  const payload = Payload.create(mapping, facts);
  const { id } = payload;
  const own: OwnHandle = {
    handle,
    handleType: facts.handleType,
    duplicate: () => handles.duplicate(handle),
    close() {
      // It may be closed already, by its owner or an import, and its number used again.
      const open = handles.open(handle);
      const isOurs = open !== undefined && Payload.open(open)?.id === id;
      open?.release();
      if (isOurs) handles.close(handle);
    },
  };
  return { payload, own };
}

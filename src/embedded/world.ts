// In: options.
// Out: what the commands of one driver share: its physical devices, live objects, platform handles.
import { VkResult } from '../../ffi/rows/enums.ts';
import { createHandles, type HandleKind, type Handles } from './handles.ts';
import { type Device, type Kind, Objects } from './objects.ts';
import { Refusal } from './refusal.ts';
import type { Implementation } from './serve.ts';

/** Implementations by C name; a command's aliases are served by the same one. */
export type Implementations = Record<string, Implementation>;

export interface World {
  readonly objects: Objects;
  /** Number of physical devices. */
  readonly adapters: number;
  readonly handles: ReturnType<typeof createHandles>;
  /** Bytes allocated from each heap, on each adapter. */
  readonly used: Map<string, number>;
  /** Answers a command as the driver does for C: overrides apply. */
  call(command: string, ...args: unknown[]): unknown;
}

export const createWorld = (adapters: number, call: World['call']): World => ({
  objects: new Objects(),
  adapters,
  handles: createHandles(),
  used: new Map(),
  call,
});

/** The handles of a kind. @throws Refusal where this system has none */
export function handlesOf(world: World, kind: HandleKind): Handles {
  const handles = world.handles[kind];
  if (handles === undefined)
    throw new Refusal(VkResult.ERROR_FEATURE_NOT_PRESENT, `no ${kind} handles on this system`);
  return handles;
}

/** A device that was not lost. */
export function deviceOf(world: World, handle: bigint): Device {
  const device = world.objects.get('VkDevice', handle);
  if (device.lost !== undefined) throw new Refusal(VkResult.ERROR_DEVICE_LOST, device.lost);
  return device;
}

/** The implementation of a plain vkDestroy command. */
export const destroys =
  (world: World, kind: Kind): Implementation =>
  (_parent: bigint, handle: bigint) => {
    const state = world.objects.remove(kind, handle);
    if (state !== undefined && 'release' in state) state.release();
  };

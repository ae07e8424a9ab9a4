// The state that all commands of a driver share: physical devices, live objects, platform handles.
import { VkResult } from '../../ffi/rows/enums.ts';
import { type DeviceState, type ObjectKind, Objects } from './objects.ts';
import { Refusal } from './refusal.ts';
import type { Implementation } from './serve.ts';
import { createHandles } from './sharing/handles.ts';
import type { HandleKind, Handles } from './sharing/platform-handle.ts';

/** Implementations by C name; one serves a command and its aliases. */
export type Implementations = Record<string, Implementation>;

export interface DriverState {
  readonly objects: Objects;
  /** Number of physical devices. */
  readonly adapters: number;
  readonly handles: ReturnType<typeof createHandles>;
  /** Bytes allocated from each heap, on each adapter. */
  readonly used: Map<string, number>;
  /** Performs a command as for a call from C, overrides included. */
  call(command: string, ...args: unknown[]): unknown;
}

export const createState = (adapters: number, call: DriverState['call']): DriverState => ({
  objects: new Objects(),
  adapters,
  handles: createHandles(),
  used: new Map(),
  call,
});

/** The handles of a kind. @throws Refusal if this system has none */
export function platformHandles(driver: DriverState, kind: HandleKind): Handles {
  const handles = driver.handles[kind];
  if (handles === undefined)
    throw new Refusal(VkResult.ERROR_FEATURE_NOT_PRESENT, `no ${kind} handles on this system`);
  return handles;
}

/** A device. @throws Refusal with VK_ERROR_DEVICE_LOST if it is lost */
export function deviceOf(driver: DriverState, handle: bigint): DeviceState {
  const device = driver.objects.get('VkDevice', handle);
  if (device.lost !== undefined) throw new Refusal(VkResult.ERROR_DEVICE_LOST, device.lost);
  return device;
}

/** The implementation of a plain vkDestroy command. */
export const destroys =
  (driver: DriverState, kind: ObjectKind): Implementation =>
  (_parent: bigint, handle: bigint) => {
    const state = driver.objects.remove(kind, handle);
    if (state !== undefined && 'release' in state) state.release();
  };

// The base classes of all objects that have commands: the library, and the five dispatchable handles.

import { describe } from '../errors/describe.ts';
import { notByNew, ours } from '../errors/user-call.ts';
import { nativeArgument, UINT64_MAX } from '../native/uint64.ts';
import { Dispatch } from './dispatch.ts';
import type { LiveHandle } from './live.ts';
import { Scope } from './scope.ts';

/** Whether it is the object of a dispatchable handle; no prototype, property or Proxy can imitate one. */
export let isVulkanObject: (value: unknown) => value is VulkanObject;
/** Whether it is an object of this library of a C type (`''`: the library), destroyed or not. */
export let isVulkanBase: (value: unknown, type: string) => value is VulkanBase;
/** Whether neither it nor what it belongs to is destroyed. */
export let isAlive: (callee: VulkanBase) => boolean;
/**
 * Whether `self` is an object of this type with this identity, and not destroyed. What it belongs to is not tested: its
 * functions are gone when that is destroyed.
 */
export let isCallable: (identity: unknown, self: unknown, type: string) => boolean;

/** Throws a TypeError unless the value could be a raw handle or an address, which cannot be validated further. */
export function checkRawHandle(what: string, handle: unknown): void {
  if (typeof handle !== 'bigint' || handle <= 0n || handle > UINT64_MAX)
    throw ours(new TypeError(`${what}: expected a raw value (a bigint above 0), got ${describe(handle)}`));
}

/** What errors call an object, by its C type. */
const CLASSES: Record<string, string> = {
  '': 'what loadVulkan gave',
  VkInstance: 'an Instance',
  VkPhysicalDevice: 'a PhysicalDevice',
  VkDevice: 'a Device',
  VkQueue: 'a Queue',
  VkCommandBuffer: 'a CommandBuffer',
};

/** What errors call a value that is an object of this library, or has one as its prototype; undefined for any other. */
export function nameOfObject(value: unknown): string | undefined {
  try {
    if (!(value instanceof VulkanBase)) return undefined;
  } catch {
    // A Proxy's trap.
    return undefined;
  }
  const type = Object.keys(CLASSES).find(one => isVulkanBase(value, one));
  return type === undefined ? 'what has the prototype of an object of this library' : CLASSES[type];
}

/** Throws a TypeError that names the path unless it is an object of one of these types, destroyed or not. */
export function checkClass(path: string, value: unknown, ...types: readonly string[]): void {
  if (types.some(type => isVulkanBase(value, type))) return;
  const wanted = types.map(type => CLASSES[type]).join(' or ');
  throw ours(new TypeError(`${path}: expected ${wanted}, got ${describe(value)}`));
}

/** Throws a RangeError if the object, or what it belongs to, is destroyed. */
export function checkAlive(what: string, object: VulkanBase): void {
  if (!object.alive) throw ours(new RangeError(`${what}: ${object} ${object.scope.fate ?? 'was destroyed'}`));
}

/**
 * What the native side needs of an object. It is a class of its own since V8 reads its fields faster than those of six
 * different classes.
 */
class Identity {
  /** The C type, `''` for the library. */
  readonly type: string;
  /** The handle in the form that koffi passes fastest; 0 for the library. */
  readonly argument: number | bigint;
  /** The scope of its child handles. */
  readonly scope: Scope;
  /** Its native functions. */
  readonly dispatch: Dispatch;
  /** Collects the handles that are created through this object; undefined if that is not wanted. */
  readonly createdHandles: LiveHandle[] | undefined;
  readonly #owner: VulkanBase;
  #ended = false;

  constructor(
    owner: VulkanBase,
    type: string,
    handle: bigint,
    scope: Scope,
    dispatch: Dispatch,
    made: LiveHandle[] | undefined,
  ) {
    this.#owner = owner;
    this.createdHandles = made;
    this.type = type;
    this.argument = nativeArgument(handle);
    this.scope = scope;
    this.dispatch = dispatch;
    // Frozen, since a script that changed it could make C use any address.
    Object.freeze(this);
  }

  static {
    isCallable = (identity, self, type) =>
      typeof identity === 'object' &&
      identity !== null &&
      #owner in identity &&
      identity.#owner === self &&
      identity.type === type &&
      !identity.#ended;
  }

  get alive(): boolean {
    return !this.#ended && this.scope.alive;
  }

  end(): void {
    this.#ended = true;
  }
}

/** Whether they are this library's own, which no script has. */
function isInside(scope: unknown, dispatch: unknown): boolean {
  try {
    return scope instanceof Scope && dispatch instanceof Dispatch;
  } catch {
    // A revoked Proxy.
    return false;
  }
}

/** The base of all objects that have commands. */
export abstract class VulkanBase {
  /** @internal */
  readonly identity: Identity;
  readonly #identity: Identity;

  /** @internal `type`: the C type, `''` for the library. */
  constructor(type: string, handle: bigint, scope: Scope, dispatch: Dispatch, made?: LiveHandle[]) {
    if (!isInside(scope, dispatch))
      throw notByNew(
        new.target,
        "new: call loadVulkan, one of Vulkan's commands or fromHandle, not the constructor",
      );
    this.#identity = new Identity(this, type, handle, scope, dispatch, made);
    this.identity = this.#identity;
    Object.defineProperty(this, 'identity', { enumerable: false, writable: false, configurable: false });
  }

  static {
    isVulkanObject = (value): value is VulkanObject =>
      typeof value === 'object' && value !== null && #identity in value && value.#identity.type !== '';
    isVulkanBase = (value, type): value is VulkanBase =>
      typeof value === 'object' && value !== null && #identity in value && value.#identity.type === type;
    isAlive = callee => callee.#identity.alive;
  }

  // These getters must not throw on an object that merely has this prototype: it may be printed, or passed as a struct.

  /** @internal The scope of its child handles. */
  get scope(): Scope {
    return this.identity?.scope;
  }

  /** @internal Its native functions. */
  get dispatch(): Dispatch {
    return this.identity?.dispatch;
  }

  /** False once it, or what it belongs to, is destroyed. */
  get alive(): boolean {
    return this.identity?.alive ?? false;
  }

  /** @internal Called when the handle is destroyed. */
  end(): void {
    this.#identity.end();
  }
}

/** A dispatchable handle. */
export abstract class VulkanObject extends VulkanBase {
  /** The C type: `'VkDevice'`. */
  readonly type: string;
  /** The handle's value, for other native code. */
  readonly handle: bigint;

  /** @internal Objects come from Vulkan's own commands: `createInstance`, `createDevice`, `getDeviceQueue`… */
  constructor(type: string, handle: bigint, scope: Scope, dispatch: Dispatch, made?: LiveHandle[]) {
    super(type, handle, scope, dispatch, made);
    this.type = type;
    this.handle = handle;
    for (const key of ['type', 'handle'])
      Object.defineProperty(this, key, { writable: false, configurable: false });
  }

  /** `VkDevice(0x5581…)`. */
  override toString(): string {
    // What merely has this prototype may be printed, too.
    return isVulkanObject(this) ? `${this.type}(0x${this.handle.toString(16)})` : '[object Object]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

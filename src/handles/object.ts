// The base of everything that has commands, and of the five classes that stand for a dispatchable handle.

import { ours } from '../errors/user-call.ts';
import { describe } from '../native/argument-error.ts';
import { nativeArgument } from '../native/uint64.ts';
import { Dispatch } from './dispatch.ts';
import type { Live } from './live.ts';
import { Scope } from './scope.ts';

/** Whether it is one of our objects: no prototype, property or Proxy makes another pass for one. */
export let isVulkanObject: (value: unknown) => value is VulkanObject;
/** Whether it is ours and of this type, dead or alive. */
export let isVulkanBase: (value: unknown, type: string) => value is VulkanBase;
/** Whether it and what it belongs to live. */
export let isAlive: (callee: VulkanBase) => boolean;
/**
 * Whether methods of this type may be called on `self`, whose identity this is said to be, while what it belongs to
 * lives: its functions are gone after that.
 */
export let isCallable: (identity: unknown, self: unknown, type: string) => boolean;

/** A raw handle or an address, which is not validated: at least it must look like one. */
export function checkRawHandle(what: string, handle: unknown): void {
  if (typeof handle !== 'bigint' || handle <= 0n || handle > 0xffff_ffff_ffff_ffffn)
    throw ours(new TypeError(`${what}: expected a raw value (a bigint above 0), got ${describe(handle)}`));
}

/** What people hold, by its C type. */
const CLASSES: Record<string, string> = {
  '': 'what loadVulkan gave',
  VkInstance: 'an Instance',
  VkPhysicalDevice: 'a PhysicalDevice',
  VkDevice: 'a Device',
  VkQueue: 'a Queue',
  VkCommandBuffer: 'a CommandBuffer',
};

/** What a value is where it is one of our objects, or was made from one; undefined for every other. */
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

/** Throws a TypeError that names the path unless it is an object of ours of this type, which may be dead. */
export function checkClass(path: string, value: unknown, type: string): void {
  if (!isVulkanBase(value, type))
    throw ours(new TypeError(`${path}: expected ${CLASSES[type]}, got ${describe(value)}`));
}

/** Throws as a command does that is called on what was destroyed, or on what went with something that was. */
export function checkAlive(what: string, object: VulkanObject): void {
  if (!object.alive) throw ours(new RangeError(`${what}: ${object} ${object.scope.fate ?? 'was destroyed'}`));
}

/**
 * Who an object is to C. One class for all of them: V8 reads its fields at once where it would have to ask which of
 * our six classes it has before it.
 */
class Identity {
  /** The C type, `''` for the library. */
  readonly type: string;
  /** The handle as it goes to C fastest; the library has none. */
  readonly argument: number | bigint;
  /** Where its child handles live. */
  readonly scope: Scope;
  /** Where its functions come from. */
  readonly dispatch: Dispatch;
  /** Gets what is made through it; undefined where nobody wants to know. */
  readonly made: Live[] | undefined;
  readonly #owner: VulkanBase;
  #ended = false;

  constructor(
    owner: VulkanBase,
    type: string,
    handle: bigint,
    scope: Scope,
    dispatch: Dispatch,
    made: Live[] | undefined,
  ) {
    this.#owner = owner;
    this.made = made;
    this.type = type;
    this.argument = nativeArgument(handle);
    this.scope = scope;
    this.dispatch = dispatch;
    // What a script could change would be an address that C jumps through.
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

/** What has commands. */
export abstract class VulkanBase {
  /** @internal */
  readonly identity: Identity;
  readonly #identity: Identity;

  /** @internal `type`: the C type, `''` for the library. */
  constructor(type: string, handle: bigint, scope: Scope, dispatch: Dispatch, made?: Live[]) {
    if (!(scope instanceof Scope && dispatch instanceof Dispatch))
      throw ours(
        new TypeError("new makes no such object: loadVulkan, Vulkan's own commands and fromHandle do"),
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

  // What has our prototype and nothing more may be asked too: by who prints it, or takes it for a struct.

  /** @internal Where its child handles live. */
  get scope(): Scope {
    return this.identity?.scope;
  }

  /** @internal Where its functions come from. */
  get dispatch(): Dispatch {
    return this.identity?.dispatch;
  }

  /** False once it, or what it belongs to, is destroyed. */
  get alive(): boolean {
    return this.identity?.alive ?? false;
  }

  /** @internal The handle was freed. */
  end(): void {
    this.#identity.end();
  }
}

/** A dispatchable handle. */
export abstract class VulkanObject extends VulkanBase {
  /** The C type: `'VkDevice'`. */
  readonly type: string;
  /** The handle's value, which other native code can take. */
  readonly handle: bigint;

  /** @internal Objects come from Vulkan's own commands: `createInstance`, `createDevice`, `getDeviceQueue`… */
  constructor(type: string, handle: bigint, scope: Scope, dispatch: Dispatch, made?: Live[]) {
    super(type, handle, scope, dispatch, made);
    this.type = type;
    this.handle = handle;
    for (const key of ['type', 'handle'])
      Object.defineProperty(this, key, { writable: false, configurable: false });
  }

  /** How a person sees it: `VkDevice(0x5581…)`. */
  override toString(): string {
    return `${this.type}(0x${this.handle.toString(16)})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

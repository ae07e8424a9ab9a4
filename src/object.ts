// In: a dispatchable handle.
// Out: the base of the five classes that stand for one.
import type { Dispatch } from './commands.ts';
import type { Scope } from './scope.ts';

/** Whether it is one of our objects: no prototype, property or Proxy makes another pass for one. */
export let isVulkanObject: (value: unknown) => value is VulkanObject;
/** Whether it and what it belongs to live. */
export let isAlive: (object: VulkanObject) => boolean;
/** Whether a method of this dispatch may be called on it. */
export let isCallable: (value: unknown, dispatch: Dispatch) => boolean;

/** A raw handle that is its caller's word: at least it must look like one. */
export function checkRawHandle(what: string, handle: unknown): void {
  if (typeof handle !== 'bigint' || handle <= 0n || handle > 0xffff_ffff_ffff_ffffn)
    throw new TypeError(`${what}: expected a raw handle (a bigint above 0)`);
}

export abstract class VulkanObject {
  /** The C type: `'VkDevice'`. */
  abstract readonly type: string;
  /** The handle's value, which other native code can take. */
  readonly handle: bigint;
  /** @internal Where its child handles live. */
  readonly scope: Scope;
  /** @internal Where its commands come from. */
  readonly dispatch: Dispatch;
  /** @internal The handle as it goes to C fastest: a number where it is exact, as addresses are. */
  readonly argument: number | bigint;
  readonly #scope: Scope;
  readonly #dispatch: Dispatch;
  #ended = false;

  /** @internal Objects come from Vulkan's own commands: `createInstance`, `createDevice`, `getDeviceQueue`… */
  constructor(handle: bigint, scope: Scope, dispatch: Dispatch) {
    this.handle = handle;
    this.scope = scope;
    this.dispatch = dispatch;
    this.#scope = scope;
    this.#dispatch = dispatch;
    this.argument = handle <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(handle) : handle;
    // A handle that a script could change would be an address that C jumps through.
    Object.defineProperty(this, 'handle', { writable: false, configurable: false });
    for (const key of ['scope', 'dispatch', 'argument'])
      Object.defineProperty(this, key, { enumerable: false, writable: false, configurable: false });
  }

  static {
    isVulkanObject = (value): value is VulkanObject =>
      typeof value === 'object' && value !== null && #ended in value;
    isAlive = object => !object.#ended && object.#scope.alive;
    isCallable = (value, dispatch) =>
      typeof value === 'object' &&
      value !== null &&
      #ended in value &&
      value.#dispatch === dispatch &&
      !value.#ended &&
      value.#scope.alive;
  }

  /** False once it, or what it belongs to, is destroyed. */
  get alive(): boolean {
    return isAlive(this);
  }

  /** @internal The handle was freed. */
  end(): void {
    this.#ended = true;
  }

  /** How a person sees it: `VkDevice(0x5581…)`. */
  toString(): string {
    return `${this.type}(0x${this.handle.toString(16)})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

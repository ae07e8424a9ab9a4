// In: a dispatchable handle.
// Out: the base of the five classes that stand for one.
import type { Dispatch } from './commands.ts';
import type { Scope } from './scope.ts';

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
  #ended = false;

  /** @internal Objects come from Vulkan's own commands: `createInstance`, `createDevice`, `getDeviceQueue`… */
  constructor(handle: bigint, scope: Scope, dispatch: Dispatch) {
    this.handle = handle;
    this.scope = scope;
    this.dispatch = dispatch;
    this.argument = handle <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(handle) : handle;
    for (const key of ['scope', 'dispatch', 'argument'])
      Object.defineProperty(this, key, { enumerable: false });
  }

  /** False once it, or what it belongs to, is destroyed. */
  get alive(): boolean {
    return !this.#ended && this.scope.alive;
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

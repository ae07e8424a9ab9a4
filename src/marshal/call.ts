// In: nothing; this is what one native call carries with it while its arguments are encoded and its results read.
// Out: the Call.
import type { Dispatch } from '../commands.ts';
import { type ArgumentStack, argumentStack } from '../memory.ts';
import { unregisterCallback } from '../native.ts';
import type { VulkanObject } from '../object.ts';
import type { Scope } from '../scope.ts';

/** What has commands: the five objects, and the library itself, which has no handle. */
export type Callee =
  | VulkanObject
  | { readonly scope: Scope; readonly dispatch: Dispatch; readonly handle?: undefined };

export class Call {
  readonly stack: ArgumentStack = argumentStack();
  /** The object whose method was called. */
  readonly self: Callee;
  readonly scope: Scope;
  /** Memory of the caller that C reads: held here until the call has returned, since an address holds nothing. */
  readonly held: unknown[] = [];
  /** Fills the caller's objects after the call. */
  readonly after: (() => void)[] = [];
  /** Callbacks that were given an address for this call. */
  readonly callbacks: bigint[] = [];
  /** Elements of the array that was encoded last. */
  length = 0;
  /** How many structs deep the encoder stands. */
  depth = 0;
  readonly #mark: number;

  constructor(self: Callee) {
    this.self = self;
    this.scope = self.scope;
    this.#mark = this.stack.mark();
  }

  /** The arguments are no longer needed. */
  end(): void {
    this.stack.release(this.#mark);
    this.held.length = 0;
  }

  /** The call failed: nothing can call what it was given. */
  dropCallbacks(): void {
    for (const address of this.callbacks.splice(0)) unregisterCallback(address);
  }
}

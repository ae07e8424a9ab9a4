// In: nothing; this is what one native call carries with it while its arguments are encoded and its results read.
// Out: the Call. Calls end in the order in which they began, also inside callbacks, so one object a level serves.
import type { Dispatch } from '../commands.ts';
import { type ArgumentStack, argumentStack } from '../memory.ts';
import { unregisterCallback } from '../native.ts';
import type { VulkanObject } from '../object.ts';
import type { Scope } from '../scope.ts';

/** What has commands: the five objects, and the library itself, which has no handle. */
export type Callee =
  | VulkanObject
  | { readonly scope: Scope; readonly dispatch: Dispatch; readonly alive: true; readonly argument: 0 };

const calls: Call[] = [];
let begun = 0;

export class Call {
  readonly stack: ArgumentStack = argumentStack();
  /** The object whose method was called. */
  self!: Callee;
  scope!: Scope;
  /** Fills the caller's objects after the call. */
  readonly after: (() => void)[] = [];
  /** Callbacks that were given an address for this call. */
  readonly callbacks: bigint[] = [];
  /** Elements of the array that was encoded last. */
  length = 0;
  /** How many structs deep the encoder stands. */
  depth = 0;
  readonly #held: unknown[] = [];
  #heldCount = 0;
  #stackDepth = 0;
  #stackTop = 0;

  static begin(self: Callee): Call {
    if (begun === calls.length) calls.push(new Call());
    const call = calls[begun++];
    call.self = self;
    call.scope = self.scope;
    call.depth = 0;
    call.#stackDepth = call.stack.depth;
    call.#stackTop = call.stack.top;
    return call;
  }

  /** Keeps memory of the caller that C reads until the call has returned: an address keeps nothing. */
  hold(bytes: unknown): void {
    this.#held[this.#heldCount++] = bytes;
  }

  /** The arguments are no longer needed; what failed can call nothing that it was given. */
  end(): void {
    begun--;
    this.stack.release(this.#stackDepth, this.#stackTop);
    // Emptied in place: an array whose length is set to 0 gives its room away.
    while (this.#heldCount > 0) this.#held[--this.#heldCount] = undefined;
    if (this.after.length > 0) this.after.length = 0;
    if (this.callbacks.length > 0)
      for (const address of this.callbacks.splice(0)) unregisterCallback(address);
  }

  /** The call succeeded: fills what the caller gave to be filled, and keeps callbacks while `owner` lives. */
  finish(ownerType?: string, owner?: bigint): void {
    for (const fill of this.after) fill();
    if (this.callbacks.length === 0) return;
    for (const address of this.callbacks.splice(0))
      this.scope.whenGone(() => unregisterCallback(address), ownerType, owner);
  }
}

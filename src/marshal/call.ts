// What one native call carries while its arguments are encoded and its results read. Calls end in the order in
// which they began, also inside callbacks, so one object a level serves.

import { beginUse, callbacks, endUse } from '../handles/busy.ts';
import type { VulkanBase, VulkanObject } from '../handles/object.ts';
import { destroyCount, type Scope } from '../handles/scope.ts';
import { ArgumentError, argumentErrorOf } from '../native/argument-error.ts';
import { ArgumentStack, argumentStack, type Chunk } from '../native/argument-memory.ts';
import { type Bytes, sizeOf } from '../native/bytes.ts';
import type { StructRow } from '../registry/rows.ts';
import { unregister } from './callback.ts';

/** Of a call apart; more is reserved where it does not suffice. */
const APART_SIZE = 4096;
const NOTHING = new ArrayBuffer(0);
const calls: Call[] = [];
let begun = 0;
let settling = false;

/**
 * Calls that have begun inside others are looked at when none can be there any more: one whose end overflowed the stack
 * has not ended.
 */
function settleSoon(): void {
  settling = true;
  setImmediate(() => {
    settling = false;
    while (begun > 0) calls[begun - 1].end();
  }).unref();
}

export class Call {
  readonly stack: ArgumentStack;
  /** The object whose method was called. */
  self!: VulkanBase;
  scope!: Scope;
  /** Fills the caller's objects after the call. */
  readonly after: (() => void)[] = [];
  /** Callbacks that were given an address for this call. */
  readonly callbacks: bigint[] = [];
  /** Memory of the caller that Vulkan may use after the call. */
  readonly borrowed: { readonly address: number; readonly bytes: Bytes }[] = [];
  /** Names of the structs in the pNext chains that it passes. */
  readonly chained: string[] = [];
  /** Bytes of the script's memory that is being imported. */
  importedSize: number | undefined;
  /** Elements of the array that was encoded last. */
  length = 0;
  /** Elements of each array in the array of arrays that was encoded last. */
  innerLengths: readonly number[] = [];
  /** The struct whose chain is encoded. */
  extended: StructRow | undefined;
  /** How many bytes of the caller there are at an address, where no length goes with it. */
  readonly sizesByAddress = new Map<number, number>();
  /** How many structs deep the encoder stands. */
  depth = 0;
  /** Whether bytes are copied that would be passed where they lie. */
  copies = false;
  /** Whether it has noted anything that its end forgets: most calls have nothing but argument memory. */
  needsCleanup = false;
  readonly #held: Bytes[] = [];
  readonly #sizes: number[] = [];
  /** How many bytes objects of the caller it keeps. */
  #heldCount = 0;
  #chunk: Chunk;
  #top = 0;
  #destroyCount = destroyCount;
  /**
   * What it passes, where a script can run before C has returned: a promise form's caller goes on, and callbacks run
   * inside calls.
   */
  used: object[] | undefined;
  #isIndependent = false;
  /** The command whose function C runs now. */
  #running: string | undefined;

  constructor(stack: ArgumentStack = argumentStack()) {
    this.stack = stack;
    this.#chunk = stack.chunk;
  }

  /** A call with argument memory of its own: it may end after calls that began later. */
  static independent(self: VulkanBase): Call {
    const call = new Call(new ArgumentStack(APART_SIZE));
    call.self = self;
    call.scope = self.identity.scope;
    call.withCleanup().used = [];
    call.#isIndependent = true;
    return call;
  }

  /** @param notes what it uses, which compiled code need not: where a callback can run they call the interpreter */
  static begin(self: VulkanBase, notes = false): Call {
    if (begun > 0 && !settling) settleSoon();
    if (begun === calls.length) calls.push(new Call());
    const call = calls[begun++];
    call.self = self;
    call.scope = self.identity.scope;
    call.depth = 0;
    if (notes) call.withCleanup().used = [];
    call.#destroyCount = destroyCount;
    call.#chunk = call.stack.chunk;
    call.#top = call.stack.top;
    return call;
  }

  /** Says that there is something to forget at its end; called before anything is noted. */
  withCleanup(): this {
    this.needsCleanup = true;
    return this;
  }

  /** Notes that it passes a handle, where that matters. */
  use(type: string, handle: bigint): void {
    if (this.used === undefined) return;
    const entry = this.scope.entry(type, handle);
    if (entry !== undefined) this.used.push(entry);
  }

  /** C is called now: until the call ends, nobody can end what it uses. */
  beginUse(command: string): void {
    if (this.used === undefined) return;
    this.used.push(this.scope, useKeyOf(this.self));
    this.#running = command;
    beginUse(this.used, command);
  }

  /** C has returned. */
  endUse(): void {
    if (this.#running !== undefined) endUse(this.used as object[], this.#running);
    this.#running = undefined;
  }

  /** Keeps memory of the caller that C reads until the call has returned: an address keeps nothing. */
  holdBytes(bytes: Bytes, size: number): void {
    this.withCleanup();
    this.#sizes[this.#heldCount] = size;
    this.#held[this.#heldCount++] = bytes;
  }

  /** Whether anything was destroyed since it began. */
  get isOutdated(): boolean {
    return destroyCount !== this.#destroyCount;
  }

  /** To be called when all is encoded: a getter may have taken away what was checked before it. */
  recheck(): void {
    if (this.isOutdated)
      throw new ArgumentError('range', 'something was destroyed while the arguments were read');
    if (callbacks.registered > 0 && this.used === undefined)
      throw new ArgumentError('range', 'a callback was given to Vulkan while the arguments were read');
    this.checkHeld();
  }

  /** To be called before what it encoded is read back: a getter may have taken away bytes that a pointer in it leads to. */
  checkHeld(): void {
    for (let i = 0; i < this.#heldCount; i++)
      if (sizeOf(this.#held[i]) < this.#sizes[i])
        throw new ArgumentError('range', `bytes were detached or shrunk while the arguments were read`);
  }

  /** The arguments are no longer needed; what failed can call nothing that it was given. */
  end(): void {
    if (!this.#isIndependent) begun--;
    this.stack.release(this.#chunk, this.#top);
    if (this.needsCleanup) this.#forget();
  }

  #forget(): void {
    this.endUse();
    this.needsCleanup = false;
    this.used = undefined;
    this.importedSize = undefined;
    // Emptied in place: an array whose length is set to 0 gives its room away.
    while (this.#heldCount > 0) this.#held[--this.#heldCount] = NOTHING;
    if (this.chained.length > 0) this.chained.length = 0;
    if (this.sizesByAddress.size > 0) this.sizesByAddress.clear();
    if (this.after.length > 0) this.after.length = 0;
    if (this.callbacks.length > 0) for (const address of this.callbacks.splice(0)) unregister(address);
    if (this.borrowed.length > 0) this.borrowed.length = 0;
  }

  /**
   * C has returned, perhaps with an error: fills what the caller gave to be filled.
   * @returns what a setter of the caller has thrown, when all is filled
   */
  fill(): ArgumentError | undefined {
    let failure: ArgumentError | undefined;
    for (const fill of this.after)
      try {
        fill();
      } catch (error) {
        failure ??= argumentErrorOf(error, 'filling it');
      }
    this.after.length = 0;
    return failure;
  }

  /** The call succeeded: keeps memory and callbacks while `owner` lives, and does as `fill`. */
  finish(ownerType?: string, owner?: bigint, scope: Scope = this.scope): ArgumentError | undefined {
    if (ownerType !== undefined)
      for (const { bytes } of this.borrowed) scope.keepAlive(ownerType, owner as bigint, bytes);
    if (this.callbacks.length > 0) this.#keepCallbacks(scope, ownerType, owner);
    return this.after.length > 0 ? this.fill() : undefined;
  }

  #keepCallbacks(scope: Scope, ownerType?: string, owner?: bigint): void {
    for (const address of this.callbacks.splice(0))
      scope.afterDestroy(() => unregister(address), ownerType, owner);
  }
}

/** What is in use with an object: command buffers and queues are used by themselves, others are their scope. */
export function useKeyOf(object: VulkanBase): object {
  const { type, scope } = object.identity;
  if (type !== 'VkCommandBuffer' && type !== 'VkQueue') return scope;
  return scope.entry(type, (object as VulkanObject).handle) ?? scope;
}

// The state of one native call while its arguments are encoded and its results read. Calls nest, also through callbacks,
// so one object is reused for each level.

import { type Bytes, sizeOf } from '../errors/bytes.ts';
import { beginUse, callbacks, endUse } from '../handles/busy.ts';
import type { VulkanBase, VulkanObject } from '../handles/object.ts';
import { destroyCount, type Scope } from '../handles/scope.ts';
import { ArgumentError, argumentErrorOf } from '../native/argument-error.ts';
import { ArgumentStack, argumentStack, type Chunk } from '../native/argument-memory.ts';
import { setImmediate } from '../native/clock.ts';
import { checkNotReset } from '../native/koffi.ts';
import type { StructRow } from '../registry/rows.ts';
import { destroyCallback } from './callback.ts';

/** The first memory of an independent call; more is reserved if needed. */
const APART_SIZE = 4096;
const NOTHING = new ArrayBuffer(0);
const SLOTS = 8;
/** An array whose elements are its own: a setter on Array.prototype would swallow what is written to a new one. */
const slots = (length = SLOTS, from: readonly Bytes[] = []): Bytes[] =>
  Array.from({ length }, (_, i) => from[i] ?? NOTHING);
const calls: Call[] = [];
let begun = 0;
let settling = false;

/**
 * Ends the calls whose own `end` did not run to its end, because the stack overflowed in it. It does so from the event loop,
 * where no call is running.
 */
function settleSoon(): void {
  settling = true;
  setImmediate(() => {
    settling = false;
    while (begun > 0) calls[begun - 1].end();
  }).unref();
}

/** Prepares the first call of a level, or one inside another call. */
function prepare(): void {
  if (begun > 0 && !settling) settleSoon();
  if (begun === calls.length) calls.push(new Call());
}

/** The state of a call. */
export class Call {
  readonly stack: ArgumentStack;
  /** The object on which the command is called. */
  self!: VulkanBase;
  scope!: Scope;
  /** Fill the caller's objects after the call. */
  readonly after: (() => void)[] = [];
  /** Callbacks that were registered for this call. */
  readonly callbacks: bigint[] = [];
  /** Memory of the caller that Vulkan may use after the call. */
  readonly borrowed: { readonly address: number; readonly bytes: Bytes }[] = [];
  /** Names of the structs in the pNext chains that it passes. */
  readonly chained: string[] = [];
  /** Size of the script's memory that is being imported. */
  importedSize: number | undefined;
  /** Number of elements of the array that was encoded last. */
  length = 0;
  /** Number of elements of each array in the array of arrays that was encoded last. */
  innerLengths: readonly number[] = [];
  /** The struct whose chain is being encoded. */
  extended: StructRow | undefined;
  /** Sizes of the caller's bytes that have no length parameter, by their address. */
  readonly sizesByAddress = new Map<number, number>();
  /** How many structs deep the encoder is. */
  depth = 0;
  /** Whether bytes are copied instead of passed without a copy. */
  copies = false;
  /** Whether `end` has more to clean up than argument memory; most calls have not. */
  needsCleanup = false;
  #held: Bytes[] = slots();
  #sizes = new Float64Array(SLOTS);
  /** How many objects with bytes it keeps alive. */
  #heldCount = 0;
  #chunk: Chunk;
  #top = 0;
  #destroyCount = destroyCount;
  /**
   * What it uses, if a script can run before C has returned: in promise forms, and when callbacks may run.
   */
  used: object[] | undefined;
  #isIndependent = false;
  /** The command that C is running. */
  #running: string | undefined;

  constructor(stack: ArgumentStack = argumentStack()) {
    this.stack = stack;
    this.#chunk = stack.chunk;
  }

  /** A call with its own argument memory, which may end after calls that began later. */
  static independent(self: VulkanBase): Call {
    const call = new Call(new ArgumentStack(APART_SIZE));
    call.self = self;
    call.scope = self.identity.scope;
    call.withCleanup().used = [];
    call.#isIndependent = true;
    return call;
  }

  /** @param notes whether to note what it uses; compiled code never does, since the interpreter runs if callbacks may */
  static begin(self: VulkanBase, notes = false): Call {
    if (begun === calls.length || begun > 0) prepare();
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

  /** Marks that `end` has something to clean up; call it before anything is noted. */
  withCleanup(): this {
    this.needsCleanup = true;
    return this;
  }

  /** Notes that it uses a handle, if that is noted at all. */
  use(type: string, handle: bigint): void {
    if (this.used === undefined) return;
    const entry = this.scope.entry(type, handle);
    if (entry !== undefined) this.used.push(entry);
  }

  /** Call before C is called: until `endUse`, what it uses cannot be destroyed. */
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

  /** Keeps the caller's bytes alive until the call has returned; an address alone does not. */
  holdBytes(bytes: Bytes, size: number): void {
    this.withCleanup();
    if (this.#heldCount === this.#sizes.length) this.#addSlots();
    this.#sizes[this.#heldCount] = size;
    this.#held[this.#heldCount++] = bytes;
  }

  #addSlots(): void {
    const sizes = new Float64Array(2 * this.#sizes.length);
    sizes.set(this.#sizes);
    this.#sizes = sizes;
    this.#held = slots(sizes.length, this.#held);
  }

  /** Whether anything was destroyed since the call began. */
  get isOutdated(): boolean {
    return destroyCount !== this.#destroyCount;
  }

  /** Call when all arguments are encoded: a getter may have destroyed something that was checked before. */
  recheck(): void {
    // First, since it destroys too.
    if (this.isOutdated || callbacks.registered > 0) checkNotReset();
    if (this.isOutdated)
      throw new ArgumentError('range', 'something was destroyed while the arguments were read');
    if (callbacks.registered > 0 && this.used === undefined)
      throw new ArgumentError('range', 'a callback was given to Vulkan while the arguments were read');
    this.checkHeld();
  }

  /** Call before encoded memory is read back: a getter may have detached bytes that a pointer in it points to. */
  checkHeld(): void {
    for (let i = 0; i < this.#heldCount; i++)
      if (sizeOf(this.#held[i]) < this.#sizes[i])
        throw new ArgumentError('range', `bytes were detached or shrunk while the arguments were read`);
  }

  /** Frees the arguments, and unregisters callbacks that no handle keeps. */
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
    // Emptied in place, since setting the length to 0 would free the array's memory.
    while (this.#heldCount > 0) this.#held[--this.#heldCount] = NOTHING;
    if (this.chained.length > 0) this.chained.length = 0;
    if (this.sizesByAddress.size > 0) this.sizesByAddress.clear();
    if (this.after.length > 0) this.after.length = 0;
    if (this.callbacks.length > 0) for (const address of this.callbacks.splice(0)) destroyCallback(address);
    if (this.borrowed.length > 0) this.borrowed.length = 0;
  }

  /**
   * Fills the caller's objects after C has returned, perhaps with an error.
   * @returns the first error that a setter of the caller threw
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

  /** Ends a successful call: keeps memory and callbacks as long as `owner`, and does what `fill` does. */
  finish(ownerType?: string, owner?: bigint, scope: Scope = this.scope): ArgumentError | undefined {
    if (ownerType !== undefined)
      for (const { bytes } of this.borrowed) scope.keepAlive(ownerType, owner as bigint, bytes);
    if (this.callbacks.length > 0) this.#keepCallbacks(scope, ownerType, owner);
    return this.after.length > 0 ? this.fill() : undefined;
  }

  #keepCallbacks(scope: Scope, ownerType?: string, owner?: bigint): void {
    for (const address of this.callbacks.splice(0))
      scope.afterDestroy(() => destroyCallback(address), ownerType, owner);
  }
}

/** What is in use with an object: command buffers and queues are used by themselves, others are their scope. */
export function useKeyOf(object: VulkanBase): object {
  const { type, scope } = object.identity;
  if (type !== 'VkCommandBuffer' && type !== 'VkQueue') return scope;
  return scope.entry(type, (object as VulkanObject).handle) ?? scope;
}

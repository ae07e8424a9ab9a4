// Undoes what was made step by step, in reverse, when a later step fails or the owner disposes of it.
import type { Device } from '../objects/device.ts';

/** A stack of steps to undo. */
export class Undo {
  readonly #device: Device;
  readonly #steps: (() => void)[] = [];

  constructor(device: Device) {
    this.#device = device;
  }

  /** Adds a Vulkan handle, to be destroyed unless the caller has already destroyed it. */
  add<T extends bigint>(type: string, handle: T, destroy: (handle: T) => void): T {
    this.push(() => {
      if (this.#device.alive && this.#device.scope.has(type, handle)) destroy(handle);
    });
    return handle;
  }

  /** Adds a step. */
  push(step: () => void): void {
    this.#steps.push(step);
  }

  /** Runs all steps, the last one first. */
  run(): void {
    const step = this.#steps.pop();
    if (step === undefined) return;
    try {
      step();
    } finally {
      // Also if this step has thrown: closing a descriptor does, for one, if its owner has closed it already.
      this.run();
    }
  }
}

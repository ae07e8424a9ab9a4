// What was made one after the other, undone in reverse where a later step fails, or when its owner disposes of it.
import type { Device } from '../objects/device.ts';

/** Things made one after the other, to be undone in reverse. */
export class Undo {
  readonly #device: Device;
  readonly #steps: (() => void)[] = [];

  constructor(device: Device) {
    this.#device = device;
  }

  /** Notes a Vulkan handle; what the caller has destroyed himself is left alone. */
  add<T extends bigint>(type: string, handle: T, destroy: (handle: T) => void): T {
    this.push(() => {
      if (this.#device.alive && this.#device.scope.has(type, handle)) destroy(handle);
    });
    return handle;
  }

  push(step: () => void): void {
    this.#steps.push(step);
  }

  run(): void {
    const step = this.#steps.pop();
    if (step === undefined) return;
    try {
      step();
    } finally {
      // Also where that one throws, as closing a descriptor does that its owner has closed.
      this.run();
    }
  }
}

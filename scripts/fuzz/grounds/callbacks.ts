// Callbacks that make, destroy, throw and call again inside the call that they were called from.
import {
  type Device,
  type VkBuffer,
  VkBufferUsageFlagBits,
  VkFormat,
  VkStructureType,
} from '../../../src/index.ts';
import { type Ground, onDrivers } from '../ground.ts';
import { Boom } from '../hostile.ts';
import { reportMemory } from '../memory-reports.ts';
import { ScenarioPlayer, type Steps } from '../scenario.ts';
import { DEBUG_REPORT, Stage } from '../stage.ts';

const USAGE = VkBufferUsageFlagBits.TRANSFER_SRC;
const HELD = /has not returned|is still running|not destroyed yet/;
const MAX_DEPTH = 3;
const MOST_STEPS = 200;

class Round {
  readonly #steps: Steps;
  readonly #stage: Stage;
  readonly #device: Device;
  #buffers: VkBuffer[] = [];
  /** Functions that destroy its messengers, one for each. */
  #messengers: (() => void)[] = [];
  /** Devices that report their memory. */
  readonly #reporting: Device[] = [];
  readonly #pending: Promise<unknown>[] = [];
  /** The buffers of calls that have not returned. */
  readonly #used: VkBuffer[] = [];
  #depth = 0;

  constructor(steps: Steps, stage: Stage, device: Device) {
    this.#steps = steps;
    this.#stage = stage;
    this.#device = device;
  }

  buffer(): void {
    this.#steps.call('createBuffer', () => {
      this.#buffers.push(this.#device.createBuffer({ size: 64, usage: USAGE }));
    });
  }

  /** Debug messengers, and debug reports where the instance has them. */
  messenger(): void {
    const { instance } = this.#stage;
    if (!instance.enabledExtensions.has(DEBUG_REPORT) || this.#steps.chance(0.6)) this.#debugMessenger();
    else
      this.#steps.call('createDebugReportCallbackEXT', () => {
        const pfnCallback = () => this.#heard() as boolean;
        const report = instance.createDebugReportCallbackEXT({ flags: 31, pfnCallback });
        this.#messengers.push(() => instance.destroyDebugReportCallbackEXT(report));
      });
  }

  /** Creates a device that reports its memory, and allocates some of it. */
  #memoryReport(): void {
    const info = {
      sType: VkStructureType.DEVICE_DEVICE_MEMORY_REPORT_CREATE_INFO_EXT,
      flags: 0,
      pfnUserCallback: () => this.#heard() as undefined,
      pUserData: 0n,
    } as const;
    this.#steps.call('createDevice that reports its memory', () => {
      this.#reporting.push(this.#stage.createDevice(info));
    });
    this.#allocate();
  }

  #allocate(): void {
    const device = this.#steps.pick(this.#reporting);
    if (device === undefined) return;
    this.#steps.call('allocateMemory that is reported', () =>
      device.freeMemory(device.allocateMemory({ allocationSize: 64, memoryTypeIndex: 0 })),
    );
  }

  #debugMessenger(): void {
    this.#steps.call('createDebugUtilsMessengerEXT', () => {
      const { instance } = this.#stage;
      const messenger = instance.createDebugUtilsMessengerEXT({
        messageSeverity: 0x1100,
        messageType: 7,
        pfnUserCallback: () => this.#heard() as boolean,
      });
      this.#messengers.push(() => instance.destroyDebugUtilsMessengerEXT(messenger));
    });
  }

  /** Makes a call with a mistake, which the layer or the embedded driver reports while the call uses a buffer. */
  #mistake(): void {
    const buffer = this.#steps.pick(this.#buffers);
    // The layer would wait for itself if it had something to report inside a report.
    if (buffer === undefined || (this.#depth > 0 && this.#stage.driver === undefined)) return;
    this.#used.push(buffer);
    this.#steps.call('a call with a mistake', () => {
      if (this.#stage.driver !== undefined) this.#device.bindBufferMemory(buffer, this.#memory(), 1n << 40n);
      else {
        const info = { buffer, format: VkFormat.R8_UNORM, offset: 0, range: 64 };
        this.#device.destroyBufferView(this.#device.createBufferView(info));
      }
    });
    this.#used.splice(this.#used.lastIndexOf(buffer), 1);
  }

  #memoryOfRound: ReturnType<Device['allocateMemory']> | undefined;

  #memory(): ReturnType<Device['allocateMemory']> {
    this.#memoryOfRound ??= this.#device.allocateMemory({ allocationSize: 64, memoryTypeIndex: 0 });
    return this.#memoryOfRound;
  }

  #promised(): void {
    const form = this.#device.async.allocateMemory({
      allocationSize: this.#steps.pick([0, 64]),
      memoryTypeIndex: 0,
    });
    this.#steps.say('async.allocateMemory');
    this.#pending.push(
      form.then(
        memory => this.#device.freeMemory(memory),
        () => undefined,
      ),
    );
  }

  #destroyBuffer(): void {
    const buffer = this.#steps.pick(this.#buffers);
    if (buffer === undefined) return;
    const refusal = this.#used.includes(buffer) ? HELD : undefined;
    this.#steps.must(refusal, 'destroyBuffer', () => this.#device.destroyBuffer(buffer));
    if (refusal === undefined) this.#buffers = this.#buffers.filter(b => b !== buffer);
  }

  #destroyMessenger(): void {
    const messenger = this.#steps.pick(this.#messengers);
    if (messenger === undefined) return;
    const refusal = this.#depth > 0 ? HELD : undefined;
    // A promise form may be about to call it.
    const outcome = this.#steps.call('destroy a messenger', messenger);
    if (refusal?.test(outcome) === false)
      this.#steps.fail(`a messenger was destroyed in a callback: ${outcome}`);
    if (outcome === 'ok') this.#messengers = this.#messengers.filter(m => m !== messenger);
  }

  #ends(): void {
    const { instance } = this.#stage;
    this.#steps.must(HELD, 'destroyDevice', () => this.#device.destroyDevice());
    this.#steps.must(HELD, 'destroyInstance', () => instance.destroyInstance());
  }

  act(): void {
    // Each message is heard by several messengers, whose functions cause further messages: this ends it.
    if (this.#steps.lines.length > MOST_STEPS) return;
    this.#steps.pick([
      () => this.buffer(),
      () => this.messenger(),
      () => this.#mistake(),
      () => this.#mistake(),
      () => this.#mistake(),
      () => this.#promised(),
      () => this.#destroyBuffer(),
      () => this.#destroyBuffer(),
      () => this.#destroyMessenger(),
      () => this.#memoryReport(),
      () => this.#allocate(),
      () => this.#ends(),
    ])();
  }

  #heard(): unknown {
    if (this.#depth >= MAX_DEPTH) return false;
    this.#depth++;
    try {
      this.#steps.say(`in a callback, ${this.#depth} deep:`);
      for (let i = this.#steps.int(3); i > 0; i--) this.act();
    } finally {
      this.#depth--;
    }
    if (this.#steps.chance(0.05)) throw new Boom('boom');
    return this.#steps.pick([true, false, undefined, 1, 'no', 2n ** 70n, Number.NaN, {}]);
  }

  async finish(): Promise<void> {
    // Callbacks of these calls may begin further ones.
    while (this.#pending.length > 0) await Promise.all(this.#pending.splice(0));
    for (const messenger of this.#messengers) this.#steps.must(undefined, 'destroy a messenger', messenger);
    for (const device of this.#reporting)
      this.#steps.must(undefined, 'destroy a device', () => device.destroyDevice());
    for (const buffer of this.#buffers)
      this.#steps.must(undefined, 'destroy a buffer', () => this.#device.destroyBuffer(buffer));
    if (this.#memoryOfRound !== undefined) this.#device.freeMemory(this.#memoryOfRound);
  }
}

export const busyCallbacks: Ground = {
  name: 'callbacks that make and destroy',
  ways: onDrivers,
  open(on) {
    const stage = new Stage(on, true);
    if (stage.driver !== undefined) reportMemory(stage.driver);
    return new ScenarioPlayer(async steps => {
      // The device always has an object, so that destroying it must be refused.
      const kept = stage.device.createFence({});
      const round = new Round(steps, stage, stage.device);
      round.messenger();
      round.buffer();
      for (let i = 2 + steps.int(6); i > 0; i--) round.act();
      await round.finish();
      stage.device.destroyFence(kept);
    });
  },
};

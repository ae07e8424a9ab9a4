// Promise forms crossed with what ends, frees or resets what they use, with a second call, and with each other.
import {
  type CommandBuffer,
  type Device,
  type VkCommandPool,
  type VkFence,
  type VkPipelineLayout,
  type VkShaderModule,
  VkShaderStageFlagBits,
} from '../../../src/index.ts';
import { type Ground, onDrivers } from '../ground.ts';
import { ScenarioPlayer, type Steps } from '../scenario.ts';
import { Stage } from '../stage.ts';

// void main() {}
const SPIRV = Uint32Array.of(
  ...[0x07230203, 0x00010000, 0, 5, 0, 0x00020011, 1, 0x0003000e, 0, 1, 0x0005000f, 5, 4, 0x6e69616d, 0],
  ...[0x00060010, 4, 17, 1, 1, 1, 0x00020013, 2, 0x00030021, 3, 2, 0x00050036, 2, 4, 0, 3, 0x000200f8, 1],
  ...[0x000100fd, 0x00010038],
);

const IN_USE =
  /uses (it|this queue|a queue of this device) and has not returned|is still running|not destroyed yet/;
/** How a call is refused that uses what was destroyed or freed. */
const ENDED = /expected a live|was destroyed|was freed/;
const FOREVER = 2n ** 64n - 1n;

/** An object that a round has made: how many calls in progress use it, and whether it is alive. */
class Thing<T> {
  readonly value: T;
  readonly name: string;
  uses = 0;
  /** Submitted to a queue that may still read it, which the library does not track. */
  submitted = false;
  alive = true;

  constructor(name: string, value: T) {
    this.name = name;
    this.value = value;
  }
}

class Round {
  readonly #steps: Steps;
  readonly #stage: Stage;
  readonly #device: Device;
  readonly fences: Thing<VkFence>[];
  readonly pool: Thing<VkCommandPool>;
  readonly buffers: Thing<CommandBuffer>[];
  readonly modules: Thing<VkShaderModule>[] = [];
  readonly layouts: Thing<VkPipelineLayout>[] = [];
  readonly #pending: Promise<void>[] = [];
  readonly #aborts: AbortController[] = [];
  #running = 0;
  #onQueue = 0;

  constructor(steps: Steps, stage: Stage) {
    this.#steps = steps;
    this.#stage = stage;
    this.#device = stage.device;
    const device = this.#device;
    this.fences = [0, 1, 2].map(i => new Thing(`fences[${i}]`, device.createFence({})));
    this.pool = new Thing('pool', device.createCommandPool({ queueFamilyIndex: 0, flags: 2 }));
    const info = { commandPool: this.pool.value, level: 0, commandBufferCount: 3 };
    this.buffers = device.allocateCommandBuffers(info).map((b, i) => new Thing(`buffers[${i}]`, b));
    for (const { value } of this.buffers) {
      value.beginCommandBuffer({});
      value.endCommandBuffer();
    }
    if (stage.driver !== undefined) return;
    this.modules.push(new Thing('module', device.createShaderModule({ pCode: SPIRV })));
    this.layouts.push(new Thing('layout', device.createPipelineLayout({})));
  }

  /** Begins a promise form. It uses its objects until it has settled; if one of them is not alive, it must be refused. */
  #begin(text: string, uses: Thing<unknown>[], onQueue: boolean, form: () => Promise<unknown>): void {
    const alive = uses.every(thing => thing.alive);
    if (alive) {
      this.#running++;
      if (onQueue) this.#onQueue++;
      for (const thing of uses) thing.uses++;
    }
    const ended = this.#steps.wait(`begin ${text}`, this.#guarded(form)).then(outcome => {
      const right = alive ? !/^(Range|Type|ValidUsage)Error/.test(outcome) : ENDED.test(outcome);
      if (!right) this.#steps.fail(`${text}: ${outcome}, with ${alive ? 'all' : 'not all'} alive`);
      if (!alive) return;
      this.#running--;
      if (onQueue) this.#onQueue--;
      for (const thing of uses) thing.uses--;
    });
    this.#pending.push(ended);
  }

  /** An aborted wait ends with the signal's reason, as it should. */
  async #guarded(form: () => Promise<unknown>): Promise<void> {
    try {
      await form();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }

  #wait(): void {
    const fences = this.#steps.some(this.fences);
    if (fences.length === 0) return;
    const abort = new AbortController();
    this.#aborts.push(abort);
    const timeout = this.#steps.pick([0n, 1_000_000n, FOREVER]);
    this.#begin(`waitForFences([${fences.map(f => f.name)}], ${timeout})`, fences, false, () =>
      this.#device.async.waitForFences(
        fences.map(f => f.value),
        this.#steps.chance(0.5),
        timeout,
        { signal: abort.signal },
      ),
    );
  }

  #submit(): void {
    // Whether something may be submitted again, only a validation layer checks.
    const buffers = this.#steps.some(this.buffers).filter(b => !b.submitted);
    const [fence] = this.fences.filter(f => !f.submitted && this.#steps.chance(0.3));
    for (const thing of [...buffers, ...(fence ? [fence] : [])]) thing.submitted = true;
    const uses = [...buffers, ...(buffers.length > 0 ? [this.pool] : []), ...(fence ? [fence] : [])];
    const pCommandBuffers = buffers.map(b => b.value);
    this.#begin(`queueSubmit([${uses.map(u => u.name)}])`, uses, true, () =>
      this.#stage.queue.async.queueSubmit([{ pCommandBuffers }], fence?.value),
    );
  }

  #pipelines(): void {
    const [[module], [layout]] = [this.modules, this.layouts];
    if (module === undefined) return;
    const stage = { stage: VkShaderStageFlagBits.COMPUTE, module: module.value, pName: 'main' };
    this.#begin('createComputePipelines', [module, layout], false, async () => {
      const { pPipelines } = await this.#device.async.createComputePipelines(null, [
        { stage, layout: layout.value },
      ]);
      for (const pipeline of pPipelines) this.#device.destroyPipeline(pipeline);
    });
  }

  begin(): void {
    const { device, queue } = this.#stage;
    this.#steps.pick([
      () => this.#wait(),
      () => this.#wait(),
      () => this.#submit(),
      () => this.#pipelines(),
      () => this.#begin('deviceWaitIdle', [], true, () => device.async.deviceWaitIdle()),
      () => this.#begin('queueWaitIdle', [], true, () => queue.async.queueWaitIdle()),
      () =>
        this.#begin('allocateMemory', [], false, async () => {
          const info = { allocationSize: 4096, memoryTypeIndex: 0 };
          device.freeMemory(await device.async.allocateMemory(info));
        }),
    ])();
  }

  /** Ends a thing, or does something else to it, that calls in progress may use. */
  #end(thing: Thing<unknown> | undefined, text: string, act: () => void, resets = false): void {
    // A queue may still work on it, which only a validation layer checks.
    if (thing === undefined || (thing.submitted && thing.uses === 0)) return;
    const refusal = thing.alive ? (thing.uses > 0 ? IN_USE : undefined) : ENDED;
    this.#steps.must(refusal, `${text}(${thing.name})`, act);
    if (refusal === undefined && !resets) thing.alive = false;
  }

  /** Ends or resets what may be in use. */
  cross(): void {
    const device = this.#device;
    const [fence, buffer] = [this.#steps.pick(this.fences), this.#steps.pick(this.buffers)];
    const [[module], [layout], pool] = [this.modules, this.layouts, this.pool];
    pool.submitted = this.buffers.some(b => b.submitted);
    this.#steps.pick([
      () => this.#end(fence, 'destroyFence', () => device.destroyFence(fence.value)),
      () => this.#end(fence, 'resetFences', () => device.resetFences([fence.value]), true),
      () => {
        const free = () => device.freeCommandBuffers(pool.value, [buffer.value]);
        if (pool.alive) this.#end(buffer, 'freeCommandBuffers', free);
      },
      () => this.#end(buffer, 'resetCommandBuffer', () => buffer.value.resetCommandBuffer(0), true),
      () =>
        this.#end(buffer, 'beginCommandBuffer', () => buffer.value.beginCommandBuffer({}), true) ??
        (buffer.alive && buffer.uses === 0 && !buffer.submitted && buffer.value.endCommandBuffer()),
      () => this.#end(pool, 'resetCommandPool', () => device.resetCommandPool(pool.value, 0), true),
      () => {
        this.#end(pool, 'destroyCommandPool', () => device.destroyCommandPool(pool.value));
        for (const b of this.buffers) b.alive &&= pool.alive;
      },
      () => this.#end(module, 'destroyShaderModule', () => device.destroyShaderModule(module.value)),
      () => this.#end(layout, 'destroyPipelineLayout', () => device.destroyPipelineLayout(layout.value)),
      // It always has objects left, the fence `kept` at least.
      () => this.#steps.must(IN_USE, 'destroyDevice', () => device.destroyDevice()),
      () =>
        this.#steps.must(this.#onQueue > 0 ? IN_USE : undefined, 'queueSubmit, sync', () =>
          this.#stage.queue.queueSubmit([]),
        ),
      () =>
        this.#steps.must(this.#onQueue > 0 ? IN_USE : undefined, 'deviceWaitIdle, sync', () =>
          device.deviceWaitIdle(),
        ),
    ])();
  }

  async finish(): Promise<void> {
    for (const abort of this.#aborts) abort.abort();
    await Promise.all(this.#pending);
    if (this.#running !== 0) this.#steps.fail('a form did not settle');
    const device = this.#device;
    device.deviceWaitIdle();
    const rest = <T>(things: readonly Thing<T>[], destroy: (value: T) => void) => {
      for (const { name, value, alive } of things)
        if (alive) this.#steps.must(undefined, `destroy ${name}`, () => destroy(value));
    };
    rest(this.fences, value => device.destroyFence(value));
    rest([this.pool], value => device.destroyCommandPool(value));
    rest(this.modules, value => device.destroyShaderModule(value));
    rest(this.layouts, value => device.destroyPipelineLayout(value));
  }
}

export const crossedPromises: Ground = {
  name: 'promise forms crossed',
  ways: onDrivers,
  open(on) {
    const stage = new Stage(on);
    return new ScenarioPlayer(async steps => {
      const before = JSON.stringify(stage.driver?.counts());
      // The device always has an object, so that destroying it must be refused.
      const kept = stage.device.createFence({});
      const round = new Round(steps, stage);
      for (let i = 1 + steps.int(4); i > 0; i--) {
        round.begin();
        for (let k = steps.int(4); k > 0; k--) round.cross();
        if (steps.chance(0.3)) await new Promise(resolve => setTimeout(resolve, steps.int(3)));
        if (steps.chance(0.3)) round.cross();
      }
      await round.finish();
      stage.device.destroyFence(kept);
      if (JSON.stringify(stage.driver?.counts()) !== before)
        steps.fail('the driver has more objects than before');
    });
  },
};

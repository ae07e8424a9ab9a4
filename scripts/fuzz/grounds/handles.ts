// Handles freed twice, to another pool, after their pool was reset or destroyed, and when the driver has given their value
// to another object; the rounds themselves know what is alive.
import type { CommandBuffer, Device, VkCommandPool, VkDescriptorPool } from '../../../src/index.ts';
import { VkDescriptorPoolCreateFlagBits, VkDescriptorType } from '../../../src/index.ts';
import { type Ground, onDrivers } from '../ground.ts';
import { ScenarioPlayer, type Steps } from '../scenario.ts';
import { Stage } from '../stage.ts';

/** A kind of pool: how it is made, allocated from, given back to, reset and destroyed. */
interface Kind<Pool, Item> {
  readonly name: string;
  create(): Pool;
  allocate(pool: Pool, count: number): Item[];
  free(pool: Pool, items: Item[]): void;
  reset(pool: Pool): void;
  /** Whether a reset frees the items. */
  readonly resetTakes: boolean;
  destroy(pool: Pool): void;
  /** Makes a call that uses one. */
  use(item: Item): void;
}

const MAX = 64;

const commandBuffers = (device: Device): Kind<VkCommandPool, CommandBuffer> => ({
  name: 'CommandBuffers',
  create: () => device.createCommandPool({ queueFamilyIndex: 0, flags: 2 }),
  allocate: (commandPool, commandBufferCount) =>
    device.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount }),
  free: (pool, items) => device.freeCommandBuffers(pool, items),
  reset: pool => device.resetCommandPool(pool, 0),
  resetTakes: false,
  destroy: pool => device.destroyCommandPool(pool),
  use(item) {
    item.beginCommandBuffer({});
    item.endCommandBuffer();
  },
});

type DescriptorSet = ReturnType<Device['allocateDescriptorSets']>[number];

function descriptorSets(device: Device): Kind<VkDescriptorPool, DescriptorSet> {
  const type = VkDescriptorType.SAMPLER;
  const layout = device.createDescriptorSetLayout({
    pBindings: [{ binding: 0, descriptorType: type, descriptorCount: 1, stageFlags: 1 }],
  });
  return {
    name: 'DescriptorSets',
    create: () =>
      device.createDescriptorPool({
        flags: VkDescriptorPoolCreateFlagBits.FREE_DESCRIPTOR_SET,
        maxSets: MAX,
        pPoolSizes: [{ type, descriptorCount: MAX }],
      }),
    allocate: (descriptorPool, count) =>
      device.allocateDescriptorSets({ descriptorPool, pSetLayouts: new Array(count).fill(layout) }),
    free: (pool, items) => device.freeDescriptorSets(pool, items),
    reset: pool => device.resetDescriptorPool(pool, 0),
    resetTakes: true,
    destroy: pool => device.destroyDescriptorPool(pool),
    use: item => device.updateDescriptorSets([], [{ srcSet: item, dstSet: item, descriptorCount: 0 }]),
  };
}

const REFUSED = /^(Range|Type|ValidUsage)Error/;

function play<Pool, Item>(steps: Steps, kind: Kind<Pool, Item>, others: readonly Pool[]): void {
  const { name } = kind;
  const pools: { pool: Pool; alive: boolean; items: Set<Item> }[] = [];
  const known: Item[] = [];
  const create = () => {
    steps.say(`create pools[${pools.length}]`);
    pools.push({ pool: kind.create(), alive: true, items: new Set() });
  };
  create();
  create();
  for (let i = 5 + steps.int(10); i > 0; i--) {
    const chosen = pools[steps.int(pools.length)].pool;
    // The value belongs to the object that has it now.
    const at = pools.findLastIndex(p => p.pool === chosen);
    const { pool, alive, items } = pools[at];
    const refusal = alive ? undefined : REFUSED;
    const where = `pools[${at}]${alive ? '' : ' (destroyed)'}`;
    switch (steps.int(7)) {
      case 0:
        if (pools.filter(p => p.alive).length < 4) create();
        break;
      case 1:
      case 2:
        if (items.size > 8) break;
        steps.must(refusal, `allocate${name}(${where})`, () => {
          for (const item of kind.allocate(pool, 1 + steps.int(3))) {
            items.add(item);
            known.push(item);
          }
        });
        break;
      case 3:
      case 4: {
        const given = Array.from({ length: 1 + steps.int(4) }, () => steps.pick(known)).filter(
          item => item !== undefined,
        );
        const right = alive && new Set(given).size === given.length && given.every(item => items.has(item));
        steps.must(right ? undefined : REFUSED, `free${name}(${where}, ${given.map(String)})`, () =>
          given.length > 0 || !alive ? kind.free(pool, given) : undefined,
        );
        if (right) for (const item of given) items.delete(item);
        break;
      }
      case 5: {
        const item = steps.pick(known);
        if (item === undefined) break;
        const lives = pools.some(p => p.alive && p.items.has(item));
        steps.must(lives ? undefined : REFUSED, `use ${String(item)}`, () => kind.use(item));
        break;
      }
      default: {
        const isReset = steps.chance(0.5);
        steps.must(refusal, `${isReset ? 'reset' : 'destroy'}(${where})`, () =>
          isReset ? kind.reset(pool) : kind.destroy(pool),
        );
        if (!isReset || kind.resetTakes) items.clear();
        if (!isReset) pools[at] = { ...pools[at], alive: false };
      }
    }
  }
  for (const other of others)
    steps.must(REFUSED, `destroy${name} pool of another device`, () => kind.destroy(other));
  for (const { pool, alive } of pools)
    if (alive) steps.must(undefined, 'destroy what is left', () => kind.destroy(pool));
}

export const repeatedHandles: Ground = {
  name: 'handles repeated and recycled',
  ways: onDrivers,
  open(on) {
    const stage = new Stage(on);
    const [mine, foreign] = [stage.device, stage.createDevice()];
    const buffers = commandBuffers(mine);
    const foreignBuffers = commandBuffers(foreign).create();
    const sets = on === 'live' ? descriptorSets(mine) : undefined;
    return new ScenarioPlayer(steps => {
      if (sets !== undefined && steps.chance(0.5)) play(steps, sets, []);
      else play(steps, buffers, [foreignBuffers]);
    });
  },
};

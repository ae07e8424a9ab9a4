// JSON: what was declared to koffi once the query has answered.
import koffi from 'koffi';
import { VkExternalMemoryHandleTypeFlagBits } from '../../../src/index.ts';
import { loadTarget, makeDevice, makeGpu } from '../target.ts';

const declared = { structs: 0, prototypes: 0, functions: 0, callbacks: 0 };

type Maker = (...args: unknown[]) => unknown;

/** Counts what a function of koffi makes. */
function count(name: 'struct' | 'union' | 'proto' | 'decode' | 'register', as: keyof typeof declared): void {
  const makers = koffi as unknown as Record<string, Maker>;
  const make = makers[name];
  const counted: Maker = (...args) => {
    const made = make(...args);
    if (name !== 'decode' || typeof made === 'function') declared[as]++;
    return made;
  };
  makers[name] = Object.assign(counted, make);
}

count('struct', 'structs');
count('union', 'structs');
count('proto', 'prototypes');
count('decode', 'functions');
count('register', 'callbacks');

const { vulkan, symbol } = loadTarget(process.argv[2]);
if (symbol('target_sum') === undefined) throw new Error('no target');
const device = makeDevice(makeGpu(vulkan));
const { memoryTypeBits } = device.getMemoryWin32HandlePropertiesKHR(
  VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE,
  0x1000n,
);
process.stdout.write(JSON.stringify({ declared, answer: memoryTypeBits }));

// Prints as JSON how many types and functions are declared to koffi after one query.
import koffi from 'koffi';
import { VkExternalMemoryHandleTypeFlagBits } from '../../../src/index.ts';
import { loadTrivialDriver, makeDevice, makeGpu } from '../trivial-driver.ts';

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

const { vulkan, symbol } = loadTrivialDriver(process.argv[2]);
if (symbol('driver_sum') === undefined) throw new Error('no driver');
const device = makeDevice(makeGpu(vulkan));
const { memoryTypeBits } = device.getMemoryWin32HandlePropertiesKHR(
  VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE,
  0x1000n,
);
process.stdout.write(JSON.stringify({ declared, answer: memoryTypeBits }));

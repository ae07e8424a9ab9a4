// Opens a device of the newer driver for each test, and makes memory that host and device see.
import { expect } from 'chai';
import type { Context } from 'mocha';
import { allocateFor } from '../../src/helpers/index.ts';
import {
  VkAccessFlagBits as Access,
  VkBufferUsageFlagBits as BufferUsage,
  type CommandBuffer,
  type Device,
  type MappedMemory,
  mapMemory,
  VkMemoryPropertyFlagBits as Property,
  VkPipelineStageFlagBits as Stage,
  VkStructureType as T,
  type VkBuffer,
  type VkDeviceCreateInfo,
  VkMemoryAllocateFlagBits,
} from '../../src/index.ts';
import { submit as submitAlone, toHost } from './draw.ts';
import { createDevice, type Live } from './harness.ts';
import { openNewer, skipWithout } from './mesa.ts';

export const NUMBERS = Float32Array.from({ length: 64 }, (_, i) => i / 2);
export const SQUARES = [...NUMBERS].map(n => n * n);
const ADDRESS = {
  pNext: [{ sType: T.MEMORY_ALLOCATE_FLAGS_INFO, flags: VkMemoryAllocateFlagBits.DEVICE_ADDRESS }],
} as const;

type OpenDevice = (
  context: Context,
  extensions: readonly string[],
  pNext: VkDeviceCreateInfo['pNext'],
  layer?: null,
) => Device;

/**
 * Ends what each test of the suite around it has opened; the layer must not have said a word.
 * @returns opens a device with extensions, or skips the test; `layer` is null where the layer of Debian 12 does not
 *   know the extension
 */
export function newerSuite(): OpenDevice {
  let live: Live | undefined;
  let device: Device | undefined;
  afterEach(() => {
    // All that was made from it goes with it.
    device?.[Symbol.dispose]();
    const messages = live?.messages ?? [];
    live?.end();
    [device, live] = [undefined, undefined];
    expect(messages).to.deep.equal([]);
  });
  return (context, extensions, pNext, layer) => {
    live = openNewer(context, layer);
    skipWithout(context, live.gpu, extensions);
    device = createDevice(live.gpu, extensions, pNext);
    return device;
  };
}

/** Records, submits and waits; what was written is there for the host. */
export const submit = (device: Device, record: (commands: CommandBuffer) => void): void =>
  submitAlone(device, commands => {
    record(commands);
    toHost(commands, Stage.ALL_COMMANDS, Access.MEMORY_WRITE);
  });

/** A buffer that host and device see, mapped; with an address where its usage says so. */
export function hostBuffer(
  device: Device,
  size: number,
  usage: number,
): { buffer: VkBuffer; mapped: MappedMemory } {
  const buffer = device.createBuffer({ size, usage });
  const hasAddress = (usage & BufferUsage.SHADER_DEVICE_ADDRESS) !== 0;
  const required = Property.HOST_VISIBLE | Property.HOST_COHERENT;
  const { memory } = allocateFor(device, { buffer }, hasAddress ? { required, ...ADDRESS } : { required });
  return { buffer, mapped: mapMemory(device, memory, size) };
}

export const floats = (mapped: MappedMemory): number[] => [...new Float32Array(mapped.read().buffer)];

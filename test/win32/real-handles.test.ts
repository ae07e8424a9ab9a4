// Memory is shared through real NT handles, within a process and with another one, and nothing leaks in 1,000 rounds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import {
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  mapMemory,
  VkMemoryPropertyFlagBits as Property,
  VkBufferUsageFlagBits,
  VkStructureType,
} from '../../src/index.ts';
import {
  closeHandle,
  getHandleInformation,
  importMemoryWin32,
  queryMemoryTypes,
} from '../../src/win32/index.ts';
import { type Embedded, openEmbedded } from './embedded.ts';
import { openHandles, windowsOnly } from './kernel.ts';

const SIZE = 65536;
const ROUNDS = 1000;
const { D3D12_HEAP, OPAQUE_WIN32 } = HandleType;
const buffer = { size: 4096, usage: VkBufferUsageFlagBits.TRANSFER_SRC };

describe('win32: real NT handles', () => {
  let embedded: Embedded;
  before(function () {
    windowsOnly(this);
    embedded = openEmbedded();
  });
  after(() => embedded?.end());

  /** Imports a handle, closing it before or after, writes through one mapping, reads through the other. */
  function heapRound(round: number): void {
    const { device, driver } = embedded;
    const handle = driver.createExternalHandle(D3D12_HEAP, { size: SIZE });
    getHandleInformation(handle);
    expect(queryMemoryTypes(device, D3D12_HEAP, handle).memoryTypeBits).to.equal(0b10110);
    const options = { handleType: D3D12_HEAP, handle, buffer, allocationSize: SIZE };
    const closeAfterImport = round % 2 === 0;
    const imported = importMemoryWin32(device, {
      ...options,
      preferred: Property.HOST_VISIBLE,
      duplicate: round % 3 === 0,
      closeAfterImport,
    });
    const mapped = mapMemory(device, imported.memory, SIZE);
    driver.writeExternal(handle, Uint8Array.of(round & 0xff), 100);
    expect(mapped.read(100, 1)[0]).to.equal(round & 0xff);
    mapped.write(Uint8Array.of(round >> 8), 101);
    expect(driver.readExternal(handle, 101, 1)[0]).to.equal(round >> 8);
    mapped.unmap();
    imported[Symbol.dispose]();
    driver.closeExternalHandle(handle);
  }

  /** The same with memory that Vulkan exports. */
  function exportRound(round: number): void {
    const { device } = embedded;
    const [allocationSize, memoryTypeIndex] = [SIZE, 2];
    const exported = device.allocateMemory({
      allocationSize,
      memoryTypeIndex,
      pNext: [{ sType: VkStructureType.EXPORT_MEMORY_ALLOCATE_INFO, handleTypes: OPAQUE_WIN32 }],
    });
    const handle = device.getMemoryWin32HandleKHR({ memory: exported, handleType: OPAQUE_WIN32 })!;
    expect(getHandleInformation(handle)).to.deep.equal({ inherit: false, protectFromClose: false });
    const options = { handleType: OPAQUE_WIN32, handle, buffer, allocationSize, memoryTypeIndex };
    const imported = importMemoryWin32(device, { ...options, closeAfterImport: round % 2 === 0 });
    const [one, other] = [exported, imported.memory].map(memory => mapMemory(device, memory, SIZE));
    one.write(Uint8Array.of(round & 0xff), 100);
    expect(other.read(100, 1)[0]).to.equal(round & 0xff);
    if (round % 2 === 1) closeHandle(handle);
    one.unmap();
    device.freeMemory(exported);
    expect(other.read(100, 1)[0], 'the import holds the memory').to.equal(round & 0xff);
    other.unmap();
    imported[Symbol.dispose]();
  }

  for (const [name, round] of [
    ['made outside Vulkan', heapRound],
    ['exported by Vulkan', exportRound],
  ] as const)
    it(`${ROUNDS} rounds with memory ${name}: as many handles open afterwards as before`, () => {
      round(0);
      round(1);
      const before = openHandles();
      for (let i = 0; i < ROUNDS; i++) round(i);
      const after = openHandles();
      console.log(`      open handles of this process: ${before} before, ${after} after`);
      expect(after).to.be.at.most(before);
      expect(embedded.leftovers()).to.deep.equal({});
    });

  it('failing imports leave as many handles open as before', () => {
    const { device, driver } = embedded;
    const handle = driver.createExternalHandle(D3D12_HEAP, { size: SIZE });
    const options = { handleType: D3D12_HEAP, handle, buffer, allocationSize: SIZE, duplicate: true };
    const before = openHandles();
    for (const command of ['vkCreateBuffer', 'vkAllocateMemory', 'vkBindBufferMemory']) {
      driver.fail(command, -13);
      expect(() => importMemoryWin32(device, { ...options, closeAfterImport: true })).to.throw(command);
    }
    expect(openHandles()).to.equal(before);
    getHandleInformation(handle);
    driver.closeExternalHandle(handle);
  });

  it('shares memory with another process: the handle is duplicated, the bytes are equal', async () => {
    const script = new URL('../../scripts/examples/share-between-processes.ts', import.meta.url);
    const child = spawn(process.execPath, [fileURLToPath(script)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output: Buffer[] = [];
    child.stdout.on('data', chunk => output.push(chunk));
    const [code] = await once(child, 'close');
    const text = Buffer.concat(output).toString();
    console.log(text.trim().replace(/^/gm, '      '));
    expect(code).to.equal(0);
    expect(text).to.match(/65536 bytes are equal/);
  });
});

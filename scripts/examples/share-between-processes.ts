// Exports memory in one process, duplicates its handle into another, imports it there, and compares the bytes.
//
//   npx tsx scripts/examples/share-between-processes.ts
//
// It needs Windows (or Wine), where handles are the kernel's. Without a Vulkan driver that offers
// VK_KHR_external_memory_win32, the embedded driver does the same with real handles.
import { spawnSync } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { chooseMemoryType } from '../../src/helpers/index.ts';
import {
  type Device,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  mapMemory,
  VkMemoryPropertyFlagBits as Property,
  VkBufferUsageFlagBits,
  VkStructureType,
} from '../../src/index.ts';
import { closeHandle, duplicateHandle, importMemoryWin32, WindowsOnlyError } from '../../src/win32/index.ts';
import { openAny } from './open.ts';

const SIZE = 65536;
const handleType = HandleType.OPAQUE_WIN32;
const buffer = { size: SIZE, usage: VkBufferUsageFlagBits.TRANSFER_SRC };
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A memory type that the CPU sees, among those that such a buffer can have once its memory is shared. */
function pickMemoryType(device: Device): number {
  const { EXTERNAL_MEMORY_BUFFER_CREATE_INFO: sType } = VkStructureType;
  const made = device.createBuffer({ ...buffer, pNext: [{ sType, handleTypes: handleType }] });
  const { memoryTypeBits } = device.getBufferMemoryRequirements(made);
  device.destroyBuffer(made);
  const required = Property.HOST_VISIBLE | Property.HOST_COHERENT;
  return chooseMemoryType(device.physicalDevice, memoryTypeBits, { required });
}

/** Exports memory with random bytes and lets another process read them. */
function exporter(): void {
  if (process.platform !== 'win32') throw new WindowsOnlyError('sharing handles between processes');
  const { device, deviceName, end } = openAny();
  const memoryTypeIndex = pickMemoryType(device);
  const memory = device.allocateMemory({
    allocationSize: SIZE,
    memoryTypeIndex,
    pNext: [{ sType: VkStructureType.EXPORT_MEMORY_ALLOCATE_INFO, handleTypes: handleType }],
  });
  const handle = device.getMemoryWin32HandleKHR({ memory, handleType })!;
  const bytes = randomFillSync(new Uint8Array(SIZE));
  const mapped = mapMemory(device, memory, SIZE);
  mapped.write(bytes);
  console.log(
    `process ${process.pid}, ${deviceName}: exported ${SIZE} bytes as handle 0x${handle.toString(16)}`,
  );

  const script = fileURLToPath(import.meta.url);
  const about = ['--importer', process.pid, handle, memoryTypeIndex].map(String);
  const { status, stdout } = spawnSync(process.execPath, [...process.execArgv, script, ...about], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  process.stdout.write(stdout);
  mapped.unmap();
  closeHandle(handle);
  device.freeMemory(memory);
  end();
  if (status !== 0 || !stdout.includes(sha256(bytes))) throw new Error('the other process read other bytes');
  console.log(`the ${SIZE} bytes are equal`);
}

/** Imports the memory of another process. */
function importer(pid: number, theirs: bigint, memoryTypeIndex: number): void {
  const { device, deviceName, end } = openAny();
  const handle = duplicateHandle(theirs, { fromProcess: pid });
  const options = { handleType, handle, allocationSize: SIZE, memoryTypeIndex, buffer };
  const imported = importMemoryWin32(device, { ...options, closeAfterImport: true });
  const mapped = mapMemory(device, imported.memory, SIZE);
  const hash = sha256(mapped.read());
  console.log(
    `process ${process.pid}, ${deviceName}: duplicate 0x${handle.toString(16)} holds sha256 ${hash}`,
  );
  mapped.unmap();
  imported[Symbol.dispose]();
  end();
}

try {
  const [mode, pid, handle, memoryTypeIndex] = process.argv.slice(2);
  if (mode === '--importer') importer(Number(pid), BigInt(handle), Number(memoryTypeIndex));
  else exporter();
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}

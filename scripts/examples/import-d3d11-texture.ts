// Makes a texture in Direct3D 11, paints it, imports it into Vulkan, copies it out, and writes a PNG.
//
//   npx tsx scripts/examples/import-d3d11-texture.ts [file.png] [--kmt]
//
// It needs Windows with a Vulkan driver that offers VK_KHR_external_memory_win32; `--kmt` shares by a KMT handle
// instead of an NT one. Elsewhere the embedded driver stands for both GPU and Direct3D.
import { writeFileSync } from 'node:fs';
import { createD3D11Device } from '../../src/d3d/index.ts';
import {
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  VkFormat,
  VkImageUsageFlagBits,
} from '../../src/index.ts';
import { importTextureWin32 } from '../../src/win32/index.ts';
import { copyOut } from './copy-out.ts';
import { type OpenedDevice, openEmbedded, openSystem } from './open.ts';
import { encodePng } from './png.ts';

const args = process.argv.slice(2);
const file = args.find(arg => !arg.startsWith('--')) ?? 'texture.png';
const handleType = args.includes('--kmt') ? HandleType.D3D11_TEXTURE_KMT : HandleType.D3D11_TEXTURE;
const extent = { width: 256, height: 256 };
const format = VkFormat.R8G8B8A8_UNORM;

/** Red to the right, green downwards. */
const picture = new Uint8Array(extent.width * extent.height * 4);
for (let i = 0; i < picture.length / 4; i++) picture.set([i % 256, i >> 8, 128, 255], i * 4);

/** A painted texture, the device that can import it, and how to end both. */
function produce() {
  if (process.platform !== 'win32') {
    const opened = openEmbedded();
    const driver = opened.embedded!;
    const handle = driver.createExternalHandle(handleType, { size: picture.length });
    driver.writeExternal(handle, picture);
    return {
      opened,
      shared: { handle, handleType, format, extent },
      end: () => driver.closeExternalHandle(handle),
    };
  }
  const d3d = createD3D11Device();
  const texture = d3d.createSharedTexture({ extent, format, handleType });
  texture.write(picture);
  const end = () => {
    texture[Symbol.dispose]();
    d3d[Symbol.dispose]();
  };
  return { opened: openSystem(d3d.luid), shared: texture.shared, end };
}

function main(): void {
  const { opened, shared, end } = produce();
  const { device, deviceName }: OpenedDevice = opened;
  const texture = importTextureWin32(device, { ...shared, usage: VkImageUsageFlagBits.TRANSFER_SRC });
  const { memoryTypeIndex, masks, warnings } = texture;
  console.log(
    `${deviceName}: handle 0x${shared.handle.toString(16)} imported as memory type ${memoryTypeIndex}`,
  );
  console.log(masks);
  for (const warning of warnings) console.log(`warning: ${warning}`);
  const pixels = copyOut(device, texture.image, extent);
  texture[Symbol.dispose]();
  end();
  opened.end();
  if (Buffer.compare(pixels, picture) !== 0) throw new Error('the pixels are not those that were painted');
  writeFileSync(file, encodePng(extent.width, extent.height, pixels));
  console.log(`${file}: ${extent.width} × ${extent.height} pixels, as they were painted`);
}

try {
  main();
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}

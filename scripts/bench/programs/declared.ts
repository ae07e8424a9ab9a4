// JSON: what was declared to koffi once the query has answered.
import { VkExternalMemoryHandleTypeFlagBits } from '../../../src/index.ts';
import { declared } from '../../../src/native/koffi.ts';
import { loadTarget, makeDevice, makeGpu } from '../target.ts';

const { vulkan, symbol } = loadTarget(process.argv[2]);
if (symbol('target_sum') === undefined) throw new Error('no target');
const device = makeDevice(makeGpu(vulkan));
const { memoryTypeBits } = device.getMemoryWin32HandlePropertiesKHR(
  VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE,
  0x1000n,
);
process.stdout.write(JSON.stringify({ declared, answer: memoryTypeBits }));

// Prints as JSON how many KiB 18,000 frames, each recorded, submitted and waited for on the system's Vulkan, leave in the
// heap and in the process, or why there are none.
import { VkCommandPoolCreateFlagBits, VkPipelineBindPoint, VkResult } from '../../../src/index.ts';
import { openRecorder } from '../recorder.ts';

const FRAMES = 18_000;
const SECOND = 1_000_000_000n;

const recorder = openRecorder();
if (recorder.missing !== undefined) process.stdout.write(JSON.stringify({ missing: recorder.missing }));
else {
  const { device, pipeline } = recorder;
  const flags = VkCommandPoolCreateFlagBits.RESET_COMMAND_BUFFER;
  const commandPool = device.createCommandPool({ queueFamilyIndex: 0, flags });
  const [commands] = device.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 1 });
  const [queue, fence] = [device.getDeviceQueue(0, 0), device.createFence({})];
  const frame = () => {
    commands.beginCommandBuffer({});
    commands.cmdBindPipeline(VkPipelineBindPoint.COMPUTE, pipeline);
    commands.endCommandBuffer();
    queue.queueSubmit([{ pCommandBuffers: [commands] }], fence);
    if (device.waitForFences([fence], true, SECOND) !== VkResult.SUCCESS) throw new Error('no fence');
    device.resetFences([fence]);
  };
  const held = () => {
    globalThis.gc!();
    const { heapUsed, rss } = process.memoryUsage();
    return { heap: heapUsed / 1024, resident: rss / 1024 };
  };
  const states = Array.from({ length: 4 }, () => {
    for (let i = 0; i < FRAMES; i++) frame();
    return held();
  });
  // The first are the warm-up. A process may take memory for other reasons once; what leaks takes it every time.
  const least = (of: keyof (typeof states)[0]) =>
    Math.min(...states.slice(1).map((state, i) => state[of] - states[i][of]));
  process.stdout.write(JSON.stringify({ heap: least('heap'), resident: least('resident') }));
}
process.exit(0);

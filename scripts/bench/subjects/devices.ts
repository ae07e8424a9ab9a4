// What a query costs on one device, and on each of ten and a hundred in turn.
import { VkExternalMemoryHandleTypeFlagBits } from '../../../src/index.ts';
import { contest, type Run } from '../contest.ts';
import { repeat, sink, total } from '../loop.ts';
import { missingRow, type Subject } from '../row.ts';
import { loadTrivialDriver, makeDevice, makeGpu } from '../trivial-driver.ts';

const TYPE = VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE;
const HANDLE = 0x1234n;

export const devices: Subject = {
  name: 'devices',
  run({ tools, rounds }) {
    if (tools.trivialDriver.path === undefined) return [missingRow('devices', tools.trivialDriver.missing)];
    const { vulkan } = loadTrivialDriver(tools.trivialDriver.path);
    const gpu = makeGpu(vulkan);
    const all = Array.from({ length: 100 }, () => makeDevice(gpu));
    // Each function is made from text, so that what V8 learns from a hundred devices does not slow the one.
    const onThese = (first: number, count: number): Run =>
      repeat(
        new Function(
          'devices',
          'sink',
          `let at = 0;
          return () => {
            const answer = devices[at].getMemoryWin32HandlePropertiesKHR(${TYPE}, ${HANDLE}n);
            sink.last = answer;
            sink.sum = (sink.sum + answer.memoryTypeBits) | 0;
            if (++at === ${count}) at = 0;
          }; // from ${first}`,
        )(all.slice(first, first + count), sink),
      );
    return [
      contest({
        title: 'the query on 1, 10 and 100 devices',
        baseline: '1 device',
        rounds,
        expected: times => total(times, () => Number(HANDLE) ^ TYPE),
        contestants: [
          { name: '1 device', run: onThese(0, 1) },
          { name: '10 devices in turn', run: onThese(0, 10) },
          { name: '100 devices in turn', run: onThese(0, 100) },
          { name: 'one of the 100', run: onThese(57, 1) },
        ],
        targets: [
          { of: '10 devices in turn', most: 1.25, against: '1 device' },
          { of: '100 devices in turn', most: 1.25, against: '1 device' },
          { of: 'one of the 100', most: 1.1, against: '1 device' },
        ],
      }),
    ];
  },
};

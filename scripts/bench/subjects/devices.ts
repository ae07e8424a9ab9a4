// What a query costs on one device, and on each of ten and a hundred in turn.
import { VkExternalMemoryHandleTypeFlagBits } from '../../../src/index.ts';
import { contest, type Run, sink } from '../contest.ts';
import { missingRow, type Subject } from '../row.ts';
import { loadTarget, makeDevice, makeGpu, total } from '../target.ts';

const TITLE = 'the query on 1, 10 and 100 devices';
const TYPE = VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE;
const HANDLE = 0x1234n;

export const devices: Subject = {
  name: 'devices',
  run({ tools, rounds }) {
    if (tools.target.path === undefined) return [missingRow(TITLE, tools.target.missing)];
    const { vulkan } = loadTarget(tools.target.path);
    const gpu = makeGpu(vulkan);
    const all = Array.from({ length: 100 }, () => makeDevice(gpu));
    // Functions of their own: what the compiler learns of a hundred devices it does not believe of one.
    const onOne = (index: number): Run => {
      const device = all[index];
      return times => {
        let sum = 0;
        for (let i = 0; i < times; i++) {
          const answer = device.getMemoryWin32HandlePropertiesKHR(TYPE, HANDLE);
          sink.last = answer;
          sum = (sum + answer.memoryTypeBits) | 0;
        }
        return sum >>> 0;
      };
    };
    const inTurn = (count: number): Run => {
      const some = all.slice(0, count);
      return new Function(
        'devices',
        'sink',
        `return times => {
          let sum = 0;
          for (let i = 0, at = 0; i < times; i++) {
            const answer = devices[at].getMemoryWin32HandlePropertiesKHR(${TYPE}, ${HANDLE}n);
            sink.last = answer;
            sum = (sum + answer.memoryTypeBits) | 0;
            if (++at === ${count}) at = 0;
          }
          return sum >>> 0;
        }`,
      )(some, sink);
    };
    return [
      contest({
        title: TITLE,
        baseline: '1 device',
        rounds,
        expected: times => total(times, () => Number(HANDLE) ^ TYPE),
        contestants: [
          { name: '1 device', run: inTurn(1) },
          { name: '10 devices in turn', run: inTurn(10) },
          { name: '100 devices in turn', run: inTurn(100) },
          { name: 'one of the 100', run: onOne(57) },
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

// What vkGetMemoryWin32HandlePropertiesKHR costs, a fresh object returned for each call.
import koffi from 'koffi';
import { VkExternalMemoryHandleTypeFlagBits, VkStructureType } from '../../../src/index.ts';
import { addonContestants } from '../addon.ts';
import { Bytes, bare, freshName, koffiFunction } from '../bare.ts';
import { contest, type Run, sink } from '../contest.ts';
import { missingRow, type Subject } from '../row.ts';
import { openTarget, type Target, total } from '../target.ts';

const COMMAND = 'vkGetMemoryWin32HandlePropertiesKHR';
const TITLE = 'the query, fresh object returned, all checks on';
const TYPE = VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE;
const STYPE = VkStructureType.MEMORY_WIN32_HANDLE_PROPERTIES_KHR;

/** What programs have: handles in variables. */
const HANDLES = Array.from({ length: 256 }, (_, i) => 0x1000n + 4n * BigInt(i));
const HANDLE_NUMBERS = HANDLES.map(Number);
const expected: Run = times => total(times, i => (0x1000 + 4 * (i & 255)) ^ TYPE);

/** The call alone, with its result checked and its answer read. */
function bareRun<T extends number | bigint>(
  target: Target,
  device: T,
  handles: readonly T[],
  form: 'number' | 'bigint',
): Run {
  const fn = bare(target.command(COMMAND), 'int32_t', ['uintptr_t', 'int32_t', 'uintptr_t', 'uintptr_t']);
  const out = new Bytes(24);
  const { u32 } = out;
  const address = out[form];
  u32[0] = STYPE;
  return times => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      if (fn(device, TYPE, handles[i & 255], address) < 0) throw new Error(COMMAND);
      sum = (sum + u32[4]) | 0;
    }
    return sum >>> 0;
  };
}

function koffiObjects(target: Target): Run {
  const Properties = koffi.struct(freshName(), {
    sType: 'int32_t',
    pNext: 'void *',
    memoryTypeBits: 'uint32_t',
  });
  const out = koffi.inout(koffi.pointer(Properties));
  const fn = koffiFunction(target.command(COMMAND), 'int32_t', ['void *', 'int32_t', 'void *', out]);
  const { handle } = target.device;
  return times => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      const properties = { sType: STYPE, pNext: null, memoryTypeBits: 0 };
      if (fn(handle, TYPE, HANDLES[i & 255], properties) < 0) throw new Error(COMMAND);
      sum = (sum + properties.memoryTypeBits) | 0;
    }
    return sum >>> 0;
  };
}

export const query: Subject = {
  name: 'query',
  run({ tools, rounds }) {
    if (tools.target.path === undefined) return [missingRow(TITLE, tools.target.missing)];
    const target = openTarget(tools.target.path);
    const { device } = target;
    const { handle } = device;
    const inC = bare(target.symbol('race_query'), 'uint32_t', [
      'uintptr_t',
      'uintptr_t',
      'uint32_t',
      'uint32_t',
    ]);
    const ours: Run = times => {
      let sum = 0;
      for (let i = 0; i < times; i++) {
        const answer = device.getMemoryWin32HandlePropertiesKHR(TYPE, HANDLES[i & 255]);
        sink.last = answer;
        sum = (sum + answer.memoryTypeBits) | 0;
      }
      return sum >>> 0;
    };
    return [
      contest({
        title: TITLE,
        baseline: 'bare koffi',
        rounds,
        expected,
        contestants: [
          { name: 'ours', run: ours },
          {
            name: 'bare koffi, bigint',
            group: 'bare koffi',
            run: bareRun(target, handle, HANDLES, 'bigint'),
          },
          {
            name: 'bare koffi, number',
            group: 'bare koffi',
            run: bareRun(target, Number(handle), HANDLE_NUMBERS, 'number'),
          },
          { name: 'koffi struct objects', run: koffiObjects(target) },
          ...addonContestants(tools, [COMMAND], target.command, addon => times => {
            let sum = 0;
            for (let i = 0; i < times; i++) {
              const answer = addon[COMMAND.replace('vkGet', 'get')](handle, TYPE, HANDLES[i & 255]);
              sink.last = answer;
              sum = (sum + answer.memoryTypeBits) | 0;
            }
            return sum >>> 0;
          }),
          { name: 'C', run: times => inC(target.command(COMMAND), handle, TYPE, times) },
        ],
        targets: [
          { of: 'ours', most: 1.15, against: 'bare koffi' },
          { of: 'ours', most: 0.4, against: 'addon' },
          { of: 'ours', most: 0.1, against: 'koffi struct objects' },
        ],
      }),
    ];
  },
};

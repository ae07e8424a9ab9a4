// Cases about the driver itself: it notices accesses behind an argument, and functions that it calls get what it passes.

import { VkStructureType } from '../../../ffi/rows/enums.ts';
import { callbacks } from '../../../src/handles/busy.ts';
import { argumentStack } from '../../../src/native/argument-memory.ts';
import { registry } from '../../../src/registry/registry.ts';
import { Types } from '../c-types.ts';
import { Comparison } from '../compare.ts';
import { overruns } from '../guarded.ts';
import { type Bench, type Case, expectSeen, type ToldStruct } from './bench.ts';

/** What C tells of a struct that it reads or writes in memory of so many bytes. */
function inRoom(bench: Bench, size: number, use: (address: number) => void): string {
  const stack = argumentStack();
  const { chunk, top } = stack;
  bench.judge.seen();
  const at = stack.reserve(size);
  use(stack.chunk.address + at);
  stack.release(chunk, top);
  const [seen] = bench.judge.seen();
  return seen.fault ?? overruns.splice(0).join() ?? '';
}

const expectText = (text: string, right: RegExp): void => {
  if (!right.test(text)) throw new Error(text === '' ? 'nothing was told' : text);
};

function compare(bench: Bench, struct: string, told: unknown, got: unknown): void {
  const comparison = new Comparison(bench.model, new Types(bench.model));
  comparison.outputStruct(
    bench.model.structs.get(struct)!,
    told as ToldStruct,
    got as Record<string, unknown>,
    struct,
  );
  if (comparison.differences.length > 0) throw new Error(comparison.differences.join('\n'));
}

export const judging: readonly Case[] = [
  {
    name: '0 a read or a write behind an argument is told, by member and byte',
    run(bench) {
      const { judge } = bench;
      expectText(
        inRoom(bench, 8, address => judge.read('VkExtent3D', address)),
        /VkExtent3D\.depth: C met byte 0 behind/,
      );
      expectText(
        inRoom(bench, 8, address => judge.write('VkExtent3D', address)),
        /C met byte 0 behind/,
      );
      // The size is no multiple of 8: the bytes up to the guard must stay as they were.
      expectText(
        inRoom(bench, 12, address => judge.write('VkRect2D', address)),
        /12 bytes of argument memory: written behind/,
      );
      const right = inRoom(bench, 16, address => judge.write('VkRect2D', address));
      if (right !== '') throw new Error(right);
      return 'VkExtent3D in 8 bytes, VkRect2D in 12';
    },
  },
  {
    name: '0 functions that C calls get what C gives, and C gets what they answer',
    run(bench) {
      const { VkInstance: instance } = bench.session;
      const given: unknown[][] = [];
      const collect = (...args: unknown[]) => {
        given.push(args);
        return given.length % 2 === 1;
      };
      const calls = true;
      bench.judge.answer({ calls });
      const messenger = instance.createDebugUtilsMessengerEXT({
        messageSeverity: 1,
        messageType: 1,
        pfnUserCallback: collect,
      } as never);
      const data = bench.right(registry.struct('VkDebugUtilsMessengerCallbackDataEXT'));
      const submitted = bench.call(
        'vkSubmitDebugUtilsMessageEXT',
        () => instance.submitDebugUtilsMessageEXT(0x10 as never, 2, { ...data, pNext: [] } as never),
        { calls },
      );
      const { in: seen } = expectSeen(submitted, 'vkSubmitDebugUtilsMessageEXT');
      if (bench.judge.answered !== 1) throw new Error(`C got ${bench.judge.answered} for true`);
      const [severity, types, got] = given.pop() ?? [];
      if (severity !== 0x10 || types !== 2) throw new Error(`got ${String(severity)}, ${String(types)}`);
      compare(bench, 'VkDebugUtilsMessengerCallbackDataEXT', seen.pCallbackData, got);

      bench.judge.answer({ calls });
      const report = instance.createDebugReportCallbackEXT({ flags: 1, pfnCallback: collect } as never);
      bench.judge.answer({ calls });
      instance.debugReportMessageEXT(4, 0, 0n, 7n, -5, 'layer', 'naïve');
      const reported = (given.pop() ?? []).map(String).join();
      if (reported !== '4,0,0,7,-5,layer,naïve,null') throw new Error(`got ${reported}`);

      bench.judge.answer({ calls });
      const device = bench.session.VkPhysicalDevice.createDevice({
        pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
        pNext: [
          {
            sType: VkStructureType.DEVICE_DEVICE_MEMORY_REPORT_CREATE_INFO_EXT,
            flags: 0,
            pfnUserCallback: collect,
            pUserData: 0n,
          },
        ],
      } as never);
      const allocated = bench.call(
        'vkAllocateMemory',
        () => device.allocateMemory({ allocationSize: 64n, memoryTypeIndex: 0 }),
        { calls },
      );
      const { out } = expectSeen(allocated, 'vkAllocateMemory');
      compare(bench, 'VkDeviceMemoryReportCallbackDataEXT', out.reported, given.pop()?.[0]);
      instance.destroyDebugUtilsMessengerEXT(messenger);
      instance.destroyDebugReportCallbackEXT(report);
      device[Symbol.dispose]();
      // If C might call back, compiled methods leave each call to the interpreter.
      if (callbacks.registered !== 0) throw new Error(`${callbacks.registered} callbacks are left`);
      return 'debug messages, debug reports, memory reports';
    },
  },
];

// Cases about outputs, which must not be lost: arrays that are counted first, handles made before an error, unknown results.
import { VkResult } from '../../../ffi/rows/enums.ts';
import { VulkanError } from '../../../src/index.ts';
import { registry } from '../../../src/registry/registry.ts';
import { methodName, shapeOf } from '../../../src/registry/shape.ts';
import { Arguments } from '../arguments.ts';
import { Types } from '../c-types.ts';
import type { Told } from '../judge.ts';
import type { Command } from '../model.ts';
import { all, type Bench, type Case, expectSeen, type Happened } from './bench.ts';

type Methods = Record<string, (...args: unknown[]) => unknown>;

/** Calls a command with right values. */
function play(bench: Bench, command: Command, answer: Parameters<Bench['call']>[2]): Happened {
  const row = registry.command(command.name);
  const args = new Arguments(bench.model, bench.values, bench.session.VkDevice);
  const shape = shapeOf(row, registry);
  let happened: Happened | undefined;
  for (let tries = 0; tries < 60 && happened?.seen === undefined; tries++) {
    const given = args.of(command, row, shape);
    const self = bench.session.owner(row) as Methods;
    happened = bench.call(command.name, () => self[methodName(command.name)](...given), answer);
  }
  return happened!;
}

/** Commands that create or allocate handles, with the parameter that returns them. */
function makers({ model }: Bench) {
  const types = new Types(model);
  return model.commands.flatMap(command => {
    const made = command.params.find(p => types.isOutput(p) && types.kind(p.type) === 'handle');
    const creates = /^vk(Create|Allocate|Register)/.test(command.name) && command.returns === 'VkResult';
    return creates && made !== undefined ? [{ command, made }] : [];
  });
}

const handlesOf = (told: Told | undefined): bigint[] =>
  [told].flat().map(handle => BigInt(`0x${String(handle)}`));

export const outputs: readonly Case[] = [
  {
    name: '6 arrays of vkGetDeviceFaultInfoEXT are counted first and then filled',
    run(bench) {
      const { VkDevice: device } = bench.session;
      const happened = bench.call('vkGetDeviceFaultInfoEXT', () => device.getDeviceFaultInfoEXT(), {
        room: 3,
      });
      const { out } = expectSeen(happened, 'vkGetDeviceFaultInfoEXT');
      const { pFaultInfo } = happened.got as { pFaultInfo: Record<string, unknown[]> };
      const told = out.pFaultInfo as Record<string, Told[]>;
      const addresses = pFaultInfo.pAddressInfos as unknown as { reportedAddress: bigint }[];
      const said = JSON.stringify(told);
      if (told.pAddressInfos.length !== 3 || addresses?.length !== 3) throw new Error(`C wrote ${said}`);
      if (pFaultInfo.pVendorInfos?.length !== 3 || pFaultInfo.pVendorBinaryData?.length !== 3)
        throw new Error(`C wrote ${said}`);
      const [first] = told.pAddressInfos as { reportedAddress: string }[];
      if (addresses[0].reportedAddress !== BigInt(`0x${first.reportedAddress}`))
        throw new Error(`C wrote ${said}`);
      return '3 addresses, 3 vendor infos, 3 bytes';
    },
  },
  {
    name: '7 the error of a command that creates an array carries what was made, and it is alive',
    run(bench) {
      const arrays = makers(bench).filter(
        ({ command, made }) => made.length.length > 0 && command.name.startsWith('vkCreate'),
      );
      const { scope } = bench.session.VkDevice;
      all(
        arrays.map(({ command, made }) => () => {
          const { error, seen } = play(bench, command, { result: -2, gives: 'every other' });
          if (!(error instanceof VulkanError) || seen === undefined)
            throw new Error(`${command.name}: ${String(error)}`);
          const wrote = handlesOf(seen.out[made.name]);
          const { results } = error as VulkanError & { results?: unknown };
          const kept = [results].flat(2);
          if (kept.map(String).join() !== wrote.map(String).join())
            throw new Error(`${command.name}: C made ${wrote.join()}, the error has ${String(results)}`);
          for (const handle of wrote)
            if (handle !== 0n && !scope.has(made.type, handle))
              throw new Error(`${command.name}: ${handle} is not alive`);
        }),
      );
      return arrays.map(({ command }) => command.name).join(', ');
    },
  },
  {
    name: '7 what is written through pointers inside inputs comes back on errors too',
    async run(bench) {
      const { VkQueue: queue } = bench.session;
      const swapchain = () => bench.values.handle('VkSwapchainKHR') as never;
      const info = (pResults: unknown) =>
        ({ pSwapchains: [swapchain(), swapchain()], pImageIndices: [0, 1], pResults }) as never;
      const compare = (told: Told | undefined, got: ArrayLike<number>, what: string) => {
        const { wrote } = (told as { pResults: { wrote: string[] } }).pResults;
        const right = wrote.map(word => Number(BigInt.asIntN(32, BigInt(`0x${word}`))));
        if (right.join() !== [...Array.from(got)].join())
          throw new Error(`${what}: C wrote ${right.join()}, the script has ${[...Array.from(got)].join()}`);
      };
      const forms: [string, () => Promise<void>][] = [];
      for (const result of [VkResult.SUCCESS, VkResult.ERROR_OUT_OF_DATE_KHR])
        for (const [kind, make] of [
          ['an array', () => [0, 0]],
          ['an Int32Array', () => new Int32Array(2)],
        ] as const) {
          forms.push([
            `${kind}, result ${result}`,
            async () => {
              const given = make();
              const happened = bench.call('vkQueuePresentKHR', () => queue.queuePresentKHR(info(given)), {
                result,
              });
              compare(expectSeen(happened, kind).in.pPresentInfo, given, `${kind}, result ${result}`);
            },
          ]);
          forms.push([
            `${kind}, promise, result ${result}`,
            async () => {
              const given = make();
              bench.judge.seen();
              bench.judge.answer({ result });
              await queue.async.queuePresentKHR(info(given)).catch(() => undefined);
              bench.judge.answer({});
              const seen = bench.judge.seen().find(({ command }) => command === 'vkQueuePresentKHR')!;
              compare(seen.in.pPresentInfo, given, `${kind}, promise, result ${result}`);
            },
          ]);
        }
      const errors: string[] = [];
      for (const [what, form] of forms)
        await form().catch((error: Error) => errors.push(`${what}: ${error.message}`));
      all(
        errors.map(text => () => {
          throw new Error(text);
        }),
      );
      return `${forms.length} forms of vkQueuePresentKHR`;
    },
  },
  {
    name: '7 a result that the registry does not list is given',
    run(bench) {
      const types = new Types(bench.model);
      const commands = bench.model.commands.filter(
        ({ name, returns, params }) =>
          returns === 'VkResult' &&
          !/^vk(Create|Destroy)(Instance|Device)$/.test(name) &&
          registry.tables.commands.has(name) &&
          !params.some(p => types.isOutput(p) && params.some(other => other.length[0] === p.name)) &&
          name !== 'vkGetDeviceFaultInfoEXT',
      );
      all(
        commands.map(command => () => {
          const { got, error, seen } = play(bench, command, { result: 4242 });
          if (seen === undefined || seen.fault !== undefined) throw new Error(`${command.name}: not seen`);
          const given =
            (error as { result?: number } | undefined)?.result ??
            (got as { result?: number } | undefined)?.result ??
            got;
          if (given !== 4242)
            throw new Error(
              `${command.name}: gave ${JSON.stringify(got, (_, v) => (typeof v === 'bigint' ? String(v) : v))}, ${String(error)}`,
            );
        }),
      );
      return `${commands.length} commands`;
    },
  },
  {
    name: '7 a success without an object is an error that says so',
    run(bench) {
      const list = makers(bench);
      all(
        list.map(({ command }) => () => {
          const { error, got, seen } = play(bench, command, { gives: 'none' });
          if (seen === undefined) throw new Error(`${command.name}: not seen: ${String(error)}`);
          if (!(error instanceof Error) || !/NULL|nothing|no object/i.test(error.message))
            throw new Error(`${command.name}: gave ${String(got)}, ${String(error)}`);
        }),
      );
      return `${list.length} commands`;
    },
  },
];

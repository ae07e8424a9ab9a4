// Whatever a function or class of an entry is called with, it throws no error but this library's: it names what is wrong,
// and its stack begins at the call.
import { expect } from 'chai';
import * as d3d from '../../src/d3d/index.ts';
import * as embedded from '../../src/embedded/index.ts';
import * as helpers from '../../src/helpers/index.ts';
import * as main from '../../src/index.ts';
import * as linux from '../../src/linux/index.ts';
import * as sharedTexture from '../../src/shared-texture/index.ts';
import * as win32 from '../../src/win32/index.ts';
import { type Opened, open } from '../embedded/driver-open.ts';

type Arguments = readonly unknown[];

const ENTRIES: Record<string, object> = { main, helpers, win32, linux, sharedTexture, d3d, embedded };

/** They take nothing, so no argument is wrong. */
const WITHOUT_ARGUMENTS = ['trackLeaks', 'wineVersion', 'sharedTextureWishes', 'listAdapters'];

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function circular(): object {
  const self: Record<string, unknown> = {};
  return Object.assign(self, { self });
}

/** No handle or file descriptor among them can be one that is open. */
const WRONG: Arguments = [
  undefined,
  null,
  -1,
  Number.NaN,
  1e9,
  2n ** 40n + 1n,
  -(2n ** 70n),
  'x',
  '\0',
  'x'.repeat(100_000),
  Symbol('s'),
  () => {},
  {},
  { nothing: 1 },
  [],
  new Map(),
  new Uint8Array(4),
  Promise.resolve(),
  Object.create(null),
  circular(),
  revoked(),
];

function wrongCalls({ vulkan, instance, gpu, device, queue }: Opened): Arguments[] {
  const objects = [vulkan, instance, gpu, device, queue];
  return [
    [],
    ...WRONG.map(value => [value]),
    ...objects.flatMap(object => [[object], ...WRONG.map(value => [object, value])]),
    ...WRONG.flatMap(value => [
      [device, queue, value],
      [device, {}, value],
      [device, queue, {}, value],
      [1n, value],
      [0, 1, value],
      [0, 1, 2, value],
    ]),
  ];
}

const isClass = (value: unknown) => /^class/.test(Function.prototype.toString.call(value));

/** What a call throws, or rejects with before the event loop has turned; undefined if it does neither. */
async function thrownBy(fn: (...args: unknown[]) => unknown, args: Arguments): Promise<unknown> {
  let result: unknown;
  try {
    result = isClass(fn) ? new (fn as unknown as new (...all: unknown[]) => unknown)(...args) : fn(...args);
    if (result instanceof Promise) {
      const turn = new Promise(resolve => setImmediate(resolve));
      await Promise.race([result, turn]);
      result.catch(() => {});
    }
  } catch (error) {
    return error;
  }
  if (typeof result === 'object' && result !== null && Symbol.dispose in result)
    (result as Disposable)[Symbol.dispose]();
  return undefined;
}

function check(error: unknown, what: string): void {
  expect(error, what).to.be.instanceOf(Error);
  const { message, stack = '' } = error as Error;
  expect(/\n( +at .*)/.exec(stack)?.[1], `${what}: ${stack.slice(0, 400)}`).to.match(
    /wrong-calls\.test\.ts:\d+/,
  );
  // These two say what is missing, whatever was passed.
  if (error instanceof main.NotAvailableError || error instanceof main.LibraryNotFoundError) return;
  expect(message.slice(0, 200), what).to.match(/^[\w.[\]]+: ./);
  expect(message.length, what).to.be.below(1000);
}

describe('wrong calls', () => {
  for (const [entry, exported] of Object.entries(ENTRIES))
    it(`of everything in ${entry} are refused with a path, at the line of the call`, async () => {
      const opened = open();
      const calls = wrongCalls(opened);
      for (const [name, value] of Object.entries(exported)) {
        // A program catches errors and does not make them.
        if (typeof value !== 'function' || value.prototype instanceof Error) continue;
        if (WITHOUT_ARGUMENTS.includes(name)) continue;
        let refused = 0;
        for (const [i, args] of calls.entries()) {
          const error = await thrownBy(value, args);
          if (error === undefined) continue;
          refused++;
          check(error, `${name}, call ${i} of ${args.length} arguments`);
        }
        expect(refused, `${name}: calls that it refuses`).to.be.above(0);
      }
      opened.driver[Symbol.dispose]();
    });
});

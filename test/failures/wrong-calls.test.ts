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
import { checkRefusal, thrownBy, WRONG } from './wrong-values.ts';

type Arguments = readonly unknown[];

const ENTRIES: Record<string, object> = { main, helpers, win32, linux, sharedTexture, d3d, embedded };

/** They take nothing, so that no argument is wrong. */
const WITHOUT_ARGUMENTS = ['trackLeaks', 'wineVersion', 'sharedTextureWishes', 'listAdapters'];

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

describe('wrong calls', () => {
  for (const [entry, exported] of Object.entries(ENTRIES))
    it(`of everything in ${entry} are refused with a path, at the line of the call`, async () => {
      const opened = open();
      const calls = wrongCalls(opened);
      for (const [name, value] of Object.entries(exported)) {
        // A program catches errors and does not make them.
        if (typeof value !== 'function' || value.prototype instanceof Error) continue;
        // It would change how the tests after this one run.
        if (value === main.trackLeaks) continue;
        let refused = 0;
        for (const [i, args] of calls.entries()) {
          const error = await thrownBy(() => (isClass(value) ? new value(...args) : value(...args)));
          if (error === undefined) continue;
          refused++;
          checkRefusal(error, `${name}, call ${i} of ${args.length} arguments`, /wrong-calls\.test\.ts:\d+/);
        }
        if (!WITHOUT_ARGUMENTS.includes(name))
          expect(refused, `${name}: calls that it refuses`).to.be.above(0);
      }
      opened.driver[Symbol.dispose]();
    });

  it('of methods on what is no object of their class are refused with the class', async () => {
    const { vulkan, instance, device, driver } = open();
    const memory = device.allocateMemory({ allocationSize: 64, memoryTypeIndex: 2 });
    const mapped = main.mapMemory(device, memory, 64);
    const scope = helpers.createScope(device);
    let methods = 0;
    for (const object of [vulkan, instance, device, mapped, scope, driver]) {
      const prototypes = [Object.getPrototypeOf(object) as object];
      while (!Object.hasOwn(prototypes[0], 'constructor') || /Family/.test(prototypes[0].constructor.name))
        prototypes[0] = Object.getPrototypeOf(prototypes[0]) as object;
      for (const key of Reflect.ownKeys(prototypes[0])) {
        const method: unknown = Object.getOwnPropertyDescriptor(prototypes[0], key)?.value;
        // They print whatever they are called on.
        if (typeof method !== 'function' || key === 'constructor' || key === 'toString') continue;
        methods++;
        for (const other of [undefined, null, 5, {}, Object.create(object), driver, mapped, vulkan]) {
          if (other === object) continue;
          const error = await thrownBy(() => Reflect.apply(method as () => unknown, other, []));
          checkRefusal(error, `${String(key)} on ${String(typeof other)}`, /wrong-calls\.test\.ts:\d+/);
          expect((error as Error).message).to.match(/(called on|belongs to|expected) a/);
        }
      }
    }
    expect(methods).to.be.above(20);
    driver[Symbol.dispose]();
  });
});

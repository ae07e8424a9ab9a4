// Every method throws a TypeError that names the command when it is called on anything but an object of its class.

import { expect } from 'chai';
import type { Device, Instance, Vulkan } from '../../src/index.ts';
import { threshold } from '../../src/marshal/tier-up.ts';
import { registry } from '../../src/registry/registry.ts';
import { DISPATCHABLE_CLASSES, methodName } from '../../src/registry/shape.ts';
import { open } from '../embedded/driver-open.ts';
import { figure } from '../figure.ts';

type Method = (this: unknown) => unknown;

const ownerOf = (name: string): string => {
  const { params, level } = registry.command(name);
  const first = params[0];
  if (first !== undefined && first.pointers === '' && DISPATCHABLE_CLASSES.includes(first.base))
    return first.base;
  return level === 'device' ? 'VkDevice' : '';
};

/** What looks like an object of ours, and what does not at all. */
function standIns(object: object): unknown[] {
  const { type, handle } = object as Device;
  return [
    Object.getPrototypeOf(object),
    Object.create(object),
    Object.create(Object.getPrototypeOf(object) as object),
    new Proxy(object, {}),
    { ...object },
    { type, handle, argument: 5, alive: true, identity: (object as Device).identity },
    handle,
    undefined,
    null,
    5,
    'device',
  ];
}

describe('methods', () => {
  const COMMANDS = registry.tables.commands.names();

  for (const [how, hot] of [
    ['interpreted', Number.POSITIVE_INFINITY],
    ['compiled', 0],
  ] as const)
    it(`of ${COMMANDS.length} commands are refused on all but their own objects (${how})`, () => {
      const { vulkan, instance, gpu, device, queue, driver, close } = open();
      const pool = device.createCommandPool({ queueFamilyIndex: 0 });
      const [commands] = device.allocateCommandBuffers({
        commandPool: pool,
        level: 0,
        commandBufferCount: 1,
      });
      const objects = [vulkan, instance, gpu, device, queue, commands] as readonly (Vulkan | Instance)[];
      const typeOf = (object: object) => ('type' in object ? (object as Device).type : '');
      const before = driver.counts();
      let refused = 0;
      threshold.uses = hot;
      try {
        for (const name of COMMANDS) {
          const mine = objects.find(object => typeOf(object) === ownerOf(name))!;
          const method = mine[methodName(name) as never] as Method;
          const wrong = [...objects.filter(object => object !== mine), ...standIns(mine)];
          for (const receiver of wrong) {
            expect(() => method.call(receiver), name).to.throw(
              TypeError,
              new RegExp(`^${name}: it must be called on a \\w+`),
            );
            refused++;
          }
        }
      } finally {
        threshold.uses = 16;
      }
      figure(`${refused} calls`);
      expect(driver.counts()).to.deep.equal(before);
      device.destroyCommandPool(pool);
      close();
    });

  it('have no objects but those that Vulkan gave: new makes none, whatever it is given', () => {
    const { vulkan, instance, gpu, device, close } = open();
    const queue = device.getDeviceQueue(0, 0);
    for (const { constructor: made } of [vulkan, instance, gpu, device, queue])
      for (const args of [[], [5n], [5n, {}, {}], ['VkDevice', 5n, instance.scope, {}]])
        expect(() => Reflect.construct(made as new () => unknown, args)).to.throw(
          TypeError,
          'new: call loadVulkan',
        );
    close();
  });
});

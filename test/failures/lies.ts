// The embedded driver with C functions in place of some of its commands; they see and fill C memory as it is.
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import { beginDriver } from '../../src/handles/driver-end.ts';
import {
  API_VERSION_1_3,
  type Device,
  type Instance,
  loadVulkan,
  type PhysicalDevice,
} from '../../src/index.ts';
import { registerCallback, unregisterCallback } from '../../src/native/callback.ts';
import { type NativeFunction, stringAt } from '../../src/native/koffi.ts';
import { functionAt } from '../../src/native/row-types.ts';
import { registry } from '../../src/registry/registry.ts';
import { openDevice } from '../embedded/driver-open.ts';

export type Raw = number | bigint;
/** A command as C has it: arguments as they come, memory by address. */
export type Lie = (...raw: Raw[]) => Raw | undefined;

interface Lying {
  readonly instance: Instance;
  readonly gpu: PhysicalDevice;
  readonly device: Device;
  [Symbol.dispose](): void;
}

export function openLying(lies: Record<string, Lie>): Lying {
  const driver = createEmbeddedDriver();
  const given: bigint[] = [];
  const callback = (name: string, fn: Lie) => {
    const address = registerCallback(registry.command(name), fn as never);
    given.push(address);
    return address;
  };
  const addresses = new Map(Object.entries(lies).map(([name, lie]) => [name, callback(name, lie)]));
  /** Asks the driver for what is not lied about. */
  const asker = (honest: () => NativeFunction) => (handle: Raw, name: Raw) =>
    addresses.get(stringAt(BigInt(name))) ?? honest()(handle, name);
  const row = registry.command('vkGetInstanceProcAddr');
  const honest = functionAt(driver.getInstanceProcAddr, row);
  let ofDevice: NativeFunction;
  addresses.set(
    'vkGetDeviceProcAddr',
    callback(
      'vkGetDeviceProcAddr',
      asker(() => ofDevice),
    ),
  );
  const getInstanceProcAddr = callback(row.name, (handle, name) => {
    if (stringAt(BigInt(name)) === 'vkGetDeviceProcAddr')
      ofDevice = functionAt(BigInt(honest(handle, name)!), registry.command('vkGetDeviceProcAddr'));
    return asker(() => honest)(handle, name);
  });
  // koffi may give it the address of a driver that another test has disposed of.
  beginDriver(BigInt(getInstanceProcAddr));
  const instance = loadVulkan({ getInstanceProcAddr }).createInstance({
    pApplicationInfo: { apiVersion: API_VERSION_1_3 },
  });
  const [gpu] = instance.enumeratePhysicalDevices();
  const device = openDevice(gpu, []);
  return {
    instance,
    gpu,
    device,
    [Symbol.dispose]() {
      device.destroyDevice();
      instance.destroyInstance();
      for (const address of given) unregisterCallback(address);
      driver.dispose();
    },
  };
}

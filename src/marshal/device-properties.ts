// Properties of a physical device that rules depend on, each queried once.
import { coreOrAlias } from '../handles/core-or-alias.ts';
import type { Dispatch } from '../handles/dispatch.ts';
import type { VulkanBase } from '../handles/object.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';

/** The part of a device that is used here. */
interface PropertyDevice {
  readonly physicalDevice?: {
    readonly dispatch: Dispatch;
    getPhysicalDeviceProperties2(chain: { pNext: number[] }): { pNext: object[] };
    getPhysicalDeviceDescriptorSizeEXT(descriptorType: number): bigint;
  };
}

type Properties = Readonly<Record<string, number | bigint>>;

/** By physical device: queries a struct of its properties. */
const propertiesOf = memoize(
  (physicalDevice: NonNullable<PropertyDevice['physicalDevice']>) =>
    memoize((struct: string): Properties => {
      const sType = registry.struct(struct).sType as number;
      const method = coreOrAlias(physicalDevice, 'getPhysicalDeviceProperties2');
      return physicalDevice[method]({ pNext: [sType] }).pNext[0] as Properties;
    }),
  new WeakMap(),
);

/** A number in a struct of the physical device's properties; zero if the driver does not fill it. */
export function physicalDeviceProperty(self: VulkanBase, struct: string, member: string): number | bigint {
  const { physicalDevice } = self as unknown as PropertyDevice;
  return physicalDevice === undefined ? 0 : propertiesOf(physicalDevice)(struct)[member];
}

/** Bytes of a descriptor of a type in a heap; with multi-planar samplers or subsampled images it is larger. */
export function physicalDeviceDescriptorSize(self: VulkanBase, descriptorType: number): number {
  const { physicalDevice } = self as unknown as PropertyDevice;
  return Number(physicalDevice?.getPhysicalDeviceDescriptorSizeEXT(descriptorType) ?? 0);
}

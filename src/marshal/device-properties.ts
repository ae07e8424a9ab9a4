// Properties of a physical device that rules depend on, each queried once.
import type { VulkanBase } from '../handles/object.ts';
import { registry } from '../registry/registry.ts';

/** The part of a device that is used here. */
interface PropertyDevice {
  readonly physicalDevice?: {
    getPhysicalDeviceProperties2(chain: { pNext: number[] }): { pNext: object[] };
    getPhysicalDeviceDescriptorSizeEXT(descriptorType: number): bigint;
  };
}

const known = new WeakMap<object, Map<string, Readonly<Record<string, number | bigint>>>>();

/** A number in a struct of the physical device's properties; zero if the driver does not fill it. */
export function physicalDeviceProperty(self: VulkanBase, struct: string, member: string): number | bigint {
  const { physicalDevice } = self as unknown as PropertyDevice;
  if (physicalDevice === undefined) return 0;
  let structs = known.get(physicalDevice);
  if (structs === undefined) {
    structs = new Map();
    known.set(physicalDevice, structs);
  }
  let properties = structs.get(struct);
  if (properties === undefined) {
    const sType = registry.struct(struct).sType as number;
    const { pNext } = physicalDevice.getPhysicalDeviceProperties2({ pNext: [sType] });
    properties = pNext[0] as Readonly<Record<string, number | bigint>>;
    structs.set(struct, properties);
  }
  return properties[member];
}

/** Bytes of a descriptor of a type in a heap; with multi-planar samplers or subsampled images it is larger. */
export function physicalDeviceDescriptorSize(self: VulkanBase, descriptorType: number): number {
  const { physicalDevice } = self as unknown as PropertyDevice;
  return Number(physicalDevice?.getPhysicalDeviceDescriptorSizeEXT(descriptorType) ?? 0);
}

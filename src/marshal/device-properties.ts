// Properties of a physical device that rules go by, asked of it once.
import type { VulkanBase } from '../handles/object.ts';
import { registry } from '../registry/registry.ts';

/** As much of a device as is looked at. */
interface PropertyDevice {
  readonly physicalDevice?: {
    getPhysicalDeviceProperties2(chain: { pNext: number[] }): { pNext: object[] };
    getPhysicalDeviceDescriptorSizeEXT(descriptorType: number): bigint;
  };
}

const known = new WeakMap<object, Map<string, Readonly<Record<string, number | bigint>>>>();

/** A number that a struct of the physical device's properties has; zero where a driver says nothing. */
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

/** How many bytes a descriptor of a type has in a heap; more where samplers of several planes or subsampled images are in it. */
export function physicalDeviceDescriptorSize(self: VulkanBase, descriptorType: number): number {
  const { physicalDevice } = self as unknown as PropertyDevice;
  return Number(physicalDevice?.getPhysicalDeviceDescriptorSizeEXT(descriptorType) ?? 0);
}

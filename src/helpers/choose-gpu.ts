// Chooses a GPU by what it offers.
import { VkPhysicalDeviceType as Type } from '../../ffi/rows/enums.ts';
import { userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import type { Instance } from '../objects/instance.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { checkDeviceWishes, type DeviceAnswer, type DeviceWishes, resolveWishes } from './device-wishes.ts';
import { type Missing, NotOfferedError } from './not-offered-error.ts';

/** A GPU, and how the wishes are resolved on it. */
export interface ChosenGpu extends DeviceAnswer {
  /** The GPU, which has all that is required. */
  readonly gpu: PhysicalDevice;
}

/** The types of GPU, the fastest first. */
const TYPES: readonly Type[] = [
  Type.DISCRETE_GPU,
  Type.INTEGRATED_GPU,
  Type.VIRTUAL_GPU,
  Type.CPU,
  Type.OTHER,
];

/**
 * Chooses a GPU that has all that is required: a discrete one before an integrated one, a virtual one and a CPU; among
 * those of one type the one with most of what is preferred, then the first. Calls vkEnumeratePhysicalDevices, and what
 * `resolveDevice` calls on each GPU.
 * @param instance the instance whose GPUs are considered
 * @param wishes what the device must have, and what it should have
 * @returns the GPU, create info for its device, and what is preferred but missing
 * @throws NotOfferedError with what each GPU lacks; TypeError for a feature that does not exist
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkEnumeratePhysicalDevices.html
 *
 * @example
 * const { gpu, createInfo } = chooseGpu(instance, {
 *   required: { features: ['shaderInt64'] },
 *   preferred: { features: ['timelineSemaphore'] },
 *   queue: { flags: VkQueueFlagBits.COMPUTE },
 * });
 * using created = gpu.createDevice(createInfo);
 */
export const chooseGpu = userCall(function chooseGpu(instance: Instance, wishes: DeviceWishes): ChosenGpu {
  checkClass('chooseGpu.instance', instance, 'VkInstance');
  const wanted = checkDeviceWishes('chooseGpu.wishes', wishes);
  const answers = instance.enumeratePhysicalDevices().map(gpu => {
    const { deviceName, deviceType } = gpu.getPhysicalDeviceProperties();
    return { gpu, deviceName, rank: TYPES.indexOf(deviceType), ...resolveWishes(gpu, wanted) };
  });
  const [best] = answers
    .filter(answer => answer.missingRequired.length === 0)
    .sort((a, b) => a.rank - b.rank || a.missing.length - b.missing.length);
  if (best === undefined) {
    // With their index, because two GPUs may have the same name.
    const named = answers.map(({ deviceName, missingRequired }, i): [string, Missing[]] => [
      `${i}: ${deviceName}`,
      missingRequired,
    ]);
    throw new NotOfferedError('chooseGpu', new Map(named));
  }
  const { gpu, createInfo, queueFamilyIndex, missing } = best;
  return { gpu, createInfo, queueFamilyIndex, missing };
});

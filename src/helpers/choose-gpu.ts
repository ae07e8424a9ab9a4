// The choice of a GPU by what it offers.
import { VkPhysicalDeviceType as Type } from '../../ffi/rows/enums.ts';
import { userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import type { Instance } from '../objects/instance.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { answerOf, checkDeviceWishes, type DeviceAnswer, type DeviceWishes } from './device-wishes.ts';
import { type Missing, NotOfferedError } from './not-offered-error.ts';

/** A GPU, and what became of the wishes on it. */
export interface ChosenGpu extends DeviceAnswer {
  /** What has all that is required. */
  readonly gpu: PhysicalDevice;
}

/** The kinds of GPU, the fastest first. */
const KINDS: readonly Type[] = [
  Type.DISCRETE_GPU,
  Type.INTEGRATED_GPU,
  Type.VIRTUAL_GPU,
  Type.CPU,
  Type.OTHER,
];

/**
 * Chooses the GPU that has all that is required: a discrete one before an integrated, a virtual one and a CPU; of one
 * kind that with most of what is desired, then the first that the driver names. Makes vkEnumeratePhysicalDevices, and
 * what `resolveDevice` makes on each.
 * @param wishes what the device shall have
 * @returns the GPU, create info for its device, and what was desired and is not there
 * @throws NotOfferedError naming each GPU and what it lacks; TypeError for a feature that nobody knows
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkEnumeratePhysicalDevices.html
 *
 * @example
 * const { gpu, createInfo } = chooseGpu(instance, {
 *   required: { features: ['shaderInt64'] },
 *   desired: { features: ['timelineSemaphore'] },
 *   queue: { flags: VkQueueFlagBits.COMPUTE },
 * });
 * using created = gpu.createDevice(createInfo);
 */
export const chooseGpu = userCall(function chooseGpu(instance: Instance, wishes: DeviceWishes): ChosenGpu {
  checkClass('chooseGpu.instance', instance, 'VkInstance');
  checkDeviceWishes('chooseGpu.wishes', wishes);
  const answers = instance.enumeratePhysicalDevices().map(gpu => {
    const { deviceName, deviceType } = gpu.getPhysicalDeviceProperties();
    return { gpu, deviceName, kind: KINDS.indexOf(deviceType), ...answerOf(gpu, wishes) };
  });
  const [best] = answers
    .filter(answer => answer.lacks.length === 0)
    .sort((a, b) => a.kind - b.kind || a.missing.length - b.missing.length);
  if (best === undefined) {
    // Two of one name are told apart by their order.
    const named = answers.map(({ deviceName, lacks }, i): [string, Missing[]] => [
      `${i}: ${deviceName}`,
      lacks,
    ]);
    throw new NotOfferedError(new Map(named));
  }
  const { gpu, createInfo, queueFamilyIndex, missing } = best;
  return { gpu, createInfo, queueFamilyIndex, missing };
});

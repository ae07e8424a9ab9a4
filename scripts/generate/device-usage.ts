// The rules of validusage.json on what a device enables: which extensions and features exclude each other, and which need
// another.
import type { DeviceRule } from '../../src/registry/device-rule.ts';
import type { Sentence } from './model.ts';

const NOT_ENABLED = String.raw`must not (?:be enabled|contain (?<extension>\w+))`;

/** The specification's sentences: `first` and `second` exclude each other, or `first` needs `second`. */
const SENTENCES: readonly RegExp[] = [
  /^ppEnabledExtensionNames must not contain both (?<first>\w+) and (?<second>\w+)$/,
  String.raw`^If VkPhysicalDeviceProperties::apiVersion advertises Vulkan (?<major>\d+)\.(?<minor>\d+) or later, ppEnabledExtensionNames ${NOT_ENABLED}$`,
  String.raw`^If the pNext chain includes an? (?<struct>\w+) structure and \k<struct>::(?<first>\w+) is VK_TRUE, ppEnabledExtensionNames ${NOT_ENABLED}$`,
  String.raw`^If the (?<first>\w+) feature is enabled, (?:ppEnabledExtensionNames|the (?<second>\w+) feature) ${NOT_ENABLED}$`,
  /^If the (?<first>\w+) feature is enabled, (?<needed>\w+) must be enabled$/,
  /^If (?<first>\w+) is (?<is>enabled|VK_TRUE),? (?:then )?(?:\w+::)?(?<needed>\w+) must also be (?:\k<is>)$/,
].map(source => new RegExp(source));

/** @param isKnown whether the registry has an extension, a version or a feature's member of this name */
export function deviceRules(
  sentences: readonly Sentence[],
  isKnown: (name: string) => boolean,
): DeviceRule[] {
  return sentences.flatMap(({ vuid, text }) => {
    const groups = SENTENCES.map(sentence => sentence.exec(text)?.groups).find(Boolean);
    if (groups === undefined) return [];
    const { struct, major, minor, extension, needed } = groups;
    const first = major === undefined ? groups.first : `VK_VERSION_${major}_${minor}`;
    const second = needed ?? extension ?? groups.second;
    for (const name of [first, second])
      if (!isKnown(name)) throw new Error(`validusage.json: ${vuid} names ${name}, which is not there`);
    return [
      {
        first: struct === undefined ? first : `${struct}.${first}`,
        second,
        excludes: needed === undefined,
        vuid,
      },
    ];
  });
}

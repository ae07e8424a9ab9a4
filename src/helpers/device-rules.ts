// The specification's rules on what a device may enable: which extensions and features exclude each other, and which feature
// requires another.
import { deviceRules } from '../../ffi/rows/device-rules.ts';
import { parseDeviceRules } from '../registry/device-rule.ts';

const rules = parseDeviceRules(deviceRules);

/** Of what is enabled: the extension, feature or version that must not be enabled together with `name`; undefined if none. */
export function conflictOf(name: string, isEnabled: (name: string) => boolean): string | undefined {
  const excluded = rules.flatMap(({ first, second, excludes }) => {
    if (!excludes || (first !== name && second !== name)) return [];
    return [first === name ? second : first];
  });
  return excluded.find(isEnabled);
}

/** The features that must be enabled together with one. */
export const featuresRequiredBy = (feature: string): string[] =>
  rules.filter(({ first, excludes }) => first === feature && !excludes).map(({ second }) => second);

// What a device may not enable together, and which feature brings another with it.
import { deviceRules } from '../../ffi/rows/device-rules.ts';
import { parseDeviceRules } from '../registry/device-rule.ts';

const rules = parseDeviceRules(deviceRules);

/** Of what is there already, what an extension, a feature or a version may not stand beside. */
export function rivalOf(name: string, isThere: (name: string) => boolean): string | undefined {
  const rivals = rules.flatMap(({ first, second, excludes }) => {
    if (!excludes || (first !== name && second !== name)) return [];
    return [first === name ? second : first];
  });
  return rivals.find(isThere);
}

/** The features that have to be enabled with one. */
export const neededBy = (feature: string): string[] =>
  rules.filter(({ first, excludes }) => first === feature && !excludes).map(({ second }) => second);

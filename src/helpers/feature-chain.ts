// The features that a device is to have, in the structs that vkCreateDevice takes.
import { rivalOf } from './device-rules.ts';
import type { ExtensionSet } from './extension-set.ts';
import { type Feature, placesOf } from './feature.ts';

/** The structs with the features that are enabled, by name. */
export class FeatureChain {
  readonly structs = new Map<string, Readonly<Record<string, unknown>>>();

  enable({ struct: { name, sType }, member }: Feature): void {
    const enabled = { ...this.structs.get(name), ...(sType !== undefined && { sType }), [member]: true };
    this.structs.set(name, enabled);
  }

  /** @param feature a member's name, or `Struct.member` */
  has(feature: string): boolean {
    const [member, struct] = feature.split('.').reverse();
    return [...this.structs].some(([name, value]) => (struct ?? name) === name && member in value);
  }
}

/** Of what is enabled, what a feature may not stand beside; a version's feature is the same in the structs before it. */
export function rivalOfFeature(
  { struct, member }: Feature,
  set: ExtensionSet,
  chain: FeatureChain,
): string | undefined {
  const ofVersion = struct.providers.includes('VK_VERSION_') ? placesOf(member) : [];
  const names = ofVersion.map(place => `${place.struct.name}.${member}`);
  return [member, ...names]
    .map(name => rivalOf(name, other => set.enabled.has(other) || chain.has(other)))
    .find(rival => rival !== undefined);
}

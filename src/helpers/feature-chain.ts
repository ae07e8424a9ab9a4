// The features to enable, in the structs that vkCreateDevice takes.
import { conflictOf } from './device-rules.ts';
import type { ExtensionSet } from './extension-set.ts';
import { type Feature, featuresNamed } from './feature.ts';

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

/** What is enabled already and excludes a feature; a version's feature counts in the structs that it replaces, too. */
export function conflictOfFeature(
  { struct, member }: Feature,
  set: ExtensionSet,
  chain: FeatureChain,
): string | undefined {
  const same = struct.providers.includes('VK_VERSION_') ? featuresNamed(member) : [];
  const names = same.map(feature => `${feature.struct.name}.${member}`);
  return [member, ...names]
    .map(name => conflictOf(name, other => set.enabled.has(other) || chain.has(other)))
    .find(conflict => conflict !== undefined);
}

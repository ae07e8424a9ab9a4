// Features by the names of their members, and the structs that have them.
import type {
  ChainedStructs,
  VkDeviceCreateInfo,
  VkPhysicalDeviceFeatures,
} from '../../ffi/types/structs.ts';
import { closest } from '../errors/closest.ts';
import { describe } from '../errors/describe.ts';
import { ours } from '../errors/user-call.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';
import type { StructRow } from '../registry/rows.ts';

type Flags<T> = { [K in keyof T]-?: NonNullable<T[K]> extends boolean ? K : never }[keyof T];
type FlagsOfEach<T> = T extends unknown ? Flags<T> & string : never;
type InChain = NonNullable<VkDeviceCreateInfo['pNext']>[number];
type FeatureStruct = Extract<keyof ChainedStructs, `VkPhysicalDevice${string}Features${string}`>;

/**
 * A feature by the name of its member, `'timelineSemaphore'`. If two extensions have a feature of that name, the struct can
 * be given too: `'VkPhysicalDeviceMeshShaderFeaturesNV.meshShader'`.
 */
export type FeatureName =
  | (Flags<VkPhysicalDeviceFeatures> & string)
  | FlagsOfEach<InChain>
  | `${FeatureStruct}.${string}`;

/** The struct with the features of Vulkan 1.0, which is not chained. */
export const CORE_STRUCT = 'VkPhysicalDeviceFeatures';

/** The structs that vkCreateDevice takes and that have only features, the preferred ones first. */
const featureStructs = memoize((): readonly StructRow[] =>
  [CORE_STRUCT, ...registry.struct('VkDeviceCreateInfo').extendedBy]
    .map(name => registry.struct(name))
    .filter(
      row =>
        flagsOf(row).length > 0 && row.members.every(m => /^(VkBool32|VkStructureType|void)$/.test(m.base)),
    )
    .sort((a, b) => rank(a.name) - rank(b.name)),
);

const flagsOf = (row: StructRow) => row.members.filter(m => m.base === 'VkBool32');

/** A version's struct first, which excludes those that it replaces; then Khronos' own, several vendors', one vendor's. */
const RANKS = [/^VkPhysicalDeviceVulkan\d+Features$/, /[a-z\d]$|KHR$/, /EXT$/, /$/];
const rank = (name: string): number => RANKS.findIndex(pattern => pattern.test(name));

/** A feature in one of the structs that have it. */
export interface Feature {
  readonly struct: StructRow;
  readonly member: string;
}

/** A feature in each struct that has it; empty if there is no such feature. */
export function featuresNamed(name: string): Feature[] {
  const [, wanted, member] = /^(?:(\w+)\.)?(\w+)$/.exec(name) ?? [];
  const all = featureStructs().filter(row => flagsOf(row).some(m => m.name === member));
  const named = all.find(row => row.name === registryName(wanted));
  if (wanted !== undefined && named === undefined) return [];
  // A version's struct excludes those that it replaces, so it comes before the one that was named.
  const isReplaced = named?.providers.includes('VK_VERSION_') === true;
  const structsWithIt =
    named === undefined ? all : [...all.filter(row => isReplaced && rank(row.name) === 0), named];
  return structsWithIt.map(struct => ({ struct, member }));
}

/** A struct's name in the registry, if it is given by an alias. */
const registryName = (name = ''): string =>
  registry.tables.structs.has(name) ? registry.struct(name).name : name;

/** Throws a TypeError with the path of a feature that does not exist. */
export function checkFeatures(path: string, names: readonly string[]): void {
  for (const [i, name] of names.entries()) {
    if (featuresNamed(name).length > 0) continue;
    const known = featureStructs().flatMap(row => flagsOf(row).map(m => m.name));
    const near = closest(name.split('.').at(-1) ?? '', known);
    throw ours(
      new TypeError(
        `${path}[${i}]: expected the name of a feature, such as 'timelineSemaphore', got ${describe(name)}${near === undefined ? '' : `; did you mean ${near}?`}`,
      ),
    );
  }
}

// Features by the names of their members: which structs hold each, the likeliest first.
import type {
  ChainedStructs,
  VkDeviceCreateInfo,
  VkPhysicalDeviceFeatures,
} from '../../ffi/types/structs.ts';
import { closest } from '../errors/closest.ts';
import { ours } from '../errors/user-call.ts';
import { describe } from '../native/argument-error.ts';
import { registry } from '../registry/registry.ts';
import type { StructRow } from '../registry/rows.ts';

type Flags<T> = { [K in keyof T]-?: NonNullable<T[K]> extends boolean ? K : never }[keyof T];
type FlagsOfEach<T> = T extends unknown ? Flags<T> & string : never;
type InChain = NonNullable<VkDeviceCreateInfo['pNext']>[number];
type FeatureStruct = Extract<keyof ChainedStructs, `VkPhysicalDevice${string}Features${string}`>;

/**
 * A feature by its member's name: `'timelineSemaphore'`. Where two extensions have features of one name, the struct may
 * be named too: `'VkPhysicalDeviceMeshShaderFeaturesNV.meshShader'`.
 */
export type FeatureName =
  | (Flags<VkPhysicalDeviceFeatures> & string)
  | FlagsOfEach<InChain>
  | `${FeatureStruct}.${string}`;

/** The features of Vulkan 1.0, which have no place in a chain. */
export const FIRST = 'VkPhysicalDeviceFeatures';

let structs: readonly StructRow[] | undefined;

/** Structs of nothing but features that vkCreateDevice takes. */
function featureStructs(): readonly StructRow[] {
  structs ??= [FIRST, ...registry.struct('VkDeviceCreateInfo').extendedBy]
    .map(name => registry.struct(name))
    .filter(
      row =>
        flagsOf(row).length > 0 && row.members.every(m => /^(VkBool32|VkStructureType|void)$/.test(m.base)),
    )
    .sort((a, b) => rank(a.name) - rank(b.name));
  return structs;
}

const flagsOf = (row: StructRow) => row.members.filter(m => m.base === 'VkBool32');

/** Those of a whole version, which no struct that they replace may stand beside; Khronos' own, several vendors', one's. */
const RANKS = [/^VkPhysicalDeviceVulkan\d+Features$/, /[a-z\d]$|KHR$/, /EXT$/, /$/];
const rank = (name: string): number => RANKS.findIndex(pattern => pattern.test(name));

/** A feature in a struct that holds it. */
export interface Feature {
  readonly struct: StructRow;
  readonly member: string;
}

/** The structs that hold a feature; none where nobody knows it. */
export function placesOf(name: string): Feature[] {
  const [, wanted, member] = /^(?:(\w+)\.)?(\w+)$/.exec(name) ?? [];
  const holders = featureStructs().filter(row => flagsOf(row).some(m => m.name === member));
  const named = holders.find(row => row.name === registryName(wanted));
  if (wanted !== undefined && named === undefined) return [];
  // A version's struct may not stand beside one that it replaces: where there is one, it has the feature.
  const isReplaced = named?.providers.includes('VK_VERSION_') === true;
  const places =
    named === undefined ? holders : [...holders.filter(row => isReplaced && rank(row.name) === 0), named];
  return places.map(struct => ({ struct, member }));
}

/** A struct's own name where it is called by an alias. */
const registryName = (name = ''): string =>
  registry.tables.structs.has(name) ? registry.struct(name).name : name;

/** Throws a TypeError that names the path to a feature that nobody knows. */
export function checkFeatures(path: string, names: readonly string[]): void {
  for (const [i, name] of names.entries()) {
    if (placesOf(name).length > 0) continue;
    const known = featureStructs().flatMap(row => flagsOf(row).map(m => m.name));
    const near = closest(name.split('.').at(-1) ?? '', known);
    throw ours(
      new TypeError(
        `${path}[${i}]: expected the name of a feature, such as 'timelineSemaphore', got ${describe(name)}${near === undefined ? '' : `; did you mean ${near}?`}`,
      ),
    );
  }
}

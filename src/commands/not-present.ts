// Of a command that failed because something is not present: which of what was asked for that is.

import { VkInstanceCreateFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkResult } from '../../ffi/rows/enums.ts';
import type { PhysicalDevice, Vulkan } from '../../ffi/types/objects.ts';
import { closest } from '../errors/closest.ts';
import type { Call } from '../marshal/call.ts';
import { chainFrom } from '../marshal/chain.ts';
import { decodeMembers, decodePointee } from '../marshal/decode.ts';
import { stringAt } from '../native/koffi.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, StructRow } from '../registry/rows.ts';
import { deviceExtensions, instanceExtensions } from './offers.ts';

type Values = readonly (number | bigint)[];

/** What a command was given, and the object that it was called on. */
interface Asked {
  readonly call: Call;
  /** A parameter's value. */
  value(param: string): bigint;
}

/**
 * Looks for what is missing, by asking for all that is there. Nothing of it is asked before a command has failed.
 * @returns a sentence for each, none where nothing is found
 */
export function notPresent(row: CommandRow, result: number, call: Call, values: Values): readonly string[] {
  const find =
    FINDERS[row.name]?.[result] ??
    (result === VkResult.ERROR_EXTENSION_NOT_PRESENT ? missingProvider(row) : undefined);
  if (find === undefined) return [];
  const value = (param: string) => BigInt(values[row.params.findIndex(p => p.name === param)]);
  try {
    return find({ call, value });
  } catch {
    // The driver, or the loader, does not answer what it has either.
    return [];
  }
}

type Find = (asked: Asked) => readonly string[];

const FINDERS: Readonly<Record<string, Readonly<Record<number, Find>>>> = {
  vkCreateInstance: {
    [VkResult.ERROR_EXTENSION_NOT_PRESENT](asked) {
      const { ppEnabledLayerNames } = namesIn('VkInstanceCreateInfo', asked);
      return missingExtensions('VkInstanceCreateInfo', asked, () =>
        instanceExtensions(vulkanOf(asked), ppEnabledLayerNames),
      );
    },
    [VkResult.ERROR_LAYER_NOT_PRESENT](asked) {
      const { ppEnabledLayerNames } = namesIn('VkInstanceCreateInfo', asked);
      return missing(ppEnabledLayerNames, () => instanceLayers(asked), notInstalled);
    },
    [VkResult.ERROR_INCOMPATIBLE_DRIVER]: portability,
  },
  vkCreateDevice: {
    [VkResult.ERROR_EXTENSION_NOT_PRESENT]: asked =>
      missingExtensions('VkDeviceCreateInfo', asked, () => deviceExtensions(gpuOf(asked))),
    [VkResult.ERROR_FEATURE_NOT_PRESENT]: missingFeatures,
  },
  vkEnumerateInstanceExtensionProperties: {
    [VkResult.ERROR_LAYER_NOT_PRESENT]: asked =>
      missing(layerIn(asked), () => instanceLayers(asked), notInstalled),
  },
  vkEnumerateDeviceExtensionProperties: {
    [VkResult.ERROR_LAYER_NOT_PRESENT]: asked =>
      missing(
        layerIn(asked),
        () => gpuOf(asked).enumerateDeviceLayerProperties().map(layerName),
        () => 'is none of the instance',
      ),
  },
};

const vulkanOf = ({ call }: Asked) => call.self as unknown as Vulkan;
const gpuOf = ({ call }: Asked) => call.self as unknown as PhysicalDevice;

const layerName = (layer: { readonly layerName: string }): string => layer.layerName;

const instanceLayers = (asked: Asked): string[] =>
  vulkanOf(asked).enumerateInstanceLayerProperties().map(layerName);

const layerIn = ({ value }: Asked): string[] => [stringAt(value('pLayerName'))];

interface Names {
  readonly ppEnabledLayerNames: readonly string[];
  readonly ppEnabledExtensionNames: readonly string[];
}

const NAMES = [
  'enabledLayerCount',
  'ppEnabledLayerNames',
  'enabledExtensionCount',
  'ppEnabledExtensionNames',
];

function namesIn(struct: string, { value }: Asked): Names {
  const members = decodeMembers(registry.struct(struct), value('pCreateInfo'), NAMES);
  const { ppEnabledLayerNames, ppEnabledExtensionNames } = members as Partial<
    Record<keyof Names, string[] | null>
  >;
  return {
    ppEnabledLayerNames: ppEnabledLayerNames ?? [],
    ppEnabledExtensionNames: ppEnabledExtensionNames ?? [],
  };
}

const notInstalled = () => 'is not installed';

/** A sentence for each of the names that is not there, with the one that may have been meant. */
function missing(
  names: readonly string[],
  offered: () => Iterable<string>,
  why: (name: string) => string,
): string[] {
  // Of one there is no doubt, whatever else is there.
  const there = names.length === 1 ? undoubted(offered) : [...offered()];
  return names
    .filter(name => !there.includes(name))
    .map(name => {
      const meant = closest(name, there);
      return `${name} ${why(name)}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`;
    });
}

function undoubted(offered: () => Iterable<string>): string[] {
  try {
    return [...offered()];
  } catch {
    return [];
  }
}

function missingExtensions(struct: string, asked: Asked, offered: () => Iterable<string>): string[] {
  const isInstance = struct === 'VkInstanceCreateInfo';
  return missing(namesIn(struct, asked).ppEnabledExtensionNames, offered, name => {
    const kind = registry.extension(name)?.kind;
    if (kind === 'device' && isInstance) return 'is an extension of devices: give it to createDevice';
    if (kind === 'instance' && !isInstance) return 'is an extension of instances: give it to createInstance';
    return `is not offered by this ${isInstance ? 'Vulkan library' : 'physical device'}`;
  });
}

/** Of a command of a physical device: the device extension that it belongs to. */
const missingProvider =
  (row: CommandRow): Find =>
  asked =>
    missing(
      row.providers.match(/VK_(?!VERSION)\w+/g) ?? [],
      () => deviceExtensions(gpuOf(asked)),
      () => 'is not offered by this physical device',
    );

const FEATURES = 'VkPhysicalDeviceFeatures';
const FEATURES_2 = 'VkPhysicalDeviceFeatures2';

/** The features that are on in a struct of features. */
function featuresOn(row: StructRow, values: Readonly<Record<string, unknown>>): string[] {
  return row.members.filter(m => m.base === 'VkBool32' && values[m.name] === true).map(m => m.name);
}

/** What was enabled, in pEnabledFeatures and in the chain, beside what the physical device has. */
function missingFeatures(asked: Asked): string[] {
  const { call, value } = asked;
  const info = registry.struct('VkDeviceCreateInfo');
  const gpu = gpuOf(asked);
  const place = call.stack.locate(value('pCreateInfo'))!;
  const known = new Map(
    [FEATURES_2, ...registry.struct(FEATURES_2).extendedBy]
      .map(name => registry.struct(name))
      .map(row => [row.sType, row] as const),
  );
  const chained = chainFrom(call, place.chunk, place.at).flatMap(({ sType, chunk, at }) => {
    const row = known.get(sType);
    const values =
      row && (decodePointee(row, BigInt(chunk.address + at), undefined) as Record<string, unknown>);
    return row === undefined ? [] : [{ row, values: values! }];
  });
  const { pEnabledFeatures } = decodeMembers(info, value('pCreateInfo'), ['pEnabledFeatures']);
  const first = chained.find(({ row }) => row.name === FEATURES_2)?.values.features ?? pEnabledFeatures;
  const others = chained.filter(({ row }) => row.name !== FEATURES_2);
  const enabled = [
    ...(first ? [{ row: registry.struct(FEATURES), values: first as Record<string, unknown> }] : []),
    ...others,
  ];
  const pNext = others.map(({ row }) => row.sType) as never[];
  const there =
    pNext.length === 0
      ? { features: gpu.getPhysicalDeviceFeatures(), pNext }
      : gpu.dispatch.has('vkGetPhysicalDeviceFeatures2')
        ? gpu.getPhysicalDeviceFeatures2({ pNext })
        : gpu.getPhysicalDeviceFeatures2KHR({ pNext });
  const all = [...(first ? [there.features] : []), ...there.pNext] as unknown as Record<string, unknown>[];
  return enabled.flatMap(({ row, values }, i) =>
    featuresOn(row, values)
      .filter(name => all[i][name] !== true)
      .map(name => `this physical device has no ${row.name}.${name}`),
  );
}

const PORTABILITY = 'VK_KHR_portability_enumeration';

/** On macOS drivers are found only by who says that an incomplete one will do. */
function portability(asked: Asked): string[] {
  if (process.platform !== 'darwin') return [];
  const { flags } = decodeMembers(registry.struct('VkInstanceCreateInfo'), asked.value('pCreateInfo'), [
    'flags',
  ]);
  const { ppEnabledExtensionNames } = namesIn('VkInstanceCreateInfo', asked);
  const hasFlag = (Number(flags) & VkInstanceCreateFlagBits.ENUMERATE_PORTABILITY_KHR) !== 0;
  const lacking = [
    ...(ppEnabledExtensionNames.includes(PORTABILITY) ? [] : [`${PORTABILITY} in ppEnabledExtensionNames`]),
    ...(hasFlag ? [] : ['VkInstanceCreateFlagBits.ENUMERATE_PORTABILITY_KHR in flags']),
  ];
  return lacking.length === 0
    ? []
    : [`the drivers of macOS (MoltenVK) are found only with ${lacking.join(' and ')}`];
}

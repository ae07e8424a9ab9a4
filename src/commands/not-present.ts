// Finds what is missing after a command failed because a layer, extension or feature is not present.

import { VkInstanceCreateFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkResult } from '../../ffi/rows/enums.ts';
import { closest } from '../errors/closest.ts';
import { coreOrAlias } from '../handles/core-or-alias.ts';
import type { Dispatch } from '../handles/dispatch.ts';
import {
  type OfferingDevice,
  type OfferingLibrary,
  offeredDeviceExtensions,
  offeredInstanceExtensions,
} from '../handles/offers.ts';
import type { Call } from '../marshal/call.ts';
import { chainFrom } from '../marshal/chain.ts';
import { decodeMembers, decodePointee } from '../marshal/decode.ts';
import { type NativeArguments, stringAt } from '../native/koffi.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow } from '../registry/rows.ts';

type Struct = Readonly<Record<string, unknown>>;

/** The part of a physical device that is used here. */
interface FeatureDevice extends OfferingDevice {
  readonly dispatch: Dispatch;
  getPhysicalDeviceFeatures(): Struct;
  getPhysicalDeviceFeatures2(chain: { pNext: unknown }): { features: Struct; pNext: Struct[] };
}

/** A call that failed, with its arguments. */
interface FailedCall {
  readonly call: Call;
  /** A parameter's value. */
  value(param: string): bigint;
}

/**
 * Finds what is missing by enumerating what is there, only after a command has failed.
 * @returns a sentence for each missing thing, none if nothing is found
 */
export function notPresent(
  row: CommandRow,
  result: number,
  call: Call,
  values: Readonly<NativeArguments>,
): readonly string[] {
  const find =
    FINDERS[row.name]?.[result] ??
    (result === VkResult.ERROR_EXTENSION_NOT_PRESENT ? missingProvider(row) : undefined);
  if (find === undefined) return [];
  const value = (param: string) => BigInt(values[row.params.findIndex(p => p.name === param)]);
  try {
    return find({ call, value });
  } catch {
    // The driver or the loader cannot enumerate either.
    return [];
  }
}

type Find = (asked: FailedCall) => readonly string[];

const FINDERS: Readonly<Record<string, Readonly<Record<number, Find>>>> = {
  vkCreateInstance: {
    [VkResult.ERROR_EXTENSION_NOT_PRESENT](asked) {
      const { ppEnabledLayerNames } = namesIn('VkInstanceCreateInfo', asked);
      return missingExtensions('VkInstanceCreateInfo', asked, () =>
        offeredInstanceExtensions(vulkanOf(asked), ppEnabledLayerNames),
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
      missingExtensions('VkDeviceCreateInfo', asked, () => offeredDeviceExtensions(gpuOf(asked))),
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
        () => 'is not enabled on the instance',
      ),
  },
};

const vulkanOf = ({ call }: FailedCall) => call.self as unknown as OfferingLibrary;
const gpuOf = ({ call }: FailedCall) => call.self as unknown as FeatureDevice;

const layerName = (layer: { readonly layerName: string }): string => layer.layerName;

const instanceLayers = (asked: FailedCall): string[] =>
  vulkanOf(asked).enumerateInstanceLayerProperties().map(layerName);

const layerIn = ({ value }: FailedCall): string[] => [stringAt(value('pLayerName'))];

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

function namesIn(struct: string, { value }: FailedCall): Names {
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

/** A sentence for each name that is not offered, with the name that was probably meant. */
function missing(
  names: readonly string[],
  offered: () => Iterable<string>,
  why: (name: string) => string,
): string[] {
  // A single name must be the missing one, even if the offered ones cannot be enumerated.
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

function missingExtensions(struct: string, asked: FailedCall, offered: () => Iterable<string>): string[] {
  const isInstance = struct === 'VkInstanceCreateInfo';
  return missing(namesIn(struct, asked).ppEnabledExtensionNames, offered, name => {
    const kind = registry.extension(name)?.kind;
    if (kind === 'device' && isInstance) return 'is an extension of devices: give it to createDevice';
    if (kind === 'instance' && !isInstance) return 'is an extension of instances: give it to createInstance';
    return `is not offered by this ${isInstance ? 'Vulkan library' : 'physical device'}`;
  });
}

/** Finds the device extension that a command of a physical device needs. */
const missingProvider =
  (row: CommandRow): Find =>
  asked =>
    missing(
      row.providers.match(/VK_(?!VERSION)\w+/g) ?? [],
      () => offeredDeviceExtensions(gpuOf(asked)),
      () => 'is not offered by this physical device',
    );

const FEATURES = 'VkPhysicalDeviceFeatures';
const FEATURES_2 = 'VkPhysicalDeviceFeatures2';

/** Finds features that are enabled, in pEnabledFeatures or in the chain, and that the physical device does not have. */
function missingFeatures(asked: FailedCall): string[] {
  const { call, value } = asked;
  const gpu = gpuOf(asked);
  const place = call.stack.locate(value('pCreateInfo'))!;
  const rows = [FEATURES_2, ...registry.struct(FEATURES_2).extendedBy].map(registry.struct);
  const chained = chainFrom(call, place.chunk, place.at).flatMap(({ sType, chunk, at }) => {
    const row = rows.find(one => one.sType === sType);
    return row === undefined
      ? []
      : [{ row, on: decodePointee(row, BigInt(chunk.address + at), undefined) as Struct }];
  });
  const info = registry.struct('VkDeviceCreateInfo');
  const { pEnabledFeatures } = decodeMembers(info, value('pCreateInfo'), ['pEnabledFeatures']);
  const whole = chained.find(({ row }) => row.name === FEATURES_2);
  const first = {
    row: registry.struct(FEATURES),
    on: (whole?.on.features ?? pEnabledFeatures ?? {}) as Struct,
  };
  const others = chained.filter(one => one !== whole);
  const there = featuresOf(
    gpu,
    others.map(({ row }) => row.sType),
  );
  return [first, ...others].flatMap(({ row, on }, i) =>
    row.members
      .filter(({ name, base }) => base === 'VkBool32' && on[name] === true && there[i][name] !== true)
      .map(({ name }) => `this physical device has no ${row.name}.${name}`),
  );
}

/** The features of Vulkan 1.0, and those of each requested struct. */
function featuresOf(gpu: FeatureDevice, pNext: readonly unknown[]): Struct[] {
  if (pNext.length === 0) return [gpu.getPhysicalDeviceFeatures()];
  const found = gpu[coreOrAlias(gpu, 'getPhysicalDeviceFeatures2')]({ pNext });
  return [found.features, ...found.pNext];
}

const PORTABILITY = 'VK_KHR_portability_enumeration';

/** On macOS the loader lists drivers only if portability enumeration is enabled. */
function portability(asked: FailedCall): string[] {
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

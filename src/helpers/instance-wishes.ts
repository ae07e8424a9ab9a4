// Resolves wishes for an instance, given by names, into what vkCreateInstance takes.
import { VkInstanceCreateFlagBits } from '../../ffi/rows/bitmasks.ts';
import type { VkApplicationInfo } from '../../ffi/types/structs.ts';
import { userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { checkOptions } from '../native/options.ts';
import { API_VERSION_1_0, formatVersion } from '../native/version.ts';
import type { Vulkan } from '../objects/vulkan.ts';
import { ExtensionSet, reasonOf } from './extension-set.ts';
import { type Missing, NotOfferedError } from './not-offered-error.ts';
import { checkWish } from './wish.ts';

/** What an instance is to have. */
export interface InstanceWish {
  /** The version of Vulkan that the program is written for, such as `API_VERSION_1_3`. */
  readonly apiVersion?: number;
  /** Extensions, by their names; those that they depend on need not be listed. */
  readonly extensions?: readonly string[];
  /** Layers, by their names. */
  readonly layers?: readonly string[];
}

/** What an instance must have, and what it should have if the loader offers it. */
export interface InstanceWishes {
  /** What the instance cannot do without: if any of it is missing, an error says so. */
  readonly required?: InstanceWish;
  /** What the instance gets if the loader offers it, with the highest version up to the preferred one; see `missing`. */
  readonly preferred?: InstanceWish;
}

/** How wishes for an instance are resolved. */
export interface InstanceAnswer {
  /** For `vulkan.createInstance`; a program may change it first. */
  readonly createInfo: {
    /** The version; a program may add its name. */
    readonly pApplicationInfo: VkApplicationInfo & { apiVersion: number };
    /** The layers that were asked for. */
    readonly ppEnabledLayerNames: string[];
    /** The extensions that were asked for, and those that they depend on. */
    readonly ppEnabledExtensionNames: string[];
    /** ENUMERATE_PORTABILITY if the loader supports it: without it a Mac's GPUs are not enumerated. */
    readonly flags: number;
  };
  /** What is preferred but missing. */
  readonly missing: readonly Missing[];
}

const PORTABILITY = 'VK_KHR_portability_enumeration';

/**
 * Resolves wishes for an instance into what vkCreateInstance takes: a version, layers, extensions with those that they
 * depend on (also extensions that only a layer offers), and portability enumeration. It creates nothing, and calls
 * vkEnumerateInstanceVersion, vkEnumerateInstanceLayerProperties and vkEnumerateInstanceExtensionProperties.
 * @param vulkan the library to create the instance with
 * @param wishes what the instance must have, and what it should have
 * @returns create info, and what is preferred but missing
 * @throws NotOfferedError with all that is required but missing
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkInstanceCreateInfo.html
 *
 * @example
 * const vulkan = loadVulkan();
 * const { createInfo } = resolveInstance(vulkan, {
 *   required: { apiVersion: API_VERSION_1_1 },
 *   preferred: { apiVersion: API_VERSION_1_3, layers: ['VK_LAYER_KHRONOS_validation'], extensions: ['VK_EXT_debug_utils'] },
 * });
 * using created = vulkan.createInstance(createInfo);
 */
export const resolveInstance = userCall(function resolveInstance(
  vulkan: Vulkan,
  wishes: InstanceWishes,
): InstanceAnswer {
  checkClass('resolveInstance.vulkan', vulkan, '');
  const path = 'resolveInstance.wishes';
  const wanted = checkOptions(path, wishes, ['required', 'preferred']);
  const required = checkWish(`${path}.required`, wanted.required ?? {}, 'instance', ['layers']);
  const preferred = checkWish(`${path}.preferred`, wanted.preferred ?? {}, 'instance', ['layers']);
  const [missingRequired, missing]: [Missing[], Missing[]] = [[], []];
  const groups = [
    [required, missingRequired],
    [preferred, missing],
  ] as const;
  const version = vulkan.instanceVersion;
  for (const [{ apiVersion = 0 }, absent] of groups)
    if (apiVersion > version)
      absent.push({
        kind: 'version',
        name: formatVersion(apiVersion),
        reason: `it has ${formatVersion(version)}`,
      });

  const installed = vulkan.enumerateInstanceLayerProperties().map(l => l.layerName);
  const layers = new Set<string>();
  for (const [wish, absent] of groups)
    for (const name of new Set(wish.layers)) {
      if (installed.includes(name)) layers.add(name);
      else absent.push({ kind: 'layer', name, reason: 'not installed' });
    }

  const asked =
    Math.max(required.apiVersion ?? 0, Math.min(preferred.apiVersion ?? 0, version)) || API_VERSION_1_0;
  const offered = [undefined, ...layers].flatMap(layer =>
    vulkan.enumerateInstanceExtensionProperties(layer).map(e => e.extensionName),
  );
  const extensions = new ExtensionSet('instance', asked, offered);
  for (const [wish, absent] of groups)
    for (const name of new Set(wish.extensions)) {
      const needs = extensions.forExtension(name);
      if ('names' in needs) extensions.add(needs);
      else absent.push({ kind: 'extension', name, reason: reasonOf(needs.lack, name) });
    }
  const isPortable = extensions.isOffered(PORTABILITY);
  if (isPortable) extensions.add({ names: [PORTABILITY] });
  if (missingRequired.length > 0)
    throw new NotOfferedError('resolveInstance', new Map([[vulkan.path, missingRequired]]));
  return {
    createInfo: {
      pApplicationInfo: { apiVersion: asked },
      ppEnabledLayerNames: [...layers],
      ppEnabledExtensionNames: [...extensions.enabled],
      flags: isPortable ? VkInstanceCreateFlagBits.ENUMERATE_PORTABILITY_KHR : 0,
    },
    missing,
  };
});

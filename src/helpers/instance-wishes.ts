// What an instance shall have, by names: resolved into what vkCreateInstance takes.
import { VkInstanceCreateFlagBits } from '../../ffi/rows/bitmasks.ts';
import type { VkApplicationInfo } from '../../ffi/types/structs.ts';
import { NotAvailableError } from '../errors/errors.ts';
import { userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { checkOptions } from '../native/options.ts';
import type { Vulkan } from '../objects/vulkan.ts';
import { API_VERSION_1_0, formatVersion } from '../registry/version.ts';
import { ExtensionSet, reasonOf } from './extension-set.ts';
import { type Missing, NotOfferedError } from './not-offered-error.ts';
import { checkWish } from './wish.ts';

/** What an instance shall have. */
export interface InstanceWish {
  /** The version of Vulkan that the program is written for, as `API_VERSION_1_3`. */
  readonly apiVersion?: number;
  /** Extensions by their names; what they depend on need not be named. */
  readonly extensions?: readonly string[];
  /** Layers by their names. */
  readonly layers?: readonly string[];
}

/** What an instance must have, and what it shall have where the loader offers it. */
export interface InstanceWishes {
  /** Where one of these is missing there is no instance. */
  readonly required?: InstanceWish;
  /** What of these is missing is told; of the versions the highest that there is up to the one desired. */
  readonly desired?: InstanceWish;
}

/** What became of wishes. */
export interface InstanceAnswer {
  /** For `vulkan.createInstance`; to be changed before that as it pleases. */
  readonly createInfo: {
    /** With the version; a name may be added. */
    readonly pApplicationInfo: VkApplicationInfo & { apiVersion: number };
    /** Layers that were asked for. */
    readonly ppEnabledLayerNames: string[];
    /** What was asked for, and what that depends on. */
    readonly ppEnabledExtensionNames: string[];
    /** ENUMERATE_PORTABILITY where the loader knows it: a Mac's GPUs are not there without. */
    readonly flags: number;
  };
  /** What was desired and is not there. */
  readonly missing: readonly Missing[];
}

const PORTABILITY = 'VK_KHR_portability_enumeration';

/** A loader of Vulkan 1.0 cannot be asked. */
function versionOf(vulkan: Vulkan): number {
  try {
    return vulkan.enumerateInstanceVersion();
  } catch (error) {
    if (error instanceof NotAvailableError) return API_VERSION_1_0;
    throw error;
  }
}

/**
 * Resolves what an instance shall have into what vkCreateInstance takes: layers, extensions with all that they depend
 * on, also those that only a layer offers, portability enumeration, a version. It creates nothing, and makes
 * vkEnumerateInstanceVersion, vkEnumerateInstanceLayerProperties, vkEnumerateInstanceExtensionProperties.
 * @returns create info, and what was desired and is not there
 * @throws NotOfferedError naming all that is required and not there
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkInstanceCreateInfo.html
 *
 * @example
 * const vulkan = loadVulkan();
 * const { createInfo } = resolveInstance(vulkan, {
 *   required: { apiVersion: API_VERSION_1_1 },
 *   desired: { apiVersion: API_VERSION_1_3, layers: ['VK_LAYER_KHRONOS_validation'], extensions: ['VK_EXT_debug_utils'] },
 * });
 * using created = vulkan.createInstance(createInfo);
 */
export const resolveInstance = userCall(function resolveInstance(
  vulkan: Vulkan,
  wishes: InstanceWishes,
): InstanceAnswer {
  checkClass('resolveInstance.vulkan', vulkan, '');
  const path = 'resolveInstance.wishes';
  checkOptions(path, wishes, ['required', 'desired']);
  const { required = {}, desired = {} } = wishes;
  for (const [name, wish] of Object.entries({ required, desired }))
    checkWish(`${path}.${name}`, wish, 'instance', ['layers']);
  const [lacks, missing]: [Missing[], Missing[]] = [[], []];
  const parts = [
    [required, lacks],
    [desired, missing],
  ] as const;
  const version = versionOf(vulkan);
  for (const [{ apiVersion = 0 }, absent] of parts)
    if (apiVersion > version)
      absent.push({
        kind: 'version',
        name: formatVersion(apiVersion),
        reason: `it has ${formatVersion(version)}`,
      });

  const installed = vulkan.enumerateInstanceLayerProperties().map(l => l.layerName);
  const layers = new Set<string>();
  for (const [wish, absent] of parts)
    for (const name of new Set(wish.layers)) {
      if (installed.includes(name)) layers.add(name);
      else absent.push({ kind: 'layer', name, reason: 'not installed' });
    }

  const asked =
    Math.max(required.apiVersion ?? 0, Math.min(desired.apiVersion ?? 0, version)) || API_VERSION_1_0;
  const offered = [undefined, ...layers].flatMap(layer =>
    vulkan.enumerateInstanceExtensionProperties(layer).map(e => e.extensionName),
  );
  const extensions = new ExtensionSet('instance', asked, offered);
  for (const [wish, absent] of parts)
    for (const name of new Set(wish.extensions)) {
      const needs = extensions.forExtension(name);
      if ('names' in needs) extensions.add(needs);
      else
        absent.push({
          kind: 'extension',
          name,
          reason: reasonOf(needs.lack, name),
        });
    }
  const isPortable = extensions.isOffered(PORTABILITY);
  if (isPortable) extensions.add({ names: [PORTABILITY] });
  if (lacks.length > 0) throw new NotOfferedError(new Map([[vulkan.path, lacks]]));
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

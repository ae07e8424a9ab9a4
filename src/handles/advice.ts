// Says what to do when a command is not available: each way to enable it, or what is missing if there is none.
import { NotAvailableError, WindowsOnlyError } from '../errors/errors.ts';
import { formatVersion } from '../native/version.ts';
import { dependsWays, versionOfName } from '../registry/depends.ts';
import { registry } from '../registry/registry.ts';
import { aliasOf } from '../registry/rows.ts';
import type { Scope } from './scope.ts';

/** The version and extensions that are enabled on an object. */
export interface Enabled {
  readonly owner: 'library' | 'instance' | 'device';
  readonly apiVersion: number;
  /** The enabled extensions; of a device, its instance's too. */
  readonly extensions: ReadonlySet<string>;
  /** Whether an extension counts as enabled because a physical device offers it. */
  readonly offered?: (name: string) => boolean;
  /** Of a device: vkGetInstanceProcAddr of its instance, which looks up commands of instance extensions. */
  readonly instanceProcAddr?: (name: string) => bigint;
  /** What could be enabled besides; used only when something is missing. */
  readonly possible: Possible;
  /** The scope of the object's handle. */
  readonly scope: Scope;
}

/** What could be enabled. */
export interface Possible {
  /** The highest version that could be enabled, and what limits it. */
  version(): { readonly owner: string; readonly version: number };
  /** What does not offer an extension, so that it cannot be enabled; undefined if it can. */
  notOfferedBy(extension: string): string | undefined;
}

/** What is enabled, with the tests for single versions, extensions and commands. */
interface Context extends Enabled {
  /** Whether a version or an extension is enabled. */
  has(provider: string): boolean;
  /** Whether a command is available. */
  isThere(command: string): boolean;
}

/** The error for a command or a struct that is not available. */
export function notAvailableError(name: string, place: Context): NotAvailableError {
  return isOfWindows(name, place)
    ? new WindowsOnlyError(name)
    : new NotAvailableError(name, adviceFor(name, place));
}

/** The error for something that needs extensions which are not enabled; undefined if all are. */
export function missingExtensionsError(
  what: string,
  extensions: readonly string[],
  place: Context,
): NotAvailableError | undefined {
  const missing = extensions.filter(name => !place.has(name));
  if (missing.length === 0) return undefined;
  const lacks = missing.flatMap(name => whyUnavailable(name, place) ?? []);
  const advice =
    lacks.length > 0 ? `it needs ${lacks.join(', and ')}` : stepsFor(missing, place).join(' and ');
  return new NotAvailableError(what, advice);
}

/** Whether it exists on Windows only: every way to enable it needs an extension of Windows. */
function isOfWindows(name: string, { has, possible }: Context): boolean {
  const lacks = (provider: string) =>
    registry.extension(provider)?.platform === 'win32' &&
    !has(provider) &&
    possible.notOfferedBy(provider) !== undefined;
  const ways = [name, ...otherNames(name)].flatMap(one => dependsWays(providersOf(one)));
  return process.platform !== 'win32' && ways.every(way => way.some(lacks));
}

const providersOf = (name: string): string =>
  registry.tables.commands.has(name) ? registry.command(name).providers : registry.struct(name).providers;

/** The advice for a command that is not available: what to enable, what to call instead, or what is missing. */
export function adviceFor(command: string, place: Context): string {
  const others = otherNames(command);
  const other = others.find(place.isThere);
  if (other !== undefined) return `call ${other}, which is the same command and is available`;
  const ways = [command, ...others].flatMap(name =>
    dependsWays(providersOf(name)).map(way => {
      const missing = way.filter(provider => !place.has(provider));
      return {
        name,
        way,
        missing,
        lacks: missing.flatMap(provider => whyUnavailable(provider, place) ?? []),
      };
    }),
  );
  const refused = ways.find(({ name, missing }) => name === command && missing.length === 0);
  const open = ways.filter(({ missing, lacks }) => missing.length > 0 && lacks.length === 0);
  const advice = open.map(({ name, missing }) => {
    const steps = stepsFor(missing, place);
    return (name === command ? steps : [...steps, `call ${name}`]).join(' and ');
  });
  if (refused !== undefined)
    advice.unshift(
      `the driver gives no address for it, though ${refused.way.join(' and ')} ${refused.way.length > 1 ? 'are' : 'is'} enabled`,
    );
  if (advice.length > 0) return [...new Set(advice)].join('; or ');
  return `it needs ${[...new Set(ways.flatMap(({ lacks }) => lacks))].join(', or ')}`;
}

/** The command's other names: its aliases, and what it is an alias of. */
export function otherNames(command: string): string[] {
  if (!registry.tables.commands.has(command)) return [];
  const nameOfAll = (name: string) => aliasOf(registry.tables.commands.get(name)!) ?? name;
  const same = nameOfAll(command);
  return registry.tables.commands.names().filter(name => name !== command && nameOfAll(name) === same);
}

const text = (version: number) => formatVersion(version).replace(/\.0$/, '');

/** Why a version or an extension cannot be enabled; undefined if it can. */
function whyUnavailable(provider: string, { possible }: Context): string | undefined {
  const wanted = versionOfName(provider);
  if (wanted === undefined) {
    const owner = possible.notOfferedBy(provider);
    const system = otherSystem(provider);
    if (owner === undefined || system === undefined)
      return owner && `${provider}, which ${owner} does not offer`;
    return `${provider}, which exists on ${system} only, and this process runs on ${process.platform}`;
  }
  const { owner, version } = possible.version();
  return wanted <= version ? undefined : `Vulkan ${text(wanted)}, and ${owner} has ${text(version)}`;
}

/** The operating systems of the registry's platforms. */
const SYSTEMS: Record<string, readonly [name: string, platform: NodeJS.Platform]> = {
  win32: ['Windows', 'win32'],
  metal: ['Apple systems', 'darwin'],
  macos: ['macOS', 'darwin'],
  android: ['Android', 'android'],
};

/** The system that an extension is for; undefined if it is this one. */
function otherSystem(extension: string): string | undefined {
  const [name, platform] = SYSTEMS[registry.extension(extension)?.platform ?? ''] ?? [];
  return platform === process.platform ? undefined : name;
}

/** What to write to enable what is missing. */
function stepsFor(missing: readonly string[], { owner, apiVersion }: Context): string[] {
  const enable = (kind: string, where: string) => {
    const names = missing.filter(name => registry.extension(name)?.kind === kind);
    if (names.length === 0) return [];
    const list = names.map(name => `'${name}'`).join(', ');
    const create = kind === 'instance' ? 'createInstance' : 'createDevice';
    return [
      `enable ${names.join(' and ')} on ${where}, by ${create}({ ..., ppEnabledExtensionNames: [${list}] })`,
    ];
  };
  const version = Math.max(0, ...missing.map(name => versionOfName(name) ?? 0));
  return [
    ...enable('instance', owner === 'device' ? 'the instance' : 'this instance'),
    ...enable('device', 'this device'),
    ...(version === 0
      ? []
      : [
          `ask for Vulkan ${text(version)} (now ${text(apiVersion)}), by createInstance({ ..., pApplicationInfo: { apiVersion: API_VERSION_${text(version).replace('.', '_')} } })`,
        ]),
  ];
}

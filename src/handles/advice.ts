// What to do where a command is not there: each way that would work, and where there is none, what is missing.
import { NotAvailableError, WindowsOnlyError } from '../errors/errors.ts';
import { dependsWays, versionOfName } from '../registry/depends.ts';
import { registry } from '../registry/registry.ts';
import { aliasOf } from '../registry/rows.ts';
import { formatVersion } from '../registry/version.ts';
import type { Scope } from './scope.ts';

/** What is enabled where commands are called: a version and extensions. */
export interface Enabled {
  readonly owner: 'library' | 'instance' | 'device';
  readonly apiVersion: number;
  /** Those that it was created with; of a device its instance's too. */
  readonly extensions: ReadonlySet<string>;
  /** Extensions that count as enabled because a physical device offers them. */
  readonly offered?: (name: string) => boolean;
  /** Of a device: vkGetInstanceProcAddr of its instance, which is asked for what an instance extension brought. */
  readonly instanceProcAddr?: (name: string) => bigint;
  /** What could be enabled in a program that asks for more; asked where something is missing. */
  readonly possible: Possible;
  /** Of the handle that is asked with. */
  readonly scope: Scope;
}

export interface Possible {
  /** The highest version that could be asked for, and whose it is. */
  version(): { readonly owner: string; readonly version: number };
  /** Who lacks an extension, so that it cannot be enabled; undefined where nobody does. */
  lackedBy(extension: string): string | undefined;
}

/** A place that was asked for a command. */
interface Place extends Enabled {
  /** Whether a version or an extension is there. */
  has(provider: string): boolean;
  /** Whether a command is there. */
  isThere(command: string): boolean;
}

/** The error for a command, or for a struct, that is not there. */
export function absenceOf(name: string, place: Place): NotAvailableError {
  return isOfWindows(name, place)
    ? new WindowsOnlyError(name)
    : new NotAvailableError(name, adviceFor(name, place));
}

/** The error for what needs extensions that are not enabled; undefined where all of them are. */
export function lackOf(
  what: string,
  extensions: readonly string[],
  place: Place,
): NotAvailableError | undefined {
  const missing = extensions.filter(name => !place.has(name));
  if (missing.length === 0) return undefined;
  const lacks = missing.flatMap(name => lack(name, place) ?? []);
  const advice =
    lacks.length > 0 ? `it needs ${lacks.join(', and ')}` : stepsFor(missing, place).join(' and ');
  return new NotAvailableError(what, advice);
}

/** Whether each way to it leads through an extension of Windows, which nobody has here. */
function isOfWindows(name: string, { has, possible }: Place): boolean {
  const lacks = (provider: string) =>
    registry.extension(provider)?.platform === 'win32' &&
    !has(provider) &&
    possible.lackedBy(provider) !== undefined;
  const ways = [name, ...otherNames(name)].flatMap(one => dependsWays(providersOf(one)));
  return process.platform !== 'win32' && ways.every(way => way.some(lacks));
}

const providersOf = (name: string): string =>
  registry.tables.commands.has(name) ? registry.command(name).providers : registry.struct(name).providers;

export function adviceFor(command: string, place: Place): string {
  const others = otherNames(command);
  const other = others.find(place.isThere);
  if (other !== undefined) return `call ${other}, which is the same and is there`;
  const ways = [command, ...others].flatMap(name =>
    dependsWays(providersOf(name)).map(way => {
      const missing = way.filter(provider => !place.has(provider));
      return { name, way, missing, lacks: missing.flatMap(provider => lack(provider, place) ?? []) };
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
      `the driver gives no address for it, though ${refused.way.join(' and ')} ${refused.way.length > 1 ? 'are' : 'is'} there`,
    );
  if (advice.length > 0) return [...new Set(advice)].join('; or ');
  return `it needs ${[...new Set(ways.flatMap(({ lacks }) => lacks))].join(', or ')}`;
}

/** The names that the registry gives to the same command. */
function otherNames(command: string): string[] {
  if (!registry.tables.commands.has(command)) return [];
  const nameOfAll = (name: string) => aliasOf(registry.tables.commands.get(name)!) ?? name;
  const same = nameOfAll(command);
  return registry.tables.commands.names().filter(name => name !== command && nameOfAll(name) === same);
}

const text = (version: number) => formatVersion(version).replace(/\.0$/, '');

/** Why it cannot be had, undefined where it can. */
function lack(provider: string, { possible }: Place): string | undefined {
  const wanted = versionOfName(provider);
  if (wanted === undefined) {
    const owner = possible.lackedBy(provider);
    const system = elsewhere(provider);
    if (owner === undefined || system === undefined)
      return owner && `${provider}, which ${owner} does not offer`;
    return `${provider}, which exists on ${system} only, and this process runs on ${process.platform}`;
  }
  const { owner, version } = possible.version();
  return wanted <= version ? undefined : `Vulkan ${text(wanted)}, and ${owner} has ${text(version)}`;
}

/** The systems that have the platforms of the registry. */
const SYSTEMS: Record<string, readonly [name: string, platform: NodeJS.Platform]> = {
  win32: ['Windows', 'win32'],
  metal: ['Apple systems', 'darwin'],
  macos: ['macOS', 'darwin'],
  android: ['Android', 'android'],
};

/** The system that an extension is for, where it is not this one. */
function elsewhere(extension: string): string | undefined {
  const [name, platform] = SYSTEMS[registry.extension(extension)?.platform ?? ''] ?? [];
  return platform === process.platform ? undefined : name;
}

/** What to do, and what to write, to have what is missing. */
function stepsFor(missing: readonly string[], { owner, apiVersion }: Place): string[] {
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

// What to do where a command is not there: each way that would work, and where there is none, what is missing.
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

export function adviceFor(command: string, place: Place): string {
  const others = otherNames(command);
  const other = others.find(place.isThere);
  if (other !== undefined) return `call ${other}, which is the same and is there`;
  const ways = [command, ...others].flatMap(name =>
    dependsWays(registry.command(name).providers).map(way => {
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
    advice.unshift(`the driver gives no address for it, though ${refused.way.join(' and ')} is there`);
  if (advice.length > 0) return [...new Set(advice)].join('; or ');
  return `it needs ${[...new Set(ways.flatMap(({ lacks }) => lacks))].join(', or ')}`;
}

/** The names that the registry gives to the same command. */
function otherNames(command: string): string[] {
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
    return owner && `${provider}, which ${owner} does not offer`;
  }
  const { owner, version } = possible.version();
  return wanted <= version ? undefined : `Vulkan ${text(wanted)}, and ${owner} has ${text(version)}`;
}

/** What to write to have what is missing. */
function stepsFor(missing: readonly string[], { owner, apiVersion }: Place): string[] {
  const enable = (kind: string, where: string) => {
    const names = missing.filter(name => registry.extension(name)?.kind === kind);
    return names.length === 0 ? [] : [`enable ${names.join(' and ')} on ${where}`];
  };
  const version = Math.max(0, ...missing.map(name => versionOfName(name) ?? 0));
  return [
    ...enable('instance', owner === 'device' ? 'the instance' : 'this instance'),
    ...enable('device', 'this device'),
    ...(version === 0
      ? []
      : [`ask for Vulkan ${text(version)} in VkApplicationInfo.apiVersion (now ${text(apiVersion)})`]),
  ];
}

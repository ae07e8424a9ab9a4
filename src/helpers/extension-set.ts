// The extensions to enable: those that are asked for with their dependencies, by the registry's rows and what is offered.
import { closest } from '../errors/closest.ts';
import { formatVersion } from '../native/version.ts';
import { dependsWays, versionOfName } from '../registry/depends.ts';
import { registry } from '../registry/registry.ts';
import { conflictOf } from './device-rules.ts';

/** The names to enable beside those that are enabled already, or what is missing. */
type Needs = { readonly names: readonly string[] } | { readonly lack: string };

const NOTHING: Needs = { names: [] };

/** The extensions of an instance or a device. */
export class ExtensionSet {
  /** Those to enable, each after those that it depends on. */
  readonly enabled = new Set<string>();
  readonly #kind: 'instance' | 'device';
  readonly #version: number;
  readonly #offered: ReadonlySet<string>;
  readonly #instanceExtensions: ReadonlySet<string>;
  readonly #isEnabled: (name: string) => boolean;

  /**
   * @param version the version that the instance or the device may use
   * @param instanceExtensions for a device: those that its instance has enabled
   * @param isEnabled for a device: whether it has a version or a feature
   */
  constructor(
    kind: 'instance' | 'device',
    version: number,
    offered: Iterable<string>,
    instanceExtensions: ReadonlySet<string> = new Set(),
    isEnabled: (name: string) => boolean = () => false,
  ) {
    this.#kind = kind;
    this.#version = version;
    this.#offered = new Set(offered);
    this.#instanceExtensions = instanceExtensions;
    this.#isEnabled = isEnabled;
  }

  isOffered(name: string): boolean {
    return this.#offered.has(name);
  }

  add({ names }: { readonly names: readonly string[] }): void {
    for (const name of names) this.enabled.add(name);
  }

  /** What must be enabled for an extension: nothing if it is part of the Vulkan version and no longer offered by name. */
  forExtension(name: string): Needs {
    return !this.isOffered(name) && this.#isInVersion(name) ? NOTHING : this.#forName(name, []);
  }

  /** What must be enabled for an expression of the registry, such as `VK_A+VK_B,VK_C`: the choice with the fewest extensions. */
  forExpression(expression: string, within: readonly string[] = []): Needs {
    const ways = dependsWays(expression).map(way => this.#forAll(way, within));
    const possible = ways.flatMap(way => ('names' in way ? [way] : []));
    if (possible.length > 0)
      return possible.reduce((best, way) => (way.names.length < best.names.length ? way : best));
    const lacks = [...new Set(ways.map(way => (way as { lack: string }).lack))];
    // For a dependency only the shortest way is reported.
    if (within.length > 0) lacks.sort((a, b) => a.length - b.length).splice(1);
    return { lack: lacks.join(' or ') };
  }

  #forAll(names: readonly string[], within: readonly string[]): Needs {
    const all = new Set<string>();
    const lacks: string[] = [];
    for (const name of names) {
      const needs = this.#forName(name, within);
      if ('lack' in needs) lacks.push(needs.lack);
      else for (const needed of needs.names) all.add(needed);
    }
    // What several of them lack is reported once.
    const distinct = new Map(lacks.toReversed().map(lack => [lack.split(' (for ')[0], lack]));
    return distinct.size > 0
      ? { lack: [...distinct.values()].toReversed().join(' and ') }
      : { names: [...all] };
  }

  /** @param within the extensions whose dependencies are being resolved, to stop at circles */
  #forName(name: string, within: readonly string[]): Needs {
    const version = versionOfName(name);
    if (version !== undefined) return version <= this.#version ? NOTHING : { lack: formatName(name) };
    if (this.enabled.has(name) || this.#instanceExtensions.has(name)) return NOTHING;
    const row = registry.extension(name);
    if (row !== undefined && row.kind !== this.#kind) return { lack: `${name} on the ${row.kind}` };
    if (!this.isOffered(name) || within.includes(name)) return { lack: name };
    const conflict = conflictOf(name, other => this.enabled.has(other) || this.#isEnabled(other));
    if (conflict !== undefined) return { lack: `a device without ${formatName(conflict)}` };
    const needs = this.forExpression(row?.depends ?? '', [...within, name]);
    return 'lack' in needs ? { lack: `${needs.lack} (for ${name})` } : { names: [...needs.names, name] };
  }

  /** Whether the extension has been promoted to the version. */
  #isInVersion(name: string): boolean {
    const promotedTo = registry.extension(name)?.promotedTo ?? '';
    if (promotedTo === '') return false;
    const version = versionOfName(promotedTo);
    return version === undefined ? this.#isInVersion(promotedTo) : version <= this.#version;
  }
}

/** A version as people write it; an extension or a feature by its name. */
function formatName(name: string): string {
  const version = versionOfName(name);
  return version === undefined ? name : `Vulkan ${formatVersion(version).replace(/\.0$/, '')}`;
}

/** Why an extension that was asked for by name is missing. */
export function reasonOf(lack: string, name: string): string {
  if (lack !== name) return `it needs ${lack.replace(` (for ${name})`, '')}`;
  const near = registry.extension(name) ? undefined : closest(name, registry.tables.extensions.names());
  return near === undefined ? 'not offered' : `not offered; did you mean ${near}?`;
}

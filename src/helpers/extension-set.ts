// Extensions to enable: what is asked for with what that depends on, by the registry's rows and what is offered.
import { closest } from '../errors/closest.ts';
import { dependsWays, versionOfName } from '../registry/depends.ts';
import { registry } from '../registry/registry.ts';
import { formatVersion } from '../registry/version.ts';
import { rivalOf } from './device-rules.ts';

/** Names to enable beside those that are enabled already, or what is missing for that. */
type Needs = { readonly names: readonly string[] } | { readonly lack: string };

const NOTHING: Needs = { names: [] };

/** An instance's or a device's extensions. */
export class ExtensionSet {
  /** To be enabled, each after those that it depends on. */
  readonly enabled = new Set<string>();
  readonly #kind: 'instance' | 'device';
  readonly #version: number;
  readonly #offered: ReadonlySet<string>;
  readonly #ofInstance: ReadonlySet<string>;
  readonly #isThere: (name: string) => boolean;

  /**
   * @param version what the instance or the device may use
   * @param ofInstance of a device: what its instance has enabled
   * @param isThere of a device: whether it has a version or a feature
   */
  constructor(
    kind: 'instance' | 'device',
    version: number,
    offered: Iterable<string>,
    ofInstance: ReadonlySet<string> = new Set(),
    isThere: (name: string) => boolean = () => false,
  ) {
    this.#kind = kind;
    this.#version = version;
    this.#offered = new Set(offered);
    this.#ofInstance = ofInstance;
    this.#isThere = isThere;
  }

  isOffered(name: string): boolean {
    return this.#offered.has(name);
  }

  add({ names }: { readonly names: readonly string[] }): void {
    for (const name of names) this.enabled.add(name);
  }

  /** For an extension that is asked for by its name: none where the version has it and it is not offered any more. */
  forExtension(name: string): Needs {
    return !this.isOffered(name) && this.#isInVersion(name) ? NOTHING : this.#forName(name, []);
  }

  /** For an expression of the registry's, such as a struct's providers: by the way that enables least. */
  forExpression(expression: string, within: readonly string[] = []): Needs {
    const ways = dependsWays(expression).map(way => this.#forAll(way, within));
    const able = ways.flatMap(way => ('names' in way ? [way] : []));
    if (able.length > 0)
      return able.reduce((best, way) => (way.names.length < best.names.length ? way : best));
    const lacks = [...new Set(ways.map(way => (way as { lack: string }).lack))];
    // Of what a dependency lacks the shortest way is told, of what was asked for each.
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
    // What two of them lack is told once.
    const distinct = new Map(lacks.toReversed().map(lack => [lack.split(' (for ')[0], lack]));
    return distinct.size > 0
      ? { lack: [...distinct.values()].toReversed().join(' and ') }
      : { names: [...all] };
  }

  /** @param within the extensions that are being looked at: one that leads back to itself is no way */
  #forName(name: string, within: readonly string[]): Needs {
    const version = versionOfName(name);
    if (version !== undefined) return version <= this.#version ? NOTHING : { lack: sayName(name) };
    if (this.enabled.has(name) || this.#ofInstance.has(name)) return NOTHING;
    const row = registry.extension(name);
    if (row !== undefined && row.kind !== this.#kind) return { lack: `${name} on the ${row.kind}` };
    if (!this.isOffered(name) || within.includes(name)) return { lack: name };
    const rival = rivalOf(name, other => this.enabled.has(other) || this.#isThere(other));
    if (rival !== undefined) return { lack: `a device without ${sayName(rival)}` };
    const needs = this.forExpression(row?.depends ?? '', [...within, name]);
    return 'lack' in needs ? { lack: `${needs.lack} (for ${name})` } : { names: [...needs.names, name] };
  }

  /** Whether what the extension brought is part of the version. */
  #isInVersion(name: string): boolean {
    const promotedTo = registry.extension(name)?.promotedTo ?? '';
    if (promotedTo === '') return false;
    const version = versionOfName(promotedTo);
    return version === undefined ? this.#isInVersion(promotedTo) : version <= this.#version;
  }
}

/** A version as people write it; extensions and features by their names. */
function sayName(name: string): string {
  const version = versionOfName(name);
  return version === undefined ? name : `Vulkan ${formatVersion(version).replace(/\.0$/, '')}`;
}

/** What an extension that was asked for itself lacks. */
export function reasonOf(lack: string, name: string): string {
  if (lack !== name) return `it needs ${lack.replace(` (for ${name})`, '')}`;
  const near = registry.extension(name) ? undefined : closest(name, registry.tables.extensions.names());
  return near === undefined ? 'not offered' : `not offered; did you mean ${near}?`;
}

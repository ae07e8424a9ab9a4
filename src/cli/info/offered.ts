// Which structs and enumerators exist on a device, by its version and extensions and the registry's rows.
import { dependsHolds, versionOfName } from '../../registry/depends.ts';
import { memoize } from '../../registry/memoize.ts';
import { registry } from '../../registry/registry.ts';
import type { StructRow } from '../../registry/rows.ts';

/** What a device offers. */
export interface Offer {
  readonly version: number;
  readonly extensions: ReadonlySet<string>;
}

/** A struct that Vulkan filled. */
export interface Filled {
  readonly row: StructRow;
  readonly value: Record<string, unknown>;
}

function has(offer: Offer, provider: string): boolean {
  const version = versionOfName(provider);
  return version === undefined ? offer.extensions.has(provider) : version <= offer.version;
}

/** The structs that may be in the pNext chain of `name` on this device. */
const chainOf = (name: string, offer: Offer): StructRow[] =>
  registry
    .struct(name)
    .extendedBy.map(next => registry.struct(next))
    .filter(row => dependsHolds(row.providers, provider => has(offer, provider)));

/** Queries a `…2` struct with every struct in its chain that the device offers and `isWanted`. */
export function chained(
  name: string,
  offer: Offer,
  query: (request: never) => object | readonly object[],
  isWanted: (row: StructRow) => boolean = () => true,
): Filled[][] {
  const rows = chainOf(name, offer).filter(isWanted);
  const answer = query({ pNext: rows.map(row => row.sType) } as never);
  return [answer].flat().map(one => {
    const { pNext, ...own } = one as { pNext?: Record<string, unknown>[] };
    // A …2 struct has one member, the struct without 2.
    const [[member, value]] = Object.entries(own);
    const inner = registry.struct(name).members.find(m => m.name === member)!;
    return [
      { row: registry.struct(inner.base), value: value as Record<string, unknown> },
      ...rows.map((row, i) => {
        const { sType: _, ...value } = pNext![i];
        return { row, value };
      }),
    ];
  });
}

const extensionNames = memoize(
  () => new Map(registry.tables.extensions.names().map(name => [registry.extension(name)!.number, name])),
);

/** The extension of an enumerator: its number is part of the value (style guide, "Assigning Extension Token Values"). */
function extensionOf(value: number): string | undefined {
  return extensionNames().get(Math.floor((value - 1_000_000_000) / 1000) + 1);
}

/** Whether the device offers an extension, or what it was promoted to. */
function hasPromoted(name: string, offer: Offer): boolean {
  if (has(offer, name)) return true;
  const promotedTo = registry.extension(name)?.promotedTo ?? '';
  return promotedTo !== '' && (has(offer, promotedTo) || hasPromoted(promotedTo, offer));
}

/** The values of an enum that exist on a device, each once. */
export function valuesOffered(enumName: string, offer: Offer): number[] {
  const values = new Set(Object.values(registry.tables.enums(enumName) ?? {}).map(Number));
  return [...values].filter(value => {
    if (value < 1_000_000_000) return true;
    const extension = extensionOf(value);
    return extension !== undefined && hasPromoted(extension, offer);
  });
}

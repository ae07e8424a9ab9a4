// Which structs, formats and other things of the rows exist in a version with its extensions; nothing is listed by
// hand.
import { dependsHolds, versionOfName } from '../../registry/depends.ts';
import { registry } from '../../registry/registry.ts';
import type { StructRow } from '../../registry/rows.ts';

/** What a device has. */
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

/** The structs that the pNext chain of `name` may hold on this device. */
const chainOf = (name: string, offer: Offer): StructRow[] =>
  registry
    .struct(name)
    .extendedBy.map(next => registry.struct(next))
    .filter(row => dependsHolds(row.providers, provider => has(offer, provider)));

/** Makes a query whose answer is a `…2` struct with everything chained that the device has and `isWanted`. */
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
    // A …2 struct holds the first version's struct, and nothing else.
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

let extensionNames: Map<number, string> | undefined;

/** The extension that brought an enumerant: its number is in the value (Vulkan's registry rules, "Layers & Extensions"). */
function broughtBy(value: number): string | undefined {
  extensionNames ??= new Map(
    registry.tables.extensions.names().map(name => [registry.extension(name)!.number, name]),
  );
  return extensionNames.get(Math.floor((value - 1_000_000_000) / 1000) + 1);
}

/** Whether an extension is there, or what it was promoted to. */
function hasPromoted(name: string, offer: Offer): boolean {
  if (has(offer, name)) return true;
  const promotedTo = registry.extension(name)?.promotedTo ?? '';
  return promotedTo !== '' && (has(offer, promotedTo) || hasPromoted(promotedTo, offer));
}

/** Values of an enum that exist on a device, without other names of one value. */
export function valuesOffered(enumName: string, offer: Offer): number[] {
  const values = new Set(Object.values(registry.tables.enums(enumName) ?? {}).map(Number));
  return [...values].filter(value => {
    if (value < 1_000_000_000) return true;
    const extension = broughtBy(value);
    return extension !== undefined && hasPromoted(extension, offer);
  });
}

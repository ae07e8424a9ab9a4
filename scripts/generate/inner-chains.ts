// Finds which structs the chain of a nested struct may have, if the specification allows fewer than extend it.
import type { StructRow } from '../../src/registry/rows.ts';

const ONLY =
  /^Only (?<names>Vk\w+(?:(?:, and |, | and )Vk\w+)*) (?:are|is) allowed in the pNext chain of (?<member>\w+)$/;

/** The structs with these names in the `validStructs` of their members. */
export function withInnerChains(
  structs: readonly StructRow[],
  sentencesAbout: (owner: string) => readonly { readonly text: string }[],
): StructRow[] {
  const known = new Set(structs.map(row => row.name));
  return structs.map(row => {
    const allowed = new Map<string, string[]>();
    for (const { text } of sentencesAbout(row.name)) {
      const { names, member } = ONLY.exec(text)?.groups ?? {};
      if (member !== undefined)
        allowed.set(
          member,
          names.match(/Vk\w+/g)!.filter(name => known.has(name)),
        );
    }
    const members = row.members.map(m => ({ ...m, validStructs: allowed.get(m.name) ?? m.validStructs }));
    return allowed.size === 0 ? row : { ...row, members };
  });
}

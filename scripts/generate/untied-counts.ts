// Finds the counts of output arrays that have no `len` in the registry.
import type { CommandRow, Member, StructRow } from '../../src/registry/rows.ts';
import { VK_INCOMPLETE } from '../../src/registry/shape.ts';

/**
 * Connects `void* pMetricValues` with the `uint32_t* pMetricBlockCount` before it, if the command may return VK_INCOMPLETE
 * and nothing else has this count.
 */
export function withCountedParameters(row: CommandRow): CommandRow {
  if (!row.successCodes.includes(VK_INCOMPLETE)) return row;
  const isCount = (p: Member) =>
    p.pointers === '&' && /Count$/.test(p.name) && !row.params.some(other => other.length[0] === p.name);
  const params = row.params.map((p, i) => {
    const before = row.params[i - 1];
    const untied = p.base === 'void' && p.pointers === '&' && p.optional && p.length.length === 0;
    return untied && before !== undefined && isCount(before) ? { ...p, length: [before.name] } : p;
  });
  return { ...row, params };
}

/** `If the value referenced by pCounts->n is not 0, and pInfo->pArray is not NULL, pInfo->pArray must be … of pCounts->n …` */
const ELSEWHERE =
  /^If the value referenced by (?<count>\w+->\w+) is not 0, and (?<param>\w+)->(?<array>\w+) is not NULL, \k<param>->\k<array> must be a valid pointer to an array of \k<count> /;

/** Sets the length `pCounts->n` of arrays in a struct that another parameter's struct counts. */
export function withArraysCountedElsewhere(
  structs: readonly StructRow[],
  commands: readonly CommandRow[],
  sentencesAbout: (owner: string) => readonly { readonly text: string }[],
): StructRow[] {
  const lengths = new Map<string, string>();
  for (const { name, params } of commands)
    for (const { text } of sentencesAbout(name)) {
      const { count, param, array } = ELSEWHERE.exec(text)?.groups ?? {};
      const struct = params.find(p => p.name === param)?.base;
      if (struct !== undefined) lengths.set(`${struct}.${array}`, count);
    }
  return structs.map(row => ({
    ...row,
    members: row.members.map(m => {
      const count = lengths.get(`${row.name}.${m.name}`);
      return count === undefined || m.length.length > 0 ? m : { ...m, length: [count] };
    }),
  }));
}

// Finds the name that a mistyped one probably meant.

/** No name in Vulkan is nearly as long, and comparing a huge one would take minutes. */
const MAX_LENGTH = 200;

/** Undefined if none is close enough: one letter in four may be wrong, missing, extra, or swapped with the next. */
export function closest(name: string, names: readonly string[]): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let least = Math.floor(Math.max(4, wanted.length) / 4) + 1;
  for (const known of names) {
    if (Math.abs(known.length - wanted.length) >= least) continue;
    const distance = editDistance(wanted, known.toLowerCase());
    if (distance >= least) continue;
    least = distance;
    best = known;
  }
  return best ?? names.find(known => wanted.length > 2 && isPartOf(wanted, known.toLowerCase()));
}

/** `size` of `pSize`, `pCommandBuffer` of `pCommandBuffers`. */
const isPartOf = (a: string, b: string) => a.includes(b) || b.includes(a);

/** How many letters to change, add, remove or swap. */
function editDistance(a: string, b: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(change, last[j] + 1, row[j - 1] + 1);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

// Rules of the specification on one number or handle: it must not be zero, or must be a multiple of something.
import { longVuid, shortVuid } from './vuid.ts';

/** A rule on a number or a handle. */
export interface ValueRule {
  /** Where the number is: `size`, `extent.width`, `pInfo->counterRange.address`, or in each element: `pAreas[].extent.width`. */
  readonly path: string;
  /** What it must be a multiple of; 0 for a rule that it is more than zero. */
  readonly multiple: number;
  /** The rule's identifier in the specification. */
  readonly vuid: string;
  /** Structs, each of which lifts the rule if it is in the pNext chain. */
  readonly unless: readonly string[];
}

/** `path!vuid[~unless[+unless]]` or `path%multiple:vuid`; the vuid is without the prefix of its owner if it has that. */
export function parseRules(owner: string, text: string): readonly ValueRule[] {
  if (text === '') return [];
  return text.split(',').map(rule => {
    const match = /^([\w.>[\]-]+)(?:!|%(\d+):)((?:\w|[:-])+)(?:~([\w+]+))?$/.exec(rule);
    if (match === null) throw new Error(`Row rule of ${owner}: expected e.g. size!size-00912, got "${rule}"`);
    const [, path, multiple, vuid, unless] = match;
    return {
      path,
      multiple: Number(multiple ?? 0),
      vuid: longVuid(owner, vuid),
      unless: unless?.split('+') ?? [],
    };
  });
}

/** The text of rules. */
export function formatRules(owner: string, rules: readonly ValueRule[]): string {
  return rules
    .map(({ path, multiple, vuid, unless }) => {
      const sign = multiple === 0 ? '!' : `%${multiple}:`;
      return `${path}${sign}${shortVuid(owner, vuid)}${unless.length > 0 ? `~${unless.join('+')}` : ''}`;
    })
    .join(',');
}

/** The rules that forbid a member, or a number inside it, to be zero. */
export const zeroRulesOf = (rules: readonly ValueRule[], member: string): readonly ValueRule[] =>
  rules.filter(rule => rule.multiple === 0 && /^\w+(?!\w|\[)/.exec(rule.path)?.[0] === member);

/** The first of these rules; undefined if there is none. */
export const zeroRuleOf = (rules: readonly ValueRule[], member: string): ValueRule | undefined =>
  zeroRulesOf(rules, member)[0];

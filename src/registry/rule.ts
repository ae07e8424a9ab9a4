// Rules of the specification that code checks, with their identifiers (VUIDs).

/** A check, and the identifiers of the rules that it throws. */
export interface Rule<Check> {
  readonly vuids: readonly string[];
  readonly check: Check;
}

/** Creates a rule; `create` gets the identifiers, so that each stands in one place, which `help()` can list. */
export const rule = <Vuids extends string[], Check>(
  vuids: readonly [...Vuids],
  create: (...vuids: NoInfer<Vuids>) => Check,
): Rule<Check> => ({ vuids, check: create(...vuids) });

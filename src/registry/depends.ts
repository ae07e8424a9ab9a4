// In: a boolean expression of the registry: `,` is or, `+` is and, both of one precedence, with parentheses.
// Out: whether it holds, and the names in it.

/** Whether the expression holds where `has` tells of each name; an empty one holds. */
export function dependsHolds(expression: string, has: (name: string) => boolean): boolean {
  const tokens = expression.match(/\w+|[+,()]/g) ?? [];
  let next = 0;
  const term = (): boolean => {
    const token = tokens[next++];
    if (token !== '(') return has(token);
    const value = formula();
    next++;
    return value;
  };
  const formula = (): boolean => {
    let value = term();
    while (tokens[next] === '+' || tokens[next] === ',') {
      const and = tokens[next++] === '+';
      const right = term();
      value = and ? value && right : value || right;
    }
    return value;
  };
  return tokens.length === 0 || formula();
}

/** Each name once, in order. */
export const dependsNames = (expression: string): string[] => [...new Set(expression.match(/\w+/g) ?? [])];

/** `VK_VERSION_1_2` → 1.2 as Vulkan packs it, undefined for an extension. */
export function versionOfName(name: string): number | undefined {
  const [, version, major, minor] = name.split('_');
  return version === 'VERSION' ? (Number(major) << 22) | (Number(minor) << 12) : undefined;
}

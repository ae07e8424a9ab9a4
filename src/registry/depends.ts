// Evaluates the registry's boolean expressions: `,` means or, `+` means and, with equal precedence and parentheses.

interface Algebra<T> {
  name(name: string): T;
  and(left: T, right: T): T;
  or(left: T, right: T): T;
}

/** Undefined for an empty expression. */
function evaluate<T>(expression: string, { name, and, or }: Algebra<T>): T | undefined {
  const tokens = expression.match(/\w+|[+,()]/g) ?? [];
  let next = 0;
  const term = (): T => {
    const token = tokens[next++];
    if (token !== '(') return name(token);
    const value = formula();
    next++;
    return value;
  };
  const formula = (): T => {
    let value = term();
    while (tokens[next] === '+' || tokens[next] === ',') {
      const join = tokens[next++] === '+' ? and : or;
      value = join(value, term());
    }
    return value;
  };
  return tokens.length === 0 ? undefined : formula();
}

/** Whether the expression is true, given whether each name is there; an empty one is true. */
export const dependsHolds = (expression: string, has: (name: string) => boolean): boolean =>
  evaluate(expression, { name: has, and: (a, b) => a && b, or: (a, b) => a || b }) ?? true;

/** The sets of names that make the expression true: for `a+(b,c)` they are a and b, and a and c. */
export const dependsWays = (expression: string): string[][] =>
  evaluate<string[][]>(expression, {
    name: name => [[name]],
    and: (left, right) => left.flatMap(a => right.map(b => [...new Set([...a, ...b])])),
    or: (left, right) => [...left, ...right],
  }) ?? [[]];

/** The packed version that `VK_VERSION_1_2` names; undefined for an extension. */
export function versionOfName(name: string): number | undefined {
  const [, version, major, minor] = name.split('_');
  return version === 'VERSION' ? (Number(major) << 22) | (Number(minor) << 12) : undefined;
}

/** `VK_VERSION_1_1,VK_KHR_x` → `Vulkan 1.1 or VK_KHR_x` */
export const inWords = (providers: string): string =>
  providers === ''
    ? 'what uses it'
    : providers
        .replaceAll(/VK_VERSION_(\d+)_(\d+)/g, 'Vulkan $1.$2')
        .replaceAll(',', ' or ')
        .replaceAll('+', ' with ')
        .replaceAll(/\((\w+)\)/g, '$1')
        .replace(/^\(([^()]*)\)$/, '$1');

// The boolean expressions of the registry: `,` is or, `+` is and, both of one precedence, with parentheses.

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

/** Whether the expression holds where `has` tells of each name; an empty one holds. */
export const dependsHolds = (expression: string, has: (name: string) => boolean): boolean =>
  evaluate(expression, { name: has, and: (a, b) => a && b, or: (a, b) => a || b }) ?? true;

/** Each set of names with which the expression holds: `a+(b,c)` holds with a and b, and with a and c. */
export const dependsWays = (expression: string): string[][] =>
  evaluate<string[][]>(expression, {
    name: name => [[name]],
    and: (left, right) => left.flatMap(a => right.map(b => [...new Set([...a, ...b])])),
    or: (left, right) => [...left, ...right],
  }) ?? [[]];

/** Each name once, in order. */
export const dependsNames = (expression: string): string[] => [...new Set(expression.match(/\w+/g) ?? [])];

/** `VK_VERSION_1_2` → 1.2 as Vulkan packs it, undefined for an extension. */
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

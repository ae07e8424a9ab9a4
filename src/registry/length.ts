// Evaluates the registry's `len`, an expression of names, integers, + - * / ( ) and ->.

import type { Member } from './rows.ts';

type Lookup = (path: string) => number;

/** The value of `pAllocateInfo->commandBufferCount`, `(samples+31)/32`, `2*16`. Throws if it cannot be parsed. */
export function evaluateLength(expression: string, lookup: Lookup): number {
  const tokens = expression.match(/[A-Za-z_]\w*(?:->\w+)*|\d+|[-+*/()]/g) ?? [];
  let next = 0;
  const unreadable = () => new Error(`len not understood: ${expression}`);
  const primary = (): number => {
    const token = tokens[next++];
    if (token === '(') {
      const value = sum();
      if (tokens[next++] !== ')') throw unreadable();
      return value;
    }
    if (token === undefined || !/^\w/.test(token)) throw unreadable();
    return /^\d/.test(token) ? Number(token) : lookup(token);
  };
  const product = (): number => {
    let value = primary();
    while (tokens[next] === '*' || tokens[next] === '/')
      value = tokens[next++] === '*' ? value * primary() : Math.floor(value / primary());
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[next] === '+' || tokens[next] === '-')
      value = tokens[next++] === '+' ? value + product() : value - product();
    return value;
  };
  const value = sum();
  if (next < tokens.length || tokens.join('') !== expression) throw unreadable();
  return value;
}

/** The member that counts an array, and how much it counts for each element: `codeSize/4` is `codeSize`, 4 for each. */
export function countedName(expression: string): { name: string; factor: number } | undefined {
  const match = /^([A-Za-z_]\w*)(?:\/(\d+))?$/.exec(expression);
  return match === null ? undefined : { name: match[1], factor: Number(match[2] ?? 1) };
}

/** Whether an array of numbers is counted in bytes, as SPIR-V is (`codeSize/4`): then any bytes are accepted. */
export const isCountedInBytes = ({ base, length: [expression] }: Member): boolean =>
  base !== 'void' && expression !== undefined && (countedName(expression)?.factor ?? 1) > 1;

/** Whether the count of a `void*` is not bytes but values, whose type a sibling gives: a layer's settings. */
export const isCountedInValues = ({ base, pointers, length: [expression] }: Member): boolean =>
  base === 'void' && pointers.length === 1 && expression !== undefined && !/size|bytes/i.test(expression);

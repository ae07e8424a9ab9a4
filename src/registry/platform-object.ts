// Which pointers are to an object of another library, such as an X11 Display: bytes of JavaScript cannot be one.

import type { Registry } from './facts.ts';
import type { Member } from './rows.ts';

/** Structs of platforms' headers that a program lays out itself, with their size. */
const LAID_OUT: Readonly<Record<string, number>> = { SECURITY_ATTRIBUTES: 24 };

/** Views, windows and Metal handles that Vulkan declares as `void*`. */
const VOID_OBJECTS = ['pView', 'window', 'handle', 'pHandle'];

export function isPlatformObject({ base, name, pointers }: Member, facts: Pick<Registry, 'fact'>): boolean {
  if (base === 'void') return pointers.length === 1 && VOID_OBJECTS.includes(name);
  const { kind } = facts.fact(base);
  if (pointers === '') return kind === 'address';
  return pointers.length === 1 && kind === 'opaque' && LAID_OUT[base] === undefined;
}

/** The bytes that C reads at a pointer whose size is nowhere given; 0 if that is not known. */
export const bytesRead = ({ base }: Member): number => LAID_OUT[base] ?? 0;

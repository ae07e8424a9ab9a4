// What an error says that a value of an enum or of flags should be: the type, and its enumerators.
import { registry } from '../registry/registry.ts';

/** A format has a thousand. */
const SHOWN = 12;

function namesOf(values: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(values);
  if (names.length === 0) return '';
  const rest = names.length - SHOWN;
  return ` (${rest > 1 ? `${names.slice(0, SHOWN).join(', ')} and ${rest} more` : names.join(', ')})`;
}

/** `a VkImageType (_1D, _2D, _3D)`, `VkImageCreateFlags of VkImageCreateFlagBits (SPARSE_BINDING, …)`. */
export function enumerators(type: string): string {
  const fact = registry.fact(type);
  if (fact.kind === 'enum') return `a ${type}${namesOf(fact.values)}`;
  if (fact.kind !== 'flags') return type;
  const width = fact.wide ? 'a bigint of 64 bits' : 'uint32';
  if (fact.bits === '') return `${type} (${width})`;
  return `${type} (${width}) of ${enumerators(fact.bits).slice(2)}`;
}

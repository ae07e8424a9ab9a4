// Describes the expected value of an enum or flags type in an error: the type and its enumerators.
import { closest } from '../errors/closest.ts';
import { toCName } from '../errors/explain.ts';
import { type ArgumentError, expected } from '../native/argument-error.ts';
import { registry } from '../registry/registry.ts';

/** How many names are shown: some enums have hundreds. */
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

/** The error for a value that is not an enumerator; for a string it suggests the enumerator with that name. */
export function noEnumerator(type: string, value: unknown): ArgumentError {
  const meant = typeof value === 'string' ? enumeratorOf(type, value) : undefined;
  return expected(meant === undefined ? enumerators(type) : meant, value);
}

/** `VkFormat.R8_UNORM` for `'R8_UNORM'`, `'VK_FORMAT_R8_UNORM'` and `'r8_unrom'`. */
function enumeratorOf(type: string, text: string): string | undefined {
  const fact = registry.fact(type);
  const bits = fact.kind === 'flags' ? fact.bits : type;
  const names = Object.keys(registry.tables.enums(bits) ?? {});
  const bare = text.trim().replace(/^.*\./, '');
  const found = names.find(name => name === bare || toCName(bits, name) === bare) ?? closest(bare, names);
  return found && `${bits}.${found}`;
}

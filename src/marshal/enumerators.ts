// What an error says that a value of an enum or of flags should be: the type, and its enumerators.
import { closest } from '../errors/closest.ts';
import { toCName } from '../errors/explain.ts';
import { type ArgumentError, expected } from '../native/argument-error.ts';
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

/** Of a value that is none; a string is told which enumerator it may have meant, short or as C has it. */
export function noEnumerator(type: string, value: unknown): ArgumentError {
  const meant = typeof value === 'string' ? enumeratorOf(type, value) : undefined;
  return expected(meant === undefined ? enumerators(type) : meant, value);
}

/** `VkFormat.R8_UNORM` of `'R8_UNORM'`, `'VK_FORMAT_R8_UNORM'` and `'r8_unrom'`. */
function enumeratorOf(type: string, text: string): string | undefined {
  const fact = registry.fact(type);
  const bits = fact.kind === 'flags' ? fact.bits : type;
  const names = Object.keys(registry.tables.enums(bits) ?? {});
  const bare = text.trim().replace(/^.*\./, '');
  const found = names.find(name => name === bare || toCName(bits, name) === bare) ?? closest(bare, names);
  return found && `${bits}.${found}`;
}

// Writes one C file whose compiled bytes hold the sizes and offsets of all structs, between two marks.
import type { CMember, CRegistry, CStruct } from './registry.ts';

/** What stands before and after the numbers, so that they are found in any object format, unparsed. */
export const MARKS = { head: 'koffi-vulkan <<<', tail: '>>> koffi-vulkan' };
/** How many numbers come before those of the first struct. */
export const HEADER_NUMBERS = 4;

/** A stored struct: one bit-field filled with ones, or (member undefined) all of them with sample values. */
interface StoredStruct {
  readonly struct: CStruct;
  readonly member: CMember | undefined;
}

export const plainMembers = (struct: CStruct) => struct.members.filter(member => !member.bitField);
export const bitFields = (struct: CStruct) => struct.members.filter(member => member.bitField);

/** Distinct values, cut by C to the bit-field's width: neighbours differ even where that is one bit. */
export const sampleValue = (index: number) => Math.imul(index + 1, 0x9e3779b1) >>> 0;

export function slotsOf(structs: readonly CStruct[]): StoredStruct[] {
  return structs
    .filter(struct => bitFields(struct).length > 0)
    .flatMap(struct => [undefined, ...bitFields(struct)].map(member => ({ struct, member })));
}

const bytes = (text: string) => [...Buffer.from(text)].join(',');

/** The values that a slot stores, as C literals. */
function storesOf(slot: StoredStruct): [member: string, value: string][] {
  if (slot.member !== undefined) return [[slot.member.name, '-1']];
  return bitFields(slot.struct).map((member, index) => [member.name, `${sampleValue(index)}u`]);
}

export function cSource({ preamble, forward, structs }: CRegistry): string {
  const slots = slotsOf(structs);
  const names = [...new Set(slots.map(slot => slot.struct.name))];
  const definitions = structs.map(({ keyword, name, members }) =>
    [`${keyword} ${name} {`, ...members.map(member => `  ${member.text};`), '};'].join('\n'),
  );
  const numbers = [
    '__builtin_offsetof(struct Numbers, slots)',
    'sizeof(union Slot)',
    'sizeof(struct Numbers)',
    'sizeof(long)',
    ...structs.flatMap(struct => [
      `sizeof(${struct.name})`,
      `_Alignof(${struct.name})`,
      ...plainMembers(struct).flatMap(member => [
        `__builtin_offsetof(${struct.name}, ${member.name})`,
        `sizeof(((${struct.name} *)0)->${member.name})`,
      ]),
    ]),
  ];
  const initialisers = slots.map(slot => {
    const values = storesOf(slot).map(([member, value]) => `.${member} = ${value}`);
    return `{ .in_${slot.struct.name} = { ${values.join(', ')} } }`;
  });
  const stores = slots.flatMap((slot, index) =>
    storesOf(slot).map(
      ([member, value]) =>
        `  ((volatile union Slot *)out.slots)[${index + 1}].in_${slot.struct.name}.${member} = ${value};`,
    ),
  );
  return `${[
    ...preamble,
    ...forward,
    ...definitions,
    'union Slot {',
    '  uint64_t none;',
    ...names.map(name => `  ${name} in_${name};`),
    '};',
    'struct Numbers {',
    `  uint8_t head[${MARKS.head.length}];`,
    `  uint64_t numbers[${numbers.length}];`,
    `  union Slot slots[${slots.length + 1}];`,
    `  uint8_t tail[${MARKS.tail.length}];`,
    '};',
    'extern const struct Numbers numbers;',
    'const struct Numbers numbers = {',
    `  {${bytes(MARKS.head)}},`,
    `  {\n${numbers.join(',\n')}\n  },`,
    `  {\n{ 0 },\n${initialisers.join(',\n')}\n  },`,
    `  {${bytes(MARKS.tail)}}`,
    '};',
    // Where the ABI is this machine's, the bit-fields are stored at run time instead of by the initialiser.
    '#ifdef RUN',
    'extern long write(int, const void *, size_t);',
    'static struct Numbers out;',
    'int main(void) {',
    '  out = numbers;',
    '  __builtin_memset(out.slots, 0, sizeof out.slots);',
    ...stores,
    '  for (size_t at = 0; at < sizeof out;) {',
    '    long written = write(1, (const char *)&out + at, sizeof out - at);',
    '    if (written <= 0) return 1;',
    '    at += (size_t)written;',
    '  }',
    '  return 0;',
    '}',
    '#endif',
  ].join('\n')}\n`;
}

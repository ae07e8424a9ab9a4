// Reads the layout of every struct from what a compiler produced of source.ts's C.
import type { CStruct } from './registry.ts';
import { bitFields, HEADER_NUMBERS, MARKS, plainMembers, sampleValue, slotsOf } from './source.ts';

/** A bit-field's place: `bit` counts from the struct's first byte, lowest bit of each byte first. */
interface BitField {
  readonly bit: number;
  readonly width: number;
}

/** All bit-fields of a struct stored at once, the other members zero: what an encoder must reproduce. */
interface BitSample {
  readonly values: Readonly<Record<string, number>>;
  readonly bytes: Uint8Array;
}

export interface OffsetsAndSizes {
  readonly size: number;
  readonly alignment: number;
  /** Of every member that is not a bit-field. */
  readonly offsets: Readonly<Record<string, number>>;
  /** Of the same members: padding hides a wrong size from all offsets (VkXlibSurfaceCreateInfoKHR.window). */
  readonly sizes: Readonly<Record<string, number>>;
  readonly bits?: Readonly<Record<string, BitField>>;
}

export interface CLayout extends OffsetsAndSizes {
  readonly bits: Readonly<Record<string, BitField>>;
  /** Only where there are bit-fields. */
  readonly sample: BitSample | undefined;
}

/** Also how many bytes a `long` has there, as a check that the compiler builds for the ABI that is meant. */
export function layoutsIn(
  output: Buffer,
  structs: readonly CStruct[],
): { long: number; layouts: Map<string, CLayout> } {
  const start = only(output, MARKS.head);
  const number = (index: number) => Number(output.readBigUInt64LE(start + MARKS.head.length + 8 * index));
  const [slotsAt, slotSize, size] = [number(0), number(1), number(2)];
  const tail = output.indexOf(MARKS.tail, start);
  // The struct may end in padding, so the tail stands at most that far from its end.
  if (tail < 0 || tail + MARKS.tail.length > start + size || size - slotsAt > output.length - start)
    throw new Error('the compiler wrote the numbers in an unexpected shape');
  const slots = new Map(
    slotsOf(structs).map((slot, index) => {
      // Slot 0 is empty, so that the array exists in a registry without bit-fields too.
      const at = start + slotsAt + slotSize * (index + 1);
      return [`${slot.struct.name}.${slot.member?.name ?? ''}`, output.subarray(at, at + slotSize)];
    }),
  );
  let next = HEADER_NUMBERS;
  const layouts = structs.map(struct => {
    const bytes = number(next++);
    const alignment = number(next++);
    const offsets: Record<string, number> = {};
    const sizes: Record<string, number> = {};
    for (const { name } of plainMembers(struct)) {
      offsets[name] = number(next++);
      sizes[name] = number(next++);
    }
    const fields = bitFields(struct).map(({ name }): [string, BitField] => [
      name,
      placeOf(slots.get(`${struct.name}.${name}`) as Buffer, `${struct.name}.${name}`),
    ]);
    const bits = Object.fromEntries(fields);
    const stored = slots.get(`${struct.name}.`)?.subarray(0, bytes);
    const sample = stored && sampleOf(struct, bits, stored);
    return [struct.name, { size: bytes, alignment, offsets, sizes, bits, sample }] as [string, CLayout];
  });
  return { long: number(3), layouts: new Map(layouts) };
}

function only(output: Buffer, mark: string): number {
  const at = output.indexOf(mark);
  if (at < 0 || output.indexOf(mark, at + 1) >= 0)
    throw new Error(
      `the compiler's output holds the mark "${mark}" ${at < 0 ? 'nowhere' : 'more than once'}`,
    );
  return at;
}

const isSet = (bytes: Uint8Array, bit: number) => ((bytes[bit >> 3] >> (bit & 7)) & 1) === 1;

/** Where a bit-field lies, from the bytes of a struct in which it alone is all ones. */
function placeOf(bytes: Uint8Array, name: string): BitField {
  const set = Array.from({ length: bytes.length * 8 }, (_, bit) => bit).filter(bit => isSet(bytes, bit));
  const [bit] = set;
  const width = set.length;
  if (width === 0 || set[width - 1] !== bit + width - 1) throw new Error(`${name}: its bits are not one run`);
  return { bit, width };
}

/** The bytes and values that C stored; throws where the places found do not explain the bytes. */
function sampleOf(struct: CStruct, bits: Record<string, BitField>, bytes: Uint8Array): BitSample {
  const expected = new Uint8Array(bytes.length);
  const values: Record<string, number> = {};
  bitFields(struct).forEach(({ name }, index) => {
    const { bit, width } = bits[name];
    values[name] = sampleValue(index) % 2 ** width;
    for (let i = 0; i < width; i++)
      if (Math.floor(values[name] / 2 ** i) % 2 === 1) expected[(bit + i) >> 3] |= 1 << ((bit + i) & 7);
  });
  if (!Buffer.from(expected).equals(bytes)) throw new Error(`${struct.name}: its bit-fields overlap`);
  return { values, bytes: Uint8Array.from(bytes) };
}

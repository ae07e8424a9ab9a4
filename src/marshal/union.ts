// Encodes a union, which in JavaScript is an object with exactly one of its members.
import { memberName } from '../errors/describe.ts';
import { ArgumentError, under } from '../native/argument-error.ts';
import type { Chunk } from '../native/argument-memory.ts';
import type { Member, StructRow } from '../registry/rows.ts';
import type { Encode } from './argument-encoders.ts';
import type { Call } from './call.ts';
import { checkObject, enter } from './struct-value.ts';

/** Writes the member that the object has; if a sibling selects one, it must be the same. */
type UnionEncoder = (
  call: Call,
  chunk: Chunk,
  at: number,
  value: unknown,
  selector?: { readonly name: string; readonly value: unknown },
) => void;

/** @param armOf gives the encoder of a member; called at the first use, since a union may contain itself */
export function unionEncoder(row: StructRow, armOf: (m: Member) => Encode): UnionEncoder {
  let arms: ReadonlyMap<string, Encode> | undefined;
  const nullable = new Set(row.members.filter(m => m.optional && m.pointers !== '').map(m => m.name));
  return (call, chunk, at, value, selector) => {
    checkObject(value, row.name);
    // Counts the depth, so that a union which contains itself is refused.
    enter(call);
    arms ??= new Map(row.members.map(m => [m.name, armOf(m)]));
    // The keys are read once, so that the member that is checked is the one that is encoded.
    const keys = Object.keys(value);
    const [key] = keys;
    const encode = arms.get(key);
    if (keys.length !== 1 || encode === undefined)
      throw new ArgumentError(
        'type',
        `expected one of { ${[...arms.keys()].join(' }, { ')} }, got { ${keys.slice(0, 8).map(memberName).join(', ')} }`,
      );
    if (selector !== undefined) checkSelection(row, key, selector.name, selector.value);
    // A null descriptor; the memory is zero already.
    const isNull = value[key] === null && nullable.has(key);
    try {
      if (!isNull) encode(call, chunk, at, value[key]);
    } catch (error) {
      throw under(error, `.${key}`);
    }
    call.depth--;
  };
}

/** Checks that the member is the one that the selector selects. */
function checkSelection(union: StructRow, key: string, selector: string, given: unknown): void {
  const arm = union.members.find(m => m.name === key);
  if (arm === undefined || arm.selection.length === 0) return;
  // A selector that is left out is zero.
  const selected = (given ?? 0) as number;
  if (!arm.selection.includes(selected)) {
    const right = union.members.find(m => m.selection.includes(selected))?.name;
    throw new ArgumentError(
      'type',
      `expected { ${right ?? 'nothing'} }, which ${selector} ${selected} selects, got { ${arm.name} }`,
    );
  }
}

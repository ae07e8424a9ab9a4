// The C types of rows, as koffi has them on this machine: layouts of structs, and signatures of functions.
import type { TypeFact } from '../registry/facts.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';
import type { Declarator, Member, StructRow } from '../registry/rows.ts';
import {
  callable,
  checkNotReset,
  checkSetting,
  type KoffiType,
  koffi,
  type NativeFunction,
  prototype,
} from './koffi.ts';

interface MemberLayout {
  /** Bytes from the start; of a bit-field, to the start of its storage unit. */
  readonly offset: number;
  /** Of a bit-field: the number of bits below it in its storage unit. */
  readonly shift: number;
}

/** The layout of a struct or union. */
export interface Layout {
  readonly size: number;
  readonly alignment: number;
  readonly members: ReadonlyMap<string, MemberLayout>;
}

/** The koffi type of a struct member; every pointer is an address. */
function memberType(d: Declarator): KoffiType {
  let type = d.pointers !== '' ? koffi.type('void *') : typeOf(registry.fact(d.base), 'void *');
  for (const extent of d.extents.toReversed()) type = koffi.array(type, extent);
  return type;
}

function typeOf(fact: TypeFact, pointer: string): KoffiType {
  switch (fact.kind) {
    case 'struct':
      return structType(fact.row).type;
    case 'bool':
      return koffi.type('uint32_t');
    case 'enum':
      return koffi.type(fact.wide ? 'uint64_t' : 'int32_t');
    case 'flags':
      return koffi.type(fact.wide ? 'uint64_t' : 'uint32_t');
    case 'handle':
      return koffi.type(fact.row.dispatchable ? pointer : 'uint64_t');
    case 'scalar':
      return koffi.type(fact.c);
    case 'HANDLE':
    case 'address':
    case 'callback':
    case 'wide string':
      return koffi.type(pointer);
    case 'opaque':
      throw new Error('an opaque type has no size');
  }
}

interface DeclaredStruct {
  readonly type: KoffiType;
  readonly layout: Layout;
}

const structType = memoize(declareStruct);

/** Declares a struct to koffi, which has no bit-fields: each run of them becomes the storage unit that C packs it into. */
function declareStruct(row: StructRow): DeclaredStruct {
  checkNotReset();
  checkSetting('max_type_size');
  const shape: Record<string, KoffiType> = {};
  const units = new Map<string, { unit: string; shift: number }>();
  let unit = '';
  let used = 0;
  for (const m of row.members) {
    const type = memberType(m);
    if (m.bits === 0) {
      shape[m.name] = type;
      unit = '';
      continue;
    }
    if (unit === '' || used + m.bits > type.size * 8) {
      unit = m.name;
      used = 0;
      shape[unit] = type;
    }
    units.set(m.name, { unit, shift: used });
    used += m.bits;
  }
  const type = row.union ? koffi.union(shape) : koffi.struct(shape);
  // Works around a bug: an anonymous prototype declared right after an anonymous struct would get its hidden name.
  koffi.pointer(type);
  const members = row.members.map(({ name }) => {
    const { unit, shift } = units.get(name) ?? { unit: name, shift: 0 };
    return [name, { offset: type.members![unit].offset, shift }] as const;
  });
  return { type, layout: { size: type.size, alignment: type.alignment, members: new Map(members) } };
}

/** Size, alignment and offsets of a struct or union, as koffi lays it out on this machine. */
export const layoutOf = (row: StructRow): Layout => structType(row).layout;

/** Size and alignment of one element of a declarator: of its base type, or of a pointer. */
export function elementLayout(d: Declarator): { size: number; alignment: number } {
  const type = d.pointers !== '' ? koffi.type('void *') : typeOf(registry.fact(d.base), 'void *');
  return { size: type.size, alignment: type.alignment };
}

// Addresses are passed as uintptr_t: koffi accepts a number there, and is faster than with pointer parameters.
const argumentType = (d: Declarator): string =>
  d.pointers !== '' ? 'uintptr_t' : typeOf(registry.fact(d.base), 'uintptr_t').name;

/** C types of a signature's parameters. */
export const argumentTypes = ({ params }: Signature): string[] => params.map(argumentType);

/** C type of a signature's result. */
export function resultType({ returns }: Signature): string {
  if (returns === 'void') return 'void';
  const base = returns.endsWith('*') ? 'HANDLE' : returns;
  return argumentType({ base, pointers: '', extents: [], bits: 0 }).replace('void*', 'uintptr_t');
}

/** The result and parameters of a function. */
export interface Signature {
  /** C type; a pointer is `void*`. */
  readonly returns: string;
  readonly params: readonly Member[];
}

/** Makes the function of a row at an address callable. The caller must be sure of the address and the signature. */
export function functionAt(address: bigint, signature: Signature): NativeFunction {
  return callable(address, prototype(resultType(signature), argumentTypes(signature)));
}

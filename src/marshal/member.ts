// Encodes the value of a member in place, or the target of a pointer in argument memory.

import { type Bytes, elementsOf, isArray, isBytes, sizeOf, typedArrayName } from '../errors/bytes.ts';
import { ArgumentError, expected, lengthOf, under } from '../native/argument-error.ts';
import { elementLayout, layoutOf } from '../native/row-types.ts';
import { isCountedInBytes, isCountedInValues } from '../registry/length.ts';
import { bytesRead, isPlatformObject } from '../registry/platform-object.ts';
import { registry } from '../registry/registry.ts';
import type { Declarator, Member, StructRow } from '../registry/rows.ts';
import { outlivesCall, TYPED_ARRAYS } from '../registry/shape.ts';
import {
  type ArgumentEncoder,
  checkString,
  type Encode,
  isAddress,
  passAddress,
  passBytes,
  passCallback,
  passHandle,
  passLasting,
  passString,
  passVulkanHandle,
  passWideString,
} from './argument-encoders.ts';
import { fillEncoder } from './fill.ts';
import { objectHandleEncoder } from './object-handle.ts';
import { scalarCodec, writeAddress } from './scalar.ts';
import { settingValuesEncoder } from './setting-values.ts';
import { nested, type StructEncoder } from './struct-encoder.ts';
import { unionEncoder } from './union.ts';

/** The encoder of one element of the base type, in place. */
function elementEncoder(d: Declarator): { size: number; encode: Encode } {
  const fact = registry.fact(d.base);
  const codec = scalarCodec(fact);
  if (codec !== undefined)
    return {
      size: codec.size,
      encode: (_call, chunk, at, value) => codec.write(chunk, at, codec.check(value)),
    };
  const { size } = fact.kind === 'opaque' ? { size: 0 } : elementLayout({ ...d, pointers: '' });
  const address =
    (pass: ArgumentEncoder): Encode =>
    (call, chunk, at, value) =>
      writeAddress(chunk, at, pass(call, value));
  switch (fact.kind) {
    case 'struct': {
      const { row } = fact;
      // Created at the first call, since a struct may contain itself.
      let encoder: StructEncoder | undefined;
      const encode: Encode = (call, chunk, at, value) => {
        encoder ??= nested.encoder(row);
        encoder(call, chunk, at, value);
      };
      return { size, encode };
    }
    case 'handle': {
      const { name, dispatchable } = fact.row;
      if (dispatchable)
        return { size, encode: address((call, value) => passVulkanHandle(call, name, value)) };
      return {
        size,
        encode: (call, chunk, at, value) => {
          chunk.u64[at >> 3] = passVulkanHandle(call, name, value);
        },
      };
    }
    case 'HANDLE':
      return { size, encode: address((_call, value) => passHandle(value)) };
    case 'address':
      return { size, encode: address(objectEncoder(d.base)) };
    case 'wide string':
      return { size, encode: address(passWideString) };
    case 'callback':
      return { size, encode: address((call, value) => passCallback(call, fact.row, value)) };
    default:
      throw new Error(`${d.base} cannot stand in a struct`);
  }
}

/** The sibling that gives the type of a layer setting's values. */
export const typeOfValues = (owner: StructRow): Member | undefined =>
  owner.members.find(({ base }) => registry.fact(base).kind === 'enum' && base !== 'VkStructureType');

/** The encoder of a struct's member. */
export function memberEncoder(m: Member, owner: StructRow): Encode {
  if (isCountedInValues(m)) return settingValuesEncoder(m, typeOfValues(owner)!.base, pointerEncoder);
  if (m.pointers !== '') {
    const pass = pointerEncoder(m, owner.name);
    return (call, chunk, at, value) => writeAddress(chunk, at, pass(call, value));
  }
  if (m.objectType !== '' && !owner.returnedOnly) return objectHandleEncoder(m, owner);
  if (m.bits > 0) return bitFieldEncoder(m, owner);
  if (m.extents.length > 0) return arrayEncoder(m, m.extents);
  const { encode } = elementEncoder(m);
  const fact = registry.fact(m.base);
  if (fact.kind !== 'struct' || !fact.row.union || m.selector === '') return encode;
  const union = unionEncoder(fact.row, arm => memberEncoder(arm, fact.row));
  return (call, chunk, at, value, selected) =>
    union(call, chunk, at, value, { name: m.selector, value: selected });
}

function bitFieldEncoder(m: Member, owner: StructRow): Encode {
  const max = 2 ** m.bits - 1;
  return (_call, chunk, at, value) => {
    const { shift } = layoutOf(owner).members.get(m.name)!;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max)
      throw expected(`an integer of ${m.bits} bits`, value);
    chunk.u32[at >> 2] |= value << shift;
  };
}

/** A fixed array in place, a string for char; it may be shorter, and the rest is zero. */
function arrayEncoder(m: Declarator, extents: readonly number[]): Encode {
  const [extent, ...inner] = extents;
  if (m.base === 'char' && inner.length === 0) return charArrayEncoder(extent);
  const element = inner.length > 0 ? undefined : elementEncoder(m);
  const encode = element?.encode ?? arrayEncoder(m, inner);
  const size = inner.reduce((product, n) => product * n, element?.size ?? elementEncoder(m).size);
  return (call, chunk, at, value) => {
    const list = checkArray(value, `an array of at most ${extent} ${m.base}`);
    const length = lengthOf(list);
    if (length > extent)
      throw new ArgumentError('range', `expected at most ${extent} elements, got ${length}`);
    encodeElements(list, length, (item, i) => encode(call, chunk, at + i * size, item));
  };
}

const utf8 = new TextEncoder();

function charArrayEncoder(extent: number): Encode {
  return (_call, chunk, at, value) => {
    const bytes = utf8.encode(checkString(value));
    if (bytes.length >= extent)
      throw new ArgumentError(
        'range',
        `expected a string of at most ${extent - 1} bytes of UTF-8, got ${bytes.length}`,
      );
    chunk.u8.set(bytes, at);
  };
}

function checkArray(value: unknown, what: string): ArrayLike<unknown> {
  if (isArray(value) || typedArrayName(value) !== undefined) return value as unknown as ArrayLike<unknown>;
  throw expected(what, value);
}

/** Encodes elements; their length was read before, since a getter of an element could change it. */
function encodeElements(
  list: ArrayLike<unknown>,
  length: number,
  encode: (item: unknown, i: number) => void,
): void {
  let i = 0;
  try {
    for (; i < length; i++) encode(list[i], i);
  } catch (error) {
    throw under(error, `[${i}]`);
  }
}

/** The strictest alignment of bytes that Vulkan reads: of shader binaries (VUID-VkShaderCreateInfoEXT-pCode-08492). */
const MAX_ALIGNMENT = 16;

/** The encoder of a pointer member or parameter. */
export function pointerEncoder(m: Member, owner: string): ArgumentEncoder {
  const fact = registry.fact(m.base);
  const depth = m.pointers.length;
  if (m.base === 'char') return depth === 1 ? passString : pointersEncoder(m, passString);
  if (fact.kind === 'opaque') {
    if (depth > 1) return pointersEncoder(m, passAddress(false));
    if (m.base === 'void' && m.length.length > 0) {
      const alignment = m.pointers === '*' ? MAX_ALIGNMENT : 1;
      return (call, value) => passBytes(call, checkBytes(value), alignment, m.pointers === '&');
    }
    const pass = opaqueEncoder(m, owner);
    return mayBeNull(m) ? pass : notNull(pass);
  }
  if (depth > 1) return pointersEncoder(m, elementsEncoder(m, m.length[1] !== '1'));
  if (m.extents.length > 0) return inPlaceEncoder(m);
  const many = m.length.length > 0 && m.length[0] !== '1';
  if (m.pointers !== '&') return elementsEncoder(m, many);
  // Vulkan cannot write to a JavaScript number, so even a single one is passed in an array.
  return fillEncoder(m, elementsEncoder(m, many || fact.kind !== 'struct'));
}

function opaqueEncoder(m: Member, owner: string): ArgumentEncoder {
  if (isPlatformObject(m, registry)) return objectEncoder(m.base);
  if (outlivesCall(m, owner)) return passLasting;
  return passAddress(m.pointers === '&', bytesRead(m));
}

function checkBytes(value: unknown): Bytes {
  if (isBytes(value)) return value;
  throw expected('bytes (ArrayBuffer, typed array, Buffer)', value);
}

/** The encoder of an array of pointers, whose targets `inner` encodes. */
function pointersEncoder(m: Member, inner: ArgumentEncoder): ArgumentEncoder {
  const what = m.base === 'char' ? 'an array of strings' : `an array of ${m.base}`;
  const { size } = elementLayout(m);
  return (call, value) => {
    if (!isArray(value)) throw expected(what, value);
    const length = lengthOf(value);
    const at = call.stack.reserve(length * size);
    const { chunk } = call.stack;
    const lengths: number[] = [];
    encodeElements(value, length, (item, i) => {
      writeAddress(chunk, at + i * size, inner(call, item));
      lengths.push(call.length);
    });
    call.innerLengths = lengths;
    call.length = length;
    return length === 0 ? 0 : chunk.address + at;
  };
}

/** The encoder of a parameter like `const float blendConstants[4]`, with exactly that number of elements. */
function inPlaceEncoder(m: Member): ArgumentEncoder {
  const encode = arrayEncoder(m, m.extents);
  const { size } = elementEncoder(m);
  const total = m.extents.reduce((product, n) => product * n, size);
  return (call, value) => {
    const list = checkArray(value, `an array of ${m.extents[0]} ${m.base}`);
    const length = lengthOf(list);
    if (length !== m.extents[0])
      throw new ArgumentError('range', `expected ${m.extents[0]} elements, got ${length}`);
    const at = call.stack.reserve(total);
    const { chunk } = call.stack;
    encode(
      call,
      chunk,
      at,
      Array.from({ length }, (_, i) => list[i]),
    );
    return chunk.address + at;
  };
}

/** The encoder of an array's element; one that may be null is left zero. */
export function elementWriter(m: Member, encode = elementEncoder(m).encode): Encode {
  const nullable =
    m.elementOptional || m.noautovalidity || (m.pointers === '&' && registry.fact(m.base).kind !== 'struct');
  if (!nullable) return encode;
  return (call, chunk, at, item) => {
    if (item !== null && item !== undefined && item !== 0n) encode(call, chunk, at, item);
  };
}

/** The encoder of one element or an array; a typed array of the same type is not copied. */
function elementsEncoder(m: Member, many: boolean): ArgumentEncoder {
  const { size, encode } = elementEncoder(m);
  const own = many ? typedArrayOf(m) : undefined;
  const inBytes = isCountedInBytes(m);
  const write = elementWriter(m, encode);
  if (!many)
    return (call, value) => {
      const at = call.stack.reserve(size);
      const { chunk } = call.stack;
      encode(call, chunk, at, value);
      call.length = 1;
      return chunk.address + at;
    };
  return (call, value) => {
    if (own !== undefined && typedArrayName(value) === own) {
      const address = passBytes(call, value as ArrayBufferView);
      call.length = elementsOf(value);
      return address;
    }
    if (inBytes && isBytes(value)) {
      if (sizeOf(value) % size !== 0)
        throw new ArgumentError(
          'range',
          `expected a number of bytes that is a multiple of ${size}, got ${sizeOf(value)}`,
        );
      const address = passBytes(call, value, size);
      call.length /= size;
      return address;
    }
    if (!isArray(value))
      throw expected(`an array of ${m.base}${own ? ` or ${inBytes ? 'bytes' : `a ${own}`}` : ''}`, value);
    // The length is read once, since a getter of an element could change it.
    const length = lengthOf(value);
    const at = call.stack.reserve(length * size);
    const { chunk } = call.stack;
    let i = 0;
    try {
      for (; i < length; i++) write(call, chunk, at + i * size, value[i]);
    } catch (error) {
      throw under(error, `[${i}]`);
    }
    call.length = length;
    return length === 0 ? 0 : chunk.address + at;
  };
}

function typedArrayOf(m: Declarator): string | undefined {
  const fact = registry.fact(m.base);
  return fact.kind === 'scalar' ? TYPED_ARRAYS[fact.c] : undefined;
}

/** Whether an opaque pointer may be NULL: `void*` also if only prose has rules for it, a platform's own only if optional. */
export const mayBeNull = (m: Member): boolean =>
  m.optional || (m.base === 'void' && m.noautovalidity && !isPlatformObject(m, registry));

/** Refuses NULL, also as what empty bytes are passed as. */
const notNull =
  (pass: ArgumentEncoder): ArgumentEncoder =>
  (call, value) => {
    const address = pass(call, value);
    if (address === 0 || address === 0n)
      throw expected(isBytes(value) ? 'at least one byte' : 'an address other than NULL', value);
    return address;
  };

/** The encoder of the address of another library's object, which bytes of JavaScript cannot be. */
const objectEncoder = (base: string): ArgumentEncoder => {
  const what = `the address (bigint) of ${base === 'void' ? 'a native object' : `a native ${base}`}`;
  return (_call, value) => {
    if (isAddress(value)) return value;
    throw expected(what, value);
  };
};

// Compiles a decoder of a struct that creates the object with one literal, so that all objects have the same shape in V8.
import type { Scope } from '../handles/scope.ts';
import type { Chunk } from '../native/argument-memory.ts';
import { layoutOf } from '../native/row-types.ts';
import { registry } from '../registry/registry.ts';
import type { Member, StructRow } from '../registry/rows.ts';
import { type Bind, binderTo, build } from './compile.ts';
import { scalarCodec } from './scalar.ts';

/** A member that a decoder reads, and how. */
export interface DecodedField {
  readonly member: Member;
  readonly offset: number;
  /** `owner` has the counts and selectors that were read before. */
  readonly read: (
    chunk: Chunk,
    at: number,
    scope: Scope | undefined,
    owner: Record<string, unknown>,
  ) => unknown;
}

/** Reads a struct in argument memory as an object, without sType and pNext. */
export type StructDecoder = (chunk: Chunk, at: number, scope: Scope | undefined) => Record<string, unknown>;

/** What the object has besides the fields. */
interface Besides {
  /** The sType of a struct in a chain, which identifies it. */
  readonly sType?: number;
  /** The structs of its pNext, which are behind it in memory. */
  readonly chain?: readonly { readonly offset: number; readonly read: StructDecoder }[];
}

/** @param nested gives the compiled decoder of a struct inside this one */
export function compileDecoder(
  fields: readonly DecodedField[],
  nested: (row: StructRow) => StructDecoder,
  { sType, chain }: Besides = {},
): StructDecoder {
  const bound: Record<string, unknown> = {};
  const bind = binderTo(bound);
  const lines = dependentLast(fields).map(
    field => `const v${fields.indexOf(field)} = ${expression(field, fields, nested, bind)};`,
  );
  const members = fields.map(({ member }, i) => `${member.name}: v${i}`);
  if (sType !== undefined) members.unshift(`sType: ${sType}`);
  const links = chain?.map(({ offset, read }) => `${bind(read)}(chunk, at + ${offset}, scope)`);
  if (links !== undefined) members.push(`pNext: [${links.join(', ')}]`);
  const views = 'const { i8, u8, i16, u16, i32, u32, i64, u64, f32, f64 } = chunk, w = at;';
  return build(
    bound,
    `return (chunk, at, scope) => {\n${views}\n${lines.join('\n')}\nreturn { ${members.join(', ')} };\n};`,
  );
}

/** Arrays up to this length are read without a loop. */
const SHORT = 8;
const SHIFTS: Record<number, number> = { 1: 0, 2: 1, 4: 2, 8: 3 };

function expression(
  { member, offset, read }: DecodedField,
  fields: readonly DecodedField[],
  nested: (row: StructRow) => StructDecoder,
  bind: Bind,
): string {
  const fact = registry.fact(member.base);
  const plain = member.pointers === '' && member.extents.length === 0 && member.bits === 0;
  const codec = plain ? scalarCodec(fact) : undefined;
  if (codec?.view !== undefined && fact.kind !== 'bool')
    return `${codec.view}[(w + ${offset}) >> ${SHIFTS[codec.size]}]`;
  if (plain && fact.kind === 'bool') return `u32[(w + ${offset}) >> 2] !== 0`;
  if (plain && fact.kind === 'struct' && !fact.row.union)
    return `${bind(nested(fact.row))}(chunk, at + ${offset}, scope)`;
  const { extents, pointers, base, length } = member;
  const element = scalarCodec(fact);
  if (pointers === '' && extents.length === 1 && extents[0] <= SHORT && length.length === 0)
    if (element?.view !== undefined && fact.kind === 'scalar' && base !== 'uint8_t' && base !== 'char')
      return `[${Array.from({ length: extents[0] }, (_, i) => `${element.view}[(w + ${offset + i * element.size}) >> ${SHIFTS[element.size]}]`).join(', ')}]`;
  if (pointers === '' && extents.length === 1 && fact.kind === 'struct' && !fact.row.union) {
    const counter = fields.findIndex(f => f.member.name === length[0]);
    const count = counter < 0 ? extents[0] : `Math.min(Number(v${counter}), ${extents[0]})`;
    if (counter >= 0 || length.length === 0)
      return `${bind(structArray(nested(fact.row), layoutOf(fact.row).size))}(chunk, at + ${offset}, scope, ${count})`;
  }
  // The members that it depends on: the count of an array, the selector of a union.
  const needed = fields.flatMap((f, i) =>
    member.selector === f.member.name || member.length.some(text => text.split(/\W+/).includes(f.member.name))
      ? [`${f.member.name}: v${i}`]
      : [],
  );
  return `${bind(read)}(chunk, at + ${offset}, scope, { ${needed.join(', ')} })`;
}

/** Compiles a decoder of several structs in a row, into which V8 can inline the struct's decoder. */
const structArray = (decode: StructDecoder, size: number) =>
  build<(chunk: Chunk, at: number, scope: Scope | undefined, count: number) => unknown[]>(
    { decode },
    `return (chunk, at, scope, count) => {\nconst list = new Array(count);\nfor (let i = 0; i < count; i++) list[i] = decode(chunk, at + i * ${size}, scope);\nreturn list;\n};`,
  );

/** The fields, those that depend on another one (a count, a selector) last: a count may come after its array. */
export function dependentLast(fields: readonly DecodedField[]): DecodedField[] {
  const depends = ({ member }: DecodedField) => member.length.length > 0 || member.selector !== '';
  return [...fields.filter(f => !depends(f)), ...fields.filter(depends)];
}

// Compiles the plan of a struct into an encoder: it writes ordinary values at once and leaves all others to the
// interpreter's functions, so that rules and errors are the same.

import { isArray, isView } from '../errors/bytes.ts';
import { ArgumentError, lengthOf, under } from '../native/argument-error.ts';
import { POINTER_SIZE } from '../native/koffi.ts';
import { registry } from '../registry/registry.ts';
import { encodeChain } from './chain.ts';
import { type Bind, binderTo, build, type FastPath, fastPathOf, isLive } from './compile.ts';
import { type EncoderOf, pointeeCode } from './compile-array.ts';
import { arraysNeedCheck, checkArrays, checkLinks, linksNeedCheck } from './length-rules.ts';
import { type Count, encodeField, type Field, type StructPlan } from './plan.ts';
import type { StructEncoder } from './struct-encoder.ts';
import { checkKeys, checkNotVulkanObject, checkObject, checkSType, enter } from './struct-value.ts';
import { checkStruct, type PlacedRule } from './value-rules.ts';

/** @param encoderOf gives the compiled encoder of a struct inside this one */
export function compileStruct(plan: StructPlan, encoderOf: EncoderOf): StructEncoder {
  const { row, fields, counts, hasNext, rules, lengthRules, finish } = plan;
  const bound: Record<string, unknown> = {
    row,
    fields,
    counts,
    rules,
    lengthRules,
    finish,
    isArray,
    isView,
    lengthOf,
    checkObject,
    checkNotVulkanObject,
    checkSType,
    enter,
    encodeChain,
    encodeField,
    checkKeys,
    checkStruct,
    checkArrays,
    checkLinks,
    under,
    ArgumentError,
    Object,
  };
  const bind = binderTo(bound);
  const isMeasured = (i: number) => fields[i].counted !== undefined || finish !== undefined;
  const lengths = `[${fields.map((_, i) => (isMeasured(i) ? `l${i}` : '-1')).join(', ')}]`;
  const body = [
    `if (typeof o !== 'object' || o === null || isArray(o) || isView(o)) checkObject(o, row.name);`,
    `enter(call);`,
    `const { u32, i32, f32, u64 } = chunk, w = at >> 2, q = at >> 3;`,
    `let n = 0, keys = 0;`,
    `let r = '.sType';\ntry {`,
    row.sType === undefined
      ? ''
      : `i32[w] = ${row.sType};\nconst s = o.sType;\nif (s !== undefined) { n++; checkSType(s, row); }`,
    hasNext
      ? `r = '.pNext';\nconst p = o.pNext;\nif (p !== undefined) { n++; encodeChain(call, chunk, at, row, p); }`
      : '',
    ...fields.map((field, i) => fieldCode(field, i, isMeasured(i), encoderOf, bind)),
    ...counts.map((count, i) => countCode(count, i, lengths)),
    // If there are as many keys as members that were read, there is no unknown one.
    `r = '';\nfor (const key in o) keys++;`,
    `if (n !== keys || (keys === 0 && o.constructor !== Object)) checkKeys(o, row);`,
    lengthRules === undefined || lengthRules.links.length === 0
      ? ''
      : `if (${linksNeedCheck(row, lengthRules)}) checkLinks(call, lengthRules, chunk, at);`,
    lengthRules === undefined || lengthRules.arrays.length + lengthRules.alternatives.length === 0
      ? ''
      : `if (${arraysNeedCheck(lengthRules)}) checkArrays(lengthRules, chunk, at);`,
    rules.length === 0
      ? ''
      : `if (${rules.map(needsCheck).join(' || ')}) checkStruct(row, rules, chunk, at);`,
    finish === undefined ? '' : `finish(call, chunk, at, ${lengths});`,
    // Any error that is not an ArgumentError was thrown by the getter of the current member. Objects of this library are
    // refused here too, since one of their own properties may have failed first.
    `} catch (e) { checkNotVulkanObject(o, row.name); throw e instanceof ArgumentError || r === '' ? e : under(e, r); }`,
    `call.depth--;`,
  ];
  return build<StructEncoder>(
    bound,
    `return (call, chunk, at, o) => {\n${body.filter(Boolean).join('\n')}\n};`,
  );
}

/** The condition that a number, as it was written, may break its rule. */
function needsCheck({ offset, codec, multiple }: PlacedRule): string {
  const word = `u32[w + ${offset / 4}]`;
  if (codec.size < 4) return 'true';
  if (multiple > 0) return (multiple & (multiple - 1)) === 0 ? `(${word} & ${multiple - 1}) !== 0` : 'true';
  if (codec.view === 'f32') return `!(f32[w + ${offset / 4}] > 0)`;
  if (codec.view === 'i32') return `i32[w + ${offset / 4}] <= 0`;
  return codec.size === 4 ? `${word} === 0` : `(${word} | u32[w + ${offset / 4 + 1}]) === 0`;
}

/** Code that writes a count: at once if none is given and the arrays have equal lengths. */
function countCode({ name, offset, size, arrays }: Count, i: number, lengths: string): string {
  const slow = `counts[${i}].encode(chunk, at, c${i}, ${lengths});`;
  const read = `r = '.${name}';\nconst c${i} = o.${name};\nif (c${i} !== undefined) n++;`;
  if (size !== 4 || arrays.length === 0 || arrays.some(a => a.factor !== 1)) return `${read}\n${slow}`;
  const [first, ...rest] = arrays.map(a => `l${a.index}`);
  const longest = rest.reduce((max, l) => `(${l} > ${max} ? ${l} : ${max})`, `(${first} > 0 ? ${first} : 0)`);
  // All arrays that C reads are given, or the count is zero.
  const agree =
    rest.length === 0
      ? []
      : arrays.map(a => `(l${a.index} === m${i} || ${a.isRead ? `m${i} === 0` : `l${a.index} < 0`})`);
  return [
    read,
    `const m${i} = ${longest};`,
    `if (${[`c${i} === undefined`, ...agree].join(' && ')}) u32[w + ${offset / 4}] = m${i};`,
    `else ${slow}`,
  ].join('\n');
}

function fieldCode(field: Field, i: number, measured: boolean, encoderOf: EncoderOf, bind: Bind): string {
  const { member, offset, absentAllowed, selector } = field;
  const v = `v${i}`;
  const slow = `${measured ? `l${i} = ` : ''}encodeField(fields[${i}], call, chunk, at, o, ${v}, ${selector < 0 ? 'undefined' : `v${selector}`});`;
  const fast = fastField(field, bind, v);
  const steps = [
    `r = '.${member.name}';\nconst ${v} = o.${member.name};`,
    measured ? `let l${i} = -1;` : '',
    absentAllowed ? `if (${v} !== undefined) {\nn++;` : `n++;`,
    fast === undefined ? slow : `if (${fast.test}) { ${fast.write} } else ${slow}`,
    absentAllowed ? '}' : '',
  ];
  return steps.filter(Boolean).join('\n');

  function fastField(f: Field, bindValue: typeof bind, name: string): FieldCode | undefined {
    const { pointers, extents, bits, objectType } = f.member;
    if (extents.length > 0 || bits > 0 || objectType !== '') return undefined;
    const fact = registry.fact(f.member.base);
    if (pointers !== '') return pointerField(f, bindValue, name);
    const word = `w + ${offset / 4}`;
    const scalar: FastPath | undefined = fastPathOf(fact);
    if (scalar !== undefined)
      return { test: scalar.test(name), write: scalar.write(name, word, `q + ${offset / 8}`) };
    if (fact.kind === 'handle' && !fact.row.dispatchable)
      return {
        test: isLive(name, fact.row.name, 'call.scope'),
        write: `u64[q + ${offset / 8}] = ${name}; if (call.used !== undefined) call.use('${fact.row.name}', ${name});`,
      };
    if (fact.kind === 'struct' && !fact.row.union) {
      const encoder = bindValue(encoderOf(fact.row));
      return {
        test: `${name} !== null && ${name} !== undefined`,
        write: `try { ${encoder}(call, chunk, at + ${offset}, ${name}); } catch (e) { throw under(e, '.${f.member.name}'); }`,
      };
    }
    return undefined;
  }

  function pointerField(f: Field, bindValue: Bind, name: string): FieldCode | undefined {
    const names = { value: name, length: measured ? `l${i}` : 'l', chunk: 'c', address: 'x', index: 'i' };
    const code = pointeeCode(f.member, names, bindValue, encoderOf);
    if (code === undefined) return undefined;
    const word = offset / 4;
    return {
      test: code.test,
      write: [
        `let c, x = 0, i = -1${measured ? '' : ', l = 0'};`,
        `try {\n${code.write}\n} catch (e) { throw under(${code.error}, '.${f.member.name}'); }`,
        `u32[w + ${word}] = x;${POINTER_SIZE === 8 ? ` u32[w + ${word + 1}] = x / 4294967296;` : ''}`,
      ].join('\n'),
    };
  }
}

interface FieldCode {
  /** The condition that the value is an ordinary valid one. */
  readonly test: string;
  readonly write: string;
}

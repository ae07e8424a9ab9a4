// Encodes inout arguments: bytes are written in place; an object or array is encoded, and filled again after the call,
// with its chain.

import { isArray, isBytes, sizeOf } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { ArgumentError, argumentErrorOf, expected, lengthOf } from '../native/argument-error.ts';
import { elementLayout, layoutOf } from '../native/row-types.ts';
import { registry } from '../registry/registry.ts';
import type { Member, StructRow } from '../registry/rows.ts';
import { type ArgumentEncoder, passBytes } from './argument-encoders.ts';
import type { Call } from './call.ts';
import { extensionsOf, nextOffset } from './chain.ts';
import { decodeElements, decodePointee } from './decode.ts';
import { MAX_ELEMENTS } from './output-struct.ts';
import { nested } from './struct-encoder.ts';

/** The encoder of an inout pointer; `pass` encodes its elements. */
export function fillEncoder(m: Member, pass: ArgumentEncoder): ArgumentEncoder {
  const fact = registry.fact(m.base);
  const { size } = elementLayout({ ...m, pointers: '' });
  const plain = fact.kind !== 'struct' || isPlain(fact.row);
  return (call, value) => {
    if (plain && isBytes(value)) {
      const elements = sizeOf(value) / size;
      if (!Number.isInteger(elements) || elements === 0)
        throw new ArgumentError(
          'range',
          `expected bytes for whole ${m.base} (${size} each), got ${describe(value)}`,
        );
      const address = passBytes(call, value, 1, true);
      call.length = elements;
      return address;
    }
    // The elements are read once, so that the same objects are encoded and filled: a getter may return others later.
    const list = isArray(value) ? snapshot(value) : undefined;
    const given = list ?? value;
    refuseFrozen(value, m);
    if (fact.kind !== 'struct') {
      const address = pass(call, given);
      const { length } = call;
      call.withCleanup().after.push(() => {
        const written = decodeElements(m, BigInt(address), length, call.scope) as unknown[];
        if (fact.kind === 'handle') addCreated(call, m.base, given as unknown[], written);
        reportingErrors(m, errors => assign(value as unknown[], written, errors));
      });
      return address;
    }
    const row = m.validStructs.length > 0 ? structOfSType(given, m.validStructs) : fact.row;
    const address = copying(call, () =>
      row === fact.row ? pass(call, given) : passStruct(call, row, given),
    );
    const targets = (list ?? [value]) as object[];
    for (const target of targets) refuseFrozen(target, m);
    targets.forEach((target, i) => {
      if (target === null || target === undefined) return;
      call
        .withCleanup()
        .after.push(() =>
          reportingErrors(m, errors => fill(target, row, BigInt(address) + BigInt(i * size), call, errors)),
        );
    });
    return address;
  };
}

/**
 * Encodes with bytes copied: they are read back struct by struct, and a setter of the script could detach those of the
 * next one.
 */
function copying<T>(call: Call, encode: () => T): T {
  const before = call.copies;
  call.copies = true;
  try {
    return encode();
  } finally {
    call.copies = before;
  }
}

/** Adds the handles that C wrote, which the command created: pipeline binaries are returned inside a struct. */
function addCreated(call: Call, type: string, given: readonly unknown[], written: readonly unknown[]): void {
  for (const [i, handle] of written.entries())
    if (typeof handle === 'bigint' && handle !== 0n && handle !== given[i])
      call.scope.add(type, handle, true, undefined, call.self.identity.createdHandles);
}

/** Whether it has no addresses and no handles, so that any bytes are valid. */
const isPlain = (row: StructRow): boolean =>
  row.members.every(m => {
    const fact = registry.fact(m.base);
    if (m.pointers !== '') return false;
    return fact.kind === 'struct' ? isPlain(fact.row) : PLAIN.has(fact.kind);
  });

const PLAIN = new Set(['scalar', 'bool', 'enum', 'flags']);

function snapshot(list: readonly unknown[]): unknown[] {
  const length = lengthOf(list);
  if (length > MAX_ELEMENTS)
    throw new ArgumentError('range', `expected at most ${MAX_ELEMENTS} elements, got ${length}`);
  return Array.from({ length }, (_, i) => list[i]);
}

function refuseFrozen(value: unknown, m: Member): void {
  if (typeof value === 'object' && value !== null && Object.isFrozen(value))
    throw new ArgumentError('type', `expected ${m.base} that can be filled, got a frozen object`);
}

/** Fills an argument after the call, and then reports with its path what a setter of the caller threw. */
function reportingErrors(m: Member, fill: (errors: unknown[]) => void): void {
  const errors: unknown[] = [];
  try {
    fill(errors);
  } catch (error) {
    errors.push(error);
  }
  if (errors.length > 0) throw argumentErrorOf(errors[0], `filling ${m.name}`);
}

/** Assigns every property, even if a setter throws. */
function assign(target: object, values: unknown, errors: unknown[]): void {
  for (const [key, value] of Object.entries(values as object))
    try {
      (target as Record<string, unknown>)[key] = value;
    } catch (error) {
      errors.push(error);
    }
}

function passStruct(call: Call, row: StructRow, value: unknown): number {
  const at = call.stack.reserve(layoutOf(row).size);
  const { chunk } = call.stack;
  nested.encoder(row)(call, chunk, at, value);
  return chunk.address + at;
}

/** The struct with the given sType, one of those that VkBaseOutStructure may be. */
function structOfSType(value: unknown, names: readonly string[]): StructRow {
  const sType =
    typeof value === 'object' && value !== null ? (value as { sType?: unknown }).sType : undefined;
  const row = names.map(registry.struct).find(one => one.sType === sType);
  if (row === undefined) throw expected(`a ${names.join(' or ')} with its sType`, value);
  return row;
}

/** A struct and its address. */
interface Filled {
  readonly row: StructRow;
  readonly address: bigint;
}

function fill(target: object, row: StructRow, address: bigint, call: Call, errors: unknown[]): void {
  assign(target, decodePointee(row, address, call.scope), errors);
  fillChain(target, { row, address }, call, errors);
}

/**
 * Fills the chain of a struct. The encoded chain decides what is read, since the caller's array may have changed.
 * @returns the last struct of the chain; undefined if the array no longer fits
 */
function fillChain(target: object, from: Filled, call: Call, errors: unknown[]): Filled | undefined {
  const { pNext } = target as { pNext?: unknown };
  let last: Filled | undefined = from;
  if (!isArray(pNext)) return last;
  for (const item of snapshot(pNext)) {
    const address = wordAt('size_t', last.address + BigInt(nextOffset(last.row))) as bigint;
    if (address === 0n || typeof item !== 'object' || item === null) return undefined;
    const row = extensionsOf(from.row).get(wordAt('uint32_t', address) as number);
    if (row === undefined) return undefined;
    assign(item, decodePointee(row, address, call.scope), errors);
    last = fillChain(item, { row, address }, call, errors);
    if (last === undefined) return undefined;
  }
  return last;
}

const wordAt = (base: string, place: bigint): number | bigint =>
  (
    decodeElements({ base, pointers: '', extents: [], bits: 0 }, place, 1, undefined) as (number | bigint)[]
  )[0];

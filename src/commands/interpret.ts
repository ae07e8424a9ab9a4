// In: a command row, and how its function is found.
// Out: the method: checks and encodes its arguments, calls, and gives back what Vulkan answered.

import { VulkanError } from '../errors/errors.ts';
import type { Callee } from '../handles/object.ts';
import { argumentPasser } from '../marshal/argument.ts';
import { Call } from '../marshal/call.ts';
import type { Link } from '../marshal/chain.ts';
import { checkLengths, countFrom, lengthFromInputs } from '../marshal/count.ts';
import { chainRequest, extensible, isSingle, makeOutput, type Output, type Slot } from '../marshal/output.ts';
import { commandRules } from '../marshal/rules.ts';
import { scalarCodec } from '../marshal/scalar.ts';
import { Mismatch } from '../native/argument-error.ts';
import type { NativeFunction } from '../native/koffi.ts';
import type { Device } from '../objects/device.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow } from '../registry/rows.ts';
import { type Shape, shapeOf } from '../registry/shape.ts';
import type { Dispatch } from './dispatch.ts';
import { checkEnd, type Lifetime, lifetimeOf } from './lifetime.ts';
import { inThread, keepBusy } from './thread.ts';

/** A command as JS calls it; `self` is the object that it belongs to. Throws a Mismatch for bad arguments. */
export type Method = (self: Callee, args: readonly unknown[]) => unknown;

/** The function that a command has where an object lives. */
export type NativeOf = (self: Callee) => NativeFunction;

type Values = (number | bigint)[];

const VK_INCOMPLETE = 5;
/** A driver that says VK_INCOMPLETE for ever is broken. */
const MAX_ROUNDS = 16;

/** What a call left: its VkResult or value, and the memory that Vulkan filled. */
interface Done {
  readonly returned: unknown;
  readonly filled: readonly { readonly output: Output; readonly slot: Slot; readonly count: number }[];
}

/** What becomes of a call before and after C has it. */
interface Parts {
  readonly shape: Shape;
  readonly outputs: readonly Output[];
  /** Checks and encodes; what the caller asks for besides comes with it. */
  encode(call: Call, self: Callee, args: readonly unknown[]): { values: Values; request: readonly Link[] };
  /** What the caller gets. */
  give(call: Call, values: Values, done: Done): unknown;
}

function partsOf(row: CommandRow): Parts {
  const shape = shapeOf(row, registry);
  const passed = shape.roles.flatMap((role, index) =>
    role === 'in' || role === 'buffer' ? [{ index, pass: argumentPasser(row.params[index], row) }] : [],
  );
  const counts = shape.roles.flatMap((role, index) =>
    role === 'count' ? [{ index, count: countFrom(row, row.params[index], passed) }] : [],
  );
  const outputs = shape.outputs.map(index => makeOutput(row, index));
  const chained = outputs.map(o => extensible(row.params[o.index])).find(struct => struct !== undefined);
  const most = passed.length + (chained === undefined ? 0 : 1);
  const rule = commandRules[row.name];
  const lifetime: Lifetime = lifetimeOf(row);
  const end = checkEnd(row);

  return {
    shape,
    outputs,
    encode(call, self, args) {
      if (args.length > most)
        throw new Mismatch('type', `expected at most ${most} arguments, got ${args.length}`);
      const values: Values = new Array(row.params.length).fill(0);
      const lengths: number[] = new Array(row.params.length).fill(-1);
      if (shape.roles[0] === 'self') values[0] = self.identity.argument;
      passed.forEach(({ index, pass }, i) => {
        call.length = -1;
        values[index] = pass(call, args[i]);
        lengths[index] = call.length;
      });
      for (const { index, count } of counts) values[index] = count(lengths);
      checkLengths(row, values, lengths, call);
      rule?.(self as Device, ...values.slice(1));
      const request = chained ? chainRequest(chained, args[passed.length]) : [];
      end?.(call, values);
      call.recheck();
      return { values, request };
    },
    give(call, values, { returned, filled }) {
      const results = filled.map(({ output: { index, name, read }, slot, count }) => ({
        index,
        name,
        value: read(call, slot, count),
      }));
      lifetime(call, values, results);
      const result = row.returns === 'VkResult' && !shape.resultMatters ? undefined : returned;
      if (results.length === 0) return result;
      if (results.length === 1 && !shape.resultMatters) return results[0].value;
      const named = Object.fromEntries(results.map(({ name, value }) => [name, value]));
      return shape.resultMatters ? { result, ...named } : named;
    },
  };
}

/** The method that needs no generated code. */
export function interpretMethod(row: CommandRow, nativeOf: NativeOf): Method {
  const { shape, outputs, encode, give } = partsOf(row);
  const check = resultChecker(row);
  const outCount = shape.roles.indexOf('outCount');
  const rooms: Rooms = new WeakMap();
  return (self, args) => {
    const native = nativeOf(self);
    const fn: Checked = values => check(native(...values));
    const call = Call.begin(self);
    try {
      const { values, request } = encode(call, self, args);
      const done = shape.enumerates
        ? enumerate(call, row, fn, values, outputs, outCount, request, rooms)
        : once(call, row, fn, values, outputs, request);
      return give(call, values, done);
    } finally {
      call.end();
    }
  };
}

/** The same, in a thread of libuv's: for commands that are called once and return a VkResult. */
export function promiseMethod(row: CommandRow, nativeOf: NativeOf): PromiseMethod {
  const { outputs, encode, give } = partsOf(row);
  return async (self, args) => {
    const native = nativeOf(self);
    const call = Call.apart(self);
    try {
      const { values, request } = encode(call, self, args);
      const filled = reserveOnce(call, row, values, outputs, request);
      const release = keepBusy(call, row);
      try {
        const returned = await inThread(native, values);
        if (returned < 0) throw new VulkanError(row.name, returned);
        return give(call, values, { returned, filled });
      } finally {
        release();
      }
    } finally {
      call.end();
    }
  };
}

export type PromiseMethod = (self: Callee, args: readonly unknown[]) => Promise<unknown>;

function reserveOnce(
  call: Call,
  row: CommandRow,
  values: Values,
  outputs: readonly Output[],
  request: readonly Link[],
): Done['filled'] {
  return outputs.map(output => {
    const p = row.params[output.index];
    const count = isSingle(p) ? 1 : lengthFromInputs(row, p.length[0], values, call);
    const slot = output.reserve(call, count, request);
    values[output.index] = slot.chunk.address + slot.at;
    return { output, slot, count };
  });
}

/** Calls once; arrays have the size that an input gives. */
function once(
  call: Call,
  row: CommandRow,
  fn: Checked,
  values: Values,
  outputs: readonly Output[],
  request: readonly Link[],
): Done {
  const filled = reserveOnce(call, row, values, outputs, request);
  let returned = fn(values);
  const deeper = filled.flatMap(({ output, slot, count }) => output.deepen(call, slot, count) ?? []);
  if (deeper.length > 0) returned = fn(values);
  for (const limit of deeper) limit();
  return { returned, filled };
}

/** Elements that there is room for, one more than there were: so many are all. */
type Rooms = WeakMap<Dispatch, number>;

/** Bytes that are reserved on the chance that they suffice. */
const MOST_GUESSED = 48 * 1024;

/**
 * Asks for the count, gives room, and asks again while more has come in between.
 * @param rooms what sufficed before is given at once, since most programs ask again for what stays the same
 */
function enumerate(
  call: Call,
  row: CommandRow,
  fn: Checked,
  values: Values,
  outputs: readonly Output[],
  outCount: number,
  request: readonly Link[],
  rooms: Rooms,
): Done {
  const codec = scalarCodec(registry.fact(row.params[outCount].base))!;
  const at = call.stack.reserve(codec.size);
  const { chunk } = call.stack;
  values[outCount] = chunk.address + at;
  const isArray = (o: Output) => row.params[o.index].length[0] === row.params[outCount].name;
  const others = outputs
    .filter(o => !isArray(o))
    .map(output => ({ output, slot: output.reserve(call, 1), count: 1 }));
  for (const { output, slot } of others) values[output.index] = slot.chunk.address + slot.at;
  const arrays = outputs.filter(isArray);
  const bytes = arrays.reduce((sum, o) => sum + o.size, 0);
  const { dispatch } = call.self.identity;
  const guess = rooms.get(dispatch) ?? 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const isGuess = round === 0 && guess > 0 && guess * bytes <= MOST_GUESSED;
    let room = isGuess ? guess : 0;
    let first: unknown = 0;
    if (!isGuess) {
      for (const { index } of arrays) values[index] = 0;
      codec.write(chunk, at, codec.size === 8 ? 0n : 0);
      first = fn(values);
      room = Number(codec.read(chunk, at));
      rooms.set(dispatch, room + 1);
    } else codec.write(chunk, at, codec.size === 8 ? BigInt(room) : room);
    const slots = arrays.map(output => ({ output, slot: output.reserve(call, room, request) }));
    for (const { output, slot } of slots) values[output.index] = slot.chunk.address + slot.at;
    const returned = room > 0 ? fn(values) : first === VK_INCOMPLETE ? 0 : first;
    if (returned === VK_INCOMPLETE) continue;
    // Guessed and full: a command without a result cannot say that there is more.
    if (isGuess && Number(codec.read(chunk, at)) >= room) continue;
    const deeper = slots.flatMap(({ output, slot }) => output.deepen(call, slot, room) ?? []);
    if (deeper.length > 0) fn(values);
    for (const limit of deeper) limit();
    // A driver may write fewer than it announced, and is not believed when it says more than there was room for.
    const count = Math.min(room, Number(codec.read(chunk, at)));
    const filled = [...others, ...slots.map(({ output, slot }) => ({ output, slot, count }))];
    return { returned, filled: filled.sort((a, b) => a.output.index - b.output.index) };
  }
  throw new VulkanError(row.name, VK_INCOMPLETE);
}

type Checked = (values: Values) => unknown;

/** What a function returned as JS has it; its error codes are thrown. */
function resultChecker(row: CommandRow): (returned: number | bigint | undefined) => unknown {
  if (row.returns === 'void') return () => undefined;
  if (row.returns === 'VkResult')
    return result => {
      if ((result as number) < 0) throw new VulkanError(row.name, result as number);
      return result;
    };
  return returnConverter(row.returns) as (returned: number | bigint | undefined) => unknown;
}

/** koffi gives 64-bit results as number or bigint, 2^64 - 1 perhaps as -1. */
export function returnConverter(returns: string): (value: number | bigint) => unknown {
  const fact = registry.fact(returns);
  const unsigned = (value: number | bigint) => BigInt.asUintN(64, BigInt(value));
  if (fact.kind === 'bool') return value => Number(value) !== 0;
  if (fact.kind === 'callback') return value => unsigned(value) || null;
  return fact.kind === 'scalar' && scalarCodec(fact)!.size === 8 ? unsigned : value => value;
}

// The two-call idiom: calls for the count, then for the elements, and again while the result is VK_INCOMPLETE.
import { VulkanError } from '../errors/errors.ts';
import type { VulkanBase } from '../handles/object.ts';
import type { Call } from '../marshal/call.ts';
import { type ChainRequest, NO_REQUEST } from '../marshal/chain-request.ts';
import { extensible, fillArrays, type OutputParam, reserveArrays, type Slot } from '../marshal/output.ts';
import { scalarCodec } from '../marshal/scalar.ts';
import type { NativeArguments } from '../native/koffi.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow } from '../registry/rows.ts';
import { VK_INCOMPLETE } from '../registry/shape.ts';

/** A native function whose result is converted to JavaScript, except a VkResult. */
export type Native = (values: NativeArguments) => unknown;

/** The result of a native call: its VkResult or value, and the memory that Vulkan filled. */
export interface CallResult {
  readonly returned: unknown;
  readonly filled: readonly { readonly output: OutputParam; readonly slot: Slot; readonly count: number }[];
}

/** How often a command is called again: a driver that returns VK_INCOMPLETE forever is broken. */
export const MAX_ROUNDS = 16;

/** By object: how many elements a command without other arguments returned. */
export type Capacities = WeakMap<VulkanBase, number>;

/** The most bytes to reserve without asking for the count. */
const MAX_KNOWN = 48 * 1024;

/** Whether a command returned an error code. */
export const isErrorResult = (row: CommandRow, returned: unknown): boolean =>
  row.returns === 'VkResult' && (returned as number) < 0;

/** The chain request of an output; only one output of a command can have one. */
export const requestOf = (row: CommandRow, output: OutputParam, request: ChainRequest): ChainRequest =>
  extensible(row.params[output.index]) === undefined ? NO_REQUEST : request;

/**
 * Calls for the count, reserves memory, and calls for the elements, again while the result is VK_INCOMPLETE.
 *
 * The capacity that sufficed before is used at once, since most programs ask again for what has not changed. That is done
 * only for a command that may return VK_INCOMPLETE, on the same object, and never with more than it has counted.
 */
export function enumerate(
  call: Call,
  row: CommandRow,
  fn: Native,
  values: NativeArguments,
  outputs: readonly OutputParam[],
  outCount: number,
  request: ChainRequest,
  capacities: Capacities,
): CallResult {
  const codec = scalarCodec(registry.fact(row.params[outCount].base))!;
  const { self } = call;
  const inputs = self.identity.type === '' ? values : values.slice(1);
  const staysTheSame = row.returns === 'VkResult' && inputs.every(value => Number(value) === 0);
  const at = call.stack.reserve(codec.size);
  const { chunk } = call.stack;
  values[outCount] = chunk.address + at;
  const isArray = (o: OutputParam) => row.params[o.index].length[0] === row.params[outCount].name;
  const others = outputs
    .filter(o => !isArray(o))
    .map(output => ({ output, slot: output.reserve(call, 1, requestOf(row, output, request)), count: 1 }));
  for (const { output, slot } of others) values[output.index] = slot.chunk.address + slot.at;
  const arrays = outputs.filter(isArray);
  const bytes = arrays.reduce((sum, o) => sum + o.size(call), 0);
  const known = staysTheSame ? (capacities.get(self) ?? 0) : 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const isKnown = round === 0 && known > 0 && known * bytes <= MAX_KNOWN;
    let capacity = isKnown ? known : 0;
    let first: unknown = 0;
    if (!isKnown) {
      for (const { index } of arrays) values[index] = 0;
      codec.write(chunk, at, codec.size === 8 ? 0n : 0);
      first = fn(values);
      if (isErrorResult(row, first)) return { returned: first, filled: [] };
      capacity = Number(codec.read(chunk, at));
      if (staysTheSame) capacities.set(self, capacity);
    } else codec.write(chunk, at, codec.size === 8 ? BigInt(capacity) : capacity);
    const slots = arrays.map(output => ({
      output,
      slot: output.reserve(call, capacity, requestOf(row, output, request)),
    }));
    for (const { output, slot } of slots) values[output.index] = slot.chunk.address + slot.at;
    let returned = capacity > 0 ? fn(values) : first === VK_INCOMPLETE ? 0 : first;
    if (returned === VK_INCOMPLETE) continue;
    if (isErrorResult(row, returned)) return { returned, filled: [] };
    const all = [...others, ...slots].map(({ slot }) => slot);
    if (reserveArrays(call, all)) returned = fillArrays(call, all, () => fn(values));
    if (returned === VK_INCOMPLETE) continue;
    if (isErrorResult(row, returned)) return { returned, filled: [] };
    // A driver may write fewer elements than it announced; a count above the capacity is wrong.
    const count = Math.min(capacity, Number(codec.read(chunk, at)));
    const filled = [...others, ...slots.map(({ output, slot }) => ({ output, slot, count }))];
    return { returned, filled: filled.sort((a, b) => a.output.index - b.output.index) };
  }
  throw new VulkanError(row.name, VK_INCOMPLETE);
}

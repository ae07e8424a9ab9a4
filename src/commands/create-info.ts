// Reads back the create or allocate info of a command, as C saw it.
import type { Call } from '../marshal/call.ts';
import { decodeChained } from '../marshal/chain.ts';
import { decodeMembers, decodePointee } from '../marshal/decode.ts';
import { isSingle } from '../marshal/output.ts';
import type { NativeArguments } from '../native/koffi.ts';
import { layoutOf } from '../native/row-types.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, HandleRow } from '../registry/rows.ts';
import { handleFacts } from './handle-facts.ts';

/** The index of the create or allocate info among the parameters; -1 if there is none. */
const infoIndex = ({ params }: CommandRow): number =>
  params.findIndex(
    p => p.pointers === '*' && p.base !== 'VkAllocationCallbacks' && registry.fact(p.base).kind === 'struct',
  );

/**
 * The create or allocate info, or some of its members, read back from the encoded bytes.
 * @param position the position of the created handle, if there is an array of infos
 */
export function createInfo(
  row: CommandRow,
  values: Readonly<NativeArguments>,
  call: Call,
  names?: readonly string[],
  position = 0,
): Record<string, unknown> {
  const index = infoIndex(row);
  if (index < 0) return {};
  const p = row.params[index];
  const struct = registry.struct(p.base);
  const before = isSingle(p) ? 0 : position * layoutOf(struct).size;
  const address = BigInt(values[index]) + BigInt(before);
  return names === undefined
    ? (decodePointee(struct, address, call.scope) as Record<string, unknown>)
    : decodeMembers(struct, address, names);
}

/** A struct in the chain of the create info as C saw it. */
function chainedInfo(
  row: CommandRow,
  values: Readonly<NativeArguments>,
  call: Call,
  struct: string,
): Record<string, unknown> | undefined {
  const place = call.stack.locate(values[infoIndex(row)]);
  return place && decodeChained(call, place.chunk, place.at, struct);
}

/** The index of the info parameter, and the offset of the pool's handle in it. */
export interface PoolPlace {
  readonly index: number;
  readonly offset: number;
}

/** Where the create or allocate info has the parent of the created handles; undefined if it has none. */
export function poolIn(row: CommandRow, type: HandleRow): PoolPlace | undefined {
  const index = infoIndex(row);
  if (index < 0) return undefined;
  const struct = registry.struct(row.params[index].base);
  const member = struct.members.find(m => m.base === type.parent && m.pointers === '');
  return member && { index, offset: layoutOf(struct).members.get(member.name)!.offset };
}

/** A function that notes about a new handle what later checks need; undefined for most types. */
export function factRecorderOf(
  row: CommandRow,
  type: string,
): ((call: Call, values: Readonly<NativeArguments>, handle: bigint, position?: number) => void) | undefined {
  if (type === 'VkSwapchainKHR')
    return (call, values, handle, position) => {
      const { surface } = createInfo(row, values, call, ['surface'], position);
      call.scope.addDependent('VkSurfaceKHR', surface as bigint, type, handle);
    };
  const learn = handleFacts[type];
  if (learn === undefined) return undefined;
  return (call, values, handle, position) => {
    const facts = learn({
      info: (...names) => createInfo(row, values, call, names, position),
      chained: struct => chainedInfo(row, values, call, struct),
    });
    call.scope.setFacts(type, handle, facts);
  };
}

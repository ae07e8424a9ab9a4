// The handles that a command takes, and which commands create, destroy or reset them.

import type { Call } from '../marshal/call.ts';
import type { NativeArguments } from '../native/koffi.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, HandleRow, Member } from '../registry/rows.ts';

/** Commands that create handles. */
export const CREATES = /^vk(Create|Allocate|Register)/;

/** Commands that destroy handles. */
export const DESTROYS = /^vk(Destroy|Free|ReleasePerformanceConfiguration)/;

/** Commands that reset a handle, which must not be in use: beginning a command buffer resets it too. */
export const RESETS = /^vk(Reset|BeginCommandBuffer)/;

/** Commands that unmap memory. */
export const UNMAPS = /^vkUnmapMemory/;

/** A parameter that is a handle, or an array of handles. */
export interface HandleParam {
  readonly p: Member;
  readonly index: number;
  readonly row: HandleRow;
}

/** The parameter with an index, if it passes handles. */
export function handleParam(row: CommandRow, index: number): HandleParam | undefined {
  const p = row.params[index];
  const fact = registry.fact(p.base);
  return fact.kind === 'handle' && p.pointers !== '&' ? { p, index, row: fact.row } : undefined;
}

/** The parameters that are handles, except the object on which the command is called. */
export const handleParams = (row: CommandRow): HandleParam[] =>
  row.params.flatMap((_, index) => (index > 0 ? (handleParam(row, index) ?? []) : []));

/** The handles that were passed to a destroying command, one or an array. */
export function handlesOf(
  { p, index }: HandleParam,
  row: CommandRow,
  values: Readonly<NativeArguments>,
  { stack }: Call,
): bigint[] {
  if (p.pointers === '') return [BigInt(values[index])];
  const place = stack.locate(values[index]);
  if (place === undefined) return [];
  const count = Number(values[row.params.findIndex(other => other.name === p.length[0])]);
  const handles: bigint[] = [];
  for (let i = 0; i < count; i++) handles.push(place.chunk.u64[place.at / 8 + i]);
  return handles;
}

// Reads and writes the timeout of a waiting command: a parameter, or a member of the struct that one points to.
import { decodeMembers } from '../marshal/decode.ts';
import type { NativeArguments } from '../native/koffi.ts';
import { layoutOf } from '../native/row-types.ts';
import { writeUint64 } from '../native/uint64-at.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow } from '../registry/rows.ts';

interface Timeout {
  /** The caller's timeout in nanoseconds. */
  read(values: NativeArguments): bigint;
  /** Replaces the timeout that C gets. */
  write(values: NativeArguments, nanoseconds: number): void;
}

/** The timeout of a command; undefined if it has none. */
export function timeoutOf(row: CommandRow): Timeout | undefined {
  const own = row.params.findIndex(p => p.name === 'timeout');
  if (own >= 0)
    return {
      read: values => BigInt(values[own]),
      write(values, nanoseconds) {
        values[own] = nanoseconds;
      },
    };
  for (const [index, p] of row.params.entries()) {
    const fact = registry.fact(p.base);
    if (fact.kind !== 'struct' || !fact.row.members.some(m => m.name === 'timeout')) continue;
    const offset = BigInt(layoutOf(fact.row).members.get('timeout')!.offset);
    return {
      read: values => decodeMembers(fact.row, BigInt(values[index]), ['timeout']).timeout as bigint,
      write(values, nanoseconds) {
        writeUint64(BigInt(values[index]) + offset, BigInt(nanoseconds));
      },
    };
  }
  return undefined;
}

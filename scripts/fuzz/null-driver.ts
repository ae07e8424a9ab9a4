// A driver in JavaScript that has every command of the registry. Its commands read all that they are given, as deep as it
// goes, and report handles that were never given out: a check that is missing in the library shows there.

import { lengthFromInputs } from '../../src/marshal/count.ts';
import { decodeElements } from '../../src/marshal/decode.ts';
import { registerCallback, unregisterCallback } from '../../src/native/callback.ts';
import { addressOf, copy, stringAt } from '../../src/native/koffi.ts';
import { layoutOf } from '../../src/native/row-types.ts';
import { API_VERSION_1_4 } from '../../src/native/version.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf, type CommandRow, type Member, type StructRow } from '../../src/registry/rows.ts';
import { shapeOf } from '../../src/registry/shape.ts';

/** Something wrong that the checks let through to C. */
class Violation extends Error {}

/** Whether a handle was given out; `isVulkanBase`: to be called on, for which the handle of another object will do too. */
type IsKnown = (type: string, handle: bigint, isVulkanBase: boolean) => boolean;

const HANDLES = 2;

export class NullDriver {
  readonly getInstanceProcAddr: bigint;
  calls = 0;
  isKnown: IsKnown = () => true;
  /** The VkResult of the next call that has one. */
  result = 0;
  /** What a command was given that should have been refused. */
  violation: string | undefined;
  readonly #addresses = new Map<string, bigint>();
  #next = 0x7000_0000n;

  constructor() {
    const { commands } = registry.tables;
    // All at once: koffi makes callbacks that are registered inside a callback run on the wrong stack.
    for (const [name, text] of commands.entries())
      if (aliasOf(text) === undefined) this.#addresses.set(name, this.#register(registry.command(name)));
    this.getInstanceProcAddr = this.#addresses.get('vkGetInstanceProcAddr')!;
  }

  /** Unregisters its functions: koffi's callbacks are enough for eleven null drivers. */
  [Symbol.dispose](): void {
    for (const address of this.#addresses.values()) unregisterCallback(address);
    this.#addresses.clear();
  }

  #register(row: CommandRow): bigint {
    const isGetter = row.name === 'vkGetInstanceProcAddr' || row.name === 'vkGetDeviceProcAddr';
    const { roles } = shapeOf(row, registry);
    return registerCallback(row, (...raw: never[]): unknown => {
      if (isGetter) return this.#addressOf(stringAt(BigInt(raw[1])));
      this.calls++;
      try {
        this.#look(row, raw);
        for (const [i, role] of roles.entries())
          if (['out', 'outCount', 'outArray', 'sized'].includes(role)) this.#write(row, i, role, raw);
      } catch (error) {
        this.violation ??= `${row.name}: ${error instanceof Error ? error.message : String(error)}`;
      }
      const wide = row.returns !== 'VkResult' && row.returns !== 'VkBool32';
      if (row.returns === 'void') return undefined;
      return wide ? 0n : this.result;
    });
  }

  #addressOf(name: string): bigint {
    return this.#addresses.get(aliasOf(registry.tables.commands.get(name) ?? '') ?? name) ?? 0n;
  }

  #look(row: CommandRow, raw: readonly (number | bigint)[]): void {
    for (const [i, p] of row.params.entries()) {
      const fact = registry.fact(p.base);
      if (p.pointers === '' && fact.kind !== 'handle') continue;
      const value = BigInt(raw[i] ?? 0);
      if (fact.kind === 'handle' && p.pointers === '') this.#known(fact.row.name, value, p.name, i === 0);
      if (p.pointers[0] !== '*' || p.pointers.length > 1 || value === 0n) continue;
      if (fact.kind === 'opaque') continue;
      const expression = p.length[0] ?? '1';
      const text = expression.endsWith('terminated');
      const count = text || expression === '1' ? 1 : lengthFromInputs(row, expression, raw, NOWHERE);
      if (p.base === 'char') continue;
      decodeElements(p, value, count, this.#reader as never);
      if (fact.kind === 'struct')
        for (let k = 0; k < Math.min(count, 64); k++)
          this.#walk(fact.row, value + BigInt(k * layoutOf(fact.row).size));
    }
  }

  /** Reads chains, which decoding leaves out: the struct's own and those of structs in it. */
  #walk(row: StructRow, address: bigint, depth = 0): void {
    if (address === 0n || row.union || depth > 8) return;
    const layout = layoutOf(row);
    const at = (name: string): bigint => address + BigInt(layout.members.get(name)!.offset);
    const sTypeOf = (place: bigint): number => Number(unsignedAt('uint32_t', place));
    for (const m of row.members) {
      if (m.name === 'pNext') {
        const next = unsignedAt('size_t', at('pNext'));
        if (next === 0n) continue;
        const sType = sTypeOf(next);
        const found = structOfType(sType);
        if (found === undefined) throw new Violation(`${row.name}.pNext: no struct has sType ${sType}`);
        decodeElements(pointerTo(found.name), next, 1, this.#reader as never);
        this.#walk(found, next, depth + 1);
        continue;
      }
      const fact = registry.fact(m.base);
      if (fact.kind !== 'struct' || m.pointers.length > 1 || m.extents.length > 0) continue;
      if (m.pointers === '') this.#walk(fact.row, at(m.name), depth + 1);
      else if (m.length.length === 0) this.#walk(fact.row, unsignedAt('size_t', at(m.name)), depth + 1);
    }
  }

  #known(type: string, handle: bigint, place: string, isVulkanBase = false): void {
    if (handle !== 0n && !this.isKnown(type, handle, isVulkanBase))
      throw new Violation(`${place}: 0x${handle.toString(16)} is no ${type} that was given out`);
  }

  /** Passed to decoding in place of a scope, to check every handle that it meets. */
  readonly #reader = {
    add: (type: string, handle: bigint) => this.#known(type, handle, type),
    wraps: Object.fromEntries(
      ['VkInstance', 'VkPhysicalDevice', 'VkDevice', 'VkQueue', 'VkCommandBuffer'].map(type => [
        type,
        (handle: bigint) => {
          this.#known(type, handle, type);
          return {};
        },
      ]),
    ),
  };

  #write(row: CommandRow, i: number, role: string, raw: readonly (number | bigint)[]): void {
    const p = row.params[i];
    const address = BigInt(raw[i] ?? 0);
    if (address === 0n) return;
    const fact = registry.fact(p.base);
    if (role === 'outCount') {
      const isHandles = row.params.some(
        a => a.length[0] === p.name && registry.fact(a.base).kind === 'handle',
      );
      put(address, [isHandles || row.name.length % 3 === 0 ? HANDLES : 0]);
      return;
    }
    if (row.name === 'vkGetPhysicalDeviceProperties') put(address, [API_VERSION_1_4]);
    if (row.name === 'vkGetPhysicalDeviceProperties2') put(address + 16n, [API_VERSION_1_4]);
    if (fact.kind !== 'handle') return;
    const count =
      role === 'out' ? 1 : role === 'outArray' ? HANDLES : lengthFromInputs(row, p.length[0], raw, NOWHERE);
    for (let k = 0; k < Math.min(count, 16); k++) {
      this.#next += 16n;
      const handle = p.base === 'VkPhysicalDevice' ? 0x5000n + BigInt(k) * 16n : this.#next;
      put(address + BigInt(k) * 8n, [Number(handle & 0xffff_ffffn), Number(handle >> 32n)]);
    }
  }
}

const NOWHERE = { scope: undefined } as never;

const pointerTo = (base: string): Member =>
  ({ base, pointers: '', extents: [], bits: 0 }) as unknown as Member;

function unsignedAt(base: string, place: bigint): bigint {
  const [value] = decodeElements(
    { base, pointers: '', extents: [], bits: 0 },
    place,
    1,
    undefined,
  ) as number[];
  return BigInt(value);
}

function put(address: bigint, words: number[]): void {
  const bytes = Uint32Array.from(words);
  copy(address, addressOf(bytes), bytes.byteLength);
}

let sTypes: Map<number, StructRow> | undefined;

/** The struct that has a VkStructureType. */
export function structOfType(sType: number): StructRow | undefined {
  sTypes ??= new Map(
    registry.tables.structs.names().flatMap(name => {
      const row = registry.struct(name);
      return row.sType === undefined ? [] : [[row.sType, row] as const];
    }),
  );
  return sTypes.get(sType);
}

// Memory for arrays inside a struct that Vulkan only counted, so that it can fill them when it is asked again.
import type { Chunk } from '../native/argument-memory.ts';
import { elementLayout, layoutOf } from '../native/koffi.ts';
import { countedName } from '../registry/length.ts';
import { registry } from '../registry/registry.ts';
import type { StructRow } from '../registry/rows.ts';
import type { Call } from './call.ts';
import { type ScalarCodec, scalarCodec, writeAddress } from './scalar.ts';

/** An array inside a struct that was given room, and where the struct counts it. */
export interface NestedArray {
  readonly count: number;
  readonly codec: ScalarCodec;
  readonly chunk: Chunk;
  readonly at: number;
}

/** A driver that counts higher the second time is not believed. */
export function limit({ count, codec, chunk, at }: NestedArray): void {
  if (Number(codec.read(chunk, at)) > count) codec.write(chunk, at, codec.size === 8 ? BigInt(count) : count);
}

/** Gives an array its room, and adds that to `reserved`. */
export type ReserveNested = (call: Call, chunk: Chunk, at: number, reserved: NestedArray[]) => void;

/** Structs such as VkDrmFormatModifierPropertiesListEXT tell a count first and want an array then; most have none. */
export function nestedArraysOf(row: StructRow): ReserveNested | undefined {
  const layout = layoutOf(row);
  const arrays = row.members.flatMap(m => {
    const counted = m.pointers === '&' && m.name !== 'pNext' ? countedName(m.length[0] ?? '') : undefined;
    const count = row.members.find(other => other.name === counted?.name);
    if (count === undefined) return [];
    const size = m.base === 'void' ? 1 : elementLayout({ ...m, pointers: '' }).size;
    const codec = scalarCodec(registry.fact(count.base))!;
    const fact = registry.fact(m.base);
    return [
      {
        offset: layout.members.get(m.name)!.offset,
        countAt: layout.members.get(count.name)!.offset,
        size,
        codec,
        sType: fact.kind === 'struct' ? fact.row.sType : undefined,
      },
    ];
  });
  if (arrays.length === 0) return undefined;
  return (call, chunk, at, reserved) => {
    for (const { offset, countAt, size, codec, sType } of arrays) {
      const count = Number(codec.read(chunk, at + countAt));
      if (count === 0) continue;
      const place = call.stack.reserve(count * size);
      const { chunk: room } = call.stack;
      writeAddress(chunk, at + offset, room.address + place);
      if (sType !== undefined) for (let i = 0; i < count; i++) room.i32[(place + i * size) >> 2] = sType;
      reserved.push({ count, codec, chunk, at: at + countAt });
    }
  };
}

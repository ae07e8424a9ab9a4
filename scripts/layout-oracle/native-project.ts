// Gets the project's layouts, which koffi makes from the rows.
import { elementLayout, layoutOf } from '../../src/native/row-types.ts';
import { registry } from '../../src/registry/registry.ts';
import type { Project } from './compare.ts';
import type { OffsetsAndSizes } from './numbers.ts';

function nativeLayout(name: string): OffsetsAndSizes {
  const row = registry.struct(name);
  const { size, alignment, members } = layoutOf(row);
  const placed = row.members.map(member => {
    const place = members.get(member.name);
    if (place === undefined) throw new Error(`no layout of ${member.name}`);
    return { ...member, ...place };
  });
  const plain = placed.filter(member => member.bits === 0);
  const packed = placed.filter(member => member.bits !== 0);
  return {
    size,
    alignment,
    offsets: Object.fromEntries(plain.map(member => [member.name, member.offset])),
    sizes: Object.fromEntries(
      plain.map(member => [
        member.name,
        member.extents.reduce((size, extent) => size * extent, elementLayout(member).size),
      ]),
    ),
    bits: Object.fromEntries(
      packed.map(({ name, offset, shift, bits }) => [name, { bit: offset * 8 + shift, width: bits }]),
    ),
  };
}

function isLong(type: string): boolean {
  const fact = registry.fact(type);
  return fact.kind === 'scalar' && fact.c === 'ulong';
}

export const nativeProject: Project = {
  layoutOf: nativeLayout,
  isLong,
  names: registry.tables.structs.names(),
};

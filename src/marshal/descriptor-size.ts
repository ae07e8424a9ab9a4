// How many bytes a descriptor takes in the data of an update template: as many as VkWriteDescriptorSet reads for its type.
import { elementLayout } from '../native/row-types.ts';
import { countedName } from '../registry/length.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';
import type { Member, StructRow } from '../registry/rows.ts';

const sizeOf = (m: Member): number => (m.base === 'void' ? 1 : elementLayout({ ...m, pointers: '' }).size);

const arrayOf = (row: StructRow, count: string): Member | undefined =>
  row.members.find(m => m.pointers !== '' && countedName(m.length[0] ?? '')?.name === count);

const sizesByType = memoize((): ReadonlyMap<number, number> => {
  const write = registry.struct('VkWriteDescriptorSet');
  return new Map([
    ...write.arrayRules.flatMap(({ array, when }) => {
      const m = write.members.find(one => one.name === array)!;
      return (when?.values ?? []).map(value => [value, sizeOf(m)] as const);
    }),
    ...write.countLinks.flatMap(({ struct, member, when }) => {
      const m = arrayOf(registry.struct(struct), member);
      return m === undefined ? [] : (when?.values ?? []).map(value => [value, sizeOf(m)] as const);
    }),
  ]);
});

/** Undefined for a type that VkWriteDescriptorSet does not have. */
export const descriptorSize = (descriptorType: number): number | undefined =>
  sizesByType().get(descriptorType);

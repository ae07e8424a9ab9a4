// Cases about chains of structs, and about arms of unions that may be null.
import { VkDescriptorType } from '../../../ffi/rows/enums.ts';
import { registry } from '../../../src/registry/registry.ts';
import type { StructRow } from '../../../src/registry/rows.ts';
import type { Seen } from '../judge.ts';
import { all, type Bench, type Case, expectRefused, expectSeen, type ToldStruct } from './bench.ts';

/** Each struct of the headers with another that extends it. */
function extensionsOf(bench: Bench): { parent: StructRow; next: StructRow }[] {
  const known = new Set(bench.rows.map(row => row.name));
  return bench.rows
    .filter(row => !row.returnedOnly)
    .flatMap(parent =>
      parent.extendedBy
        .filter(name => known.has(name))
        .map(name => ({ parent, next: registry.struct(name) })),
    )
    .filter(({ next }) => !next.returnedOnly);
}

/** A right value whose chain is only this struct. */
const chained = (bench: Bench, parent: StructRow, pNext: unknown[]) => ({
  ...bench.values.struct(parent),
  pNext,
});

function link(bench: Bench, row: StructRow): Record<string, unknown> {
  const value = bench.right(row);
  delete value.pNext;
  return { sType: row.sType, ...value };
}

const chainOf = (seen: Seen['in']): ToldStruct[] => (seen.p as ToldStruct).pNext as unknown as ToldStruct[];

const names = (bench: Bench, rows: readonly StructRow[]) => rows.map(row => bench.headerName(row)).join();

export const chains: readonly Case[] = [
  {
    name: '4 a chained struct keeps its own chain, whatever follows',
    run(bench) {
      const pairs = extensionsOf(bench);
      const inside = (outer: StructRow) => pairs.find(({ parent }) => parent === outer)?.next;
      const triples = pairs.flatMap(({ parent, next: a }) => {
        const b = inside(a);
        const c = pairs.find(pair => pair.parent === parent && pair.next !== a && pair.next !== b)?.next;
        return b === undefined || c === undefined ? [] : [{ parent, a, b, c }];
      });
      all(
        triples.map(({ parent, a, b, c }) => () => {
          const pNext = [{ ...link(bench, a), pNext: [link(bench, b)] }, link(bench, c)];
          const { in: seen } = expectSeen(bench.encode(parent, chained(bench, parent, pNext)), parent.name);
          const told = chainOf(seen)
            .map(item => item.$)
            .join();
          if (told !== names(bench, [a, b, c])) throw new Error(`${parent.name}.pNext: C saw ${told}`);
        }),
      );
      return `${triples.length} structs with a chain of their own: ${[...new Set(triples.map(t => t.a.name))].join(', ')}`;
    },
  },
  {
    name: '4 a struct comes twice in a chain where that is allowed, and nowhere else, also through an inner chain',
    run(bench) {
      const pairs = extensionsOf(bench);
      let [allowed, inner] = [0, 0];
      all(
        pairs.map(({ parent, next }) => () => {
          const what = `${parent.name} with ${next.name} twice`;
          const twice = [link(bench, next), link(bench, next)];
          const happened = bench.encode(parent, chained(bench, parent, twice));
          if (bench.model.structs.get(bench.headerName(next))!.allowDuplicate) {
            allowed++;
            const { in: seen } = expectSeen(happened, what);
            if (chainOf(seen).length !== 2) throw new Error(`${what}: C saw ${chainOf(seen).length}`);
            return;
          }
          expectRefused(happened, /pNext\[1\].*(already|twice)/, what);
          // It is in the chain of a struct before it.
          const outer = pairs.find(
            pair => pair.parent === parent && pairs.some(p => p.parent === pair.next && p.next === next),
          )?.next;
          if (outer === undefined) return;
          inner++;
          const nested = [{ ...link(bench, outer), pNext: [link(bench, next)] }, link(bench, next)];
          expectRefused(
            bench.encode(parent, chained(bench, parent, nested)),
            /pNext\[1\].*(already|twice)/,
            `${what}, one inside`,
          );
        }),
      );
      return `${allowed} of ${pairs.length} pairs may; ${inner} through an inner chain`;
    },
  },
  {
    name: '5 arms of unions that may be null are null to C',
    run(bench) {
      const nulls: [number, string][] = [
        [VkDescriptorType.COMBINED_IMAGE_SAMPLER, 'pCombinedImageSampler'],
        [VkDescriptorType.SAMPLED_IMAGE, 'pSampledImage'],
        [VkDescriptorType.STORAGE_IMAGE, 'pStorageImage'],
        [VkDescriptorType.UNIFORM_TEXEL_BUFFER, 'pUniformTexelBuffer'],
        [VkDescriptorType.STORAGE_TEXEL_BUFFER, 'pStorageTexelBuffer'],
        [VkDescriptorType.UNIFORM_BUFFER, 'pUniformBuffer'],
        [VkDescriptorType.STORAGE_BUFFER, 'pStorageBuffer'],
      ];
      const optional = registry
        .struct('VkDescriptorDataEXT')
        .members.filter(m => m.optional)
        .map(m => m.name);
      all(
        nulls
          .filter(([, arm]) => optional.includes(arm))
          .map(([type, arm]) => () => {
            const row = registry.struct('VkDescriptorGetInfoEXT');
            const { in: seen } = expectSeen(bench.encode(row, { type, data: { [arm]: null } }), arm);
            const { data } = seen.p as { data: ToldStruct };
            if (data[arm] !== null) throw new Error(`${arm}: C saw ${JSON.stringify(data)}`);
          }),
      );
      return optional.join(', ');
    },
  },
];

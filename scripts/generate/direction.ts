// Determines for each struct whether programs pass it to Vulkan, get it from Vulkan, or both.
import type { Registry } from '../../src/registry/facts.ts';
import type { CommandRow, StructRow } from '../../src/registry/rows.ts';
import { shapeOf } from '../../src/registry/shape.ts';

export interface Directions {
  readonly passed: ReadonlySet<string>;
  readonly returned: ReadonlySet<string>;
}

export function directions(
  registry: Registry,
  commands: readonly CommandRow[],
  structs: readonly StructRow[],
): Directions {
  const passed = new Set<string>();
  const returned = new Set<string>();
  const reach = (base: string, into: Set<string>) => {
    const fact = registry.fact(base);
    if (fact.kind === 'callback') for (const p of fact.row.params) reach(p.base, returned);
    if (fact.kind !== 'struct' || into.has(fact.row.name)) return;
    const { row } = fact;
    into.add(row.name);
    for (const m of row.members) reach(m.base, into);
    // Returned-only structs extend only what is returned; the others extend both.
    for (const name of row.extendedBy)
      if (into === returned || !registry.struct(name).returnedOnly) reach(name, into);
  };
  for (const row of commands) {
    const { roles } = shapeOf(row, registry);
    row.params.forEach((p, i) => {
      if (roles[i] === 'self' || roles[i] === 'null') return;
      for (const name of p.validStructs) reach(name, passed);
      reach(p.base, ['out', 'sized', 'outArray'].includes(roles[i]) ? returned : passed);
    });
  }
  // Structs that no command uses, such as VkDrawIndirectCommand, are written into buffers by the program.
  for (const row of structs)
    if (!passed.has(row.name) && !returned.has(row.name))
      reach(row.name, row.returnedOnly ? returned : passed);
  return { passed, returned };
}

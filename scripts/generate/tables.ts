// Formats the resolved registry as tables of rows, with aliases, which are written to ffi/ and read by src/registry.

import { formatExtension } from '../../src/registry/extension-row.ts';
import type { Tables } from '../../src/registry/facts.ts';
import { formatFormat } from '../../src/registry/format-row.ts';
import { formatCallback, formatCommand, formatHandle, formatStruct } from '../../src/registry/rows.ts';
import { Table } from '../../src/registry/table.ts';
import type { ResolvedRegistry } from './resolve.ts';

export function tablesOf(registry: ResolvedRegistry): Tables {
  const enums = new Map(
    registry.enums.map(e => [e.name, Object.fromEntries(e.members.map(m => [m.name, m.value]))]),
  );
  const unplaced = new Map([...registry.typeAliases].filter(([, target]) => !enums.has(target)));
  const table = <T extends { name: string }>(rows: readonly T[], format: (row: T) => string) => {
    const lines = Object.fromEntries(rows.map(row => [row.name, format(row)]));
    for (const [name, target] of registry.typeAliases) {
      if (!Object.hasOwn(lines, target)) continue;
      lines[name] = `=${target}`;
      unplaced.delete(name);
    }
    return Table.of(Object.entries(lines));
  };
  const commandAliases = [...registry.commandAliases].map(
    ([name, { target, providers }]) => [name, `=${target}|${providers}`] as const,
  );
  const tables: Tables = {
    structs: table(registry.structs, formatStruct),
    commands: Table.of([
      ...registry.commands.map(row => [row.name, formatCommand(row)] as const),
      ...commandAliases,
    ]),
    callbacks: Table.of(registry.callbacks.map(row => [row.name, formatCallback(row)])),
    handles: table(registry.handles, formatHandle),
    extensions: table(registry.extensions, formatExtension),
    baseTypes: Table.of(registry.baseTypes),
    formats: Table.of(
      [...registry.formats].map(([value, row]) => [String(value), formatFormat(row)] as const),
    ),
    flags: table([...registry.bitmasks.values()], b => `${b.width} ${b.bits}`.trim()),
    enums: name => enums.get(registry.typeAliases.get(name) ?? name),
  };
  for (const [name, target] of unplaced)
    throw new Error(
      `vk.xml: <type> ${name}: alias of ${target}, of a kind that src/registry/facts.ts has no aliases of`,
    );
  return tables;
}

// Regenerates ffi/ and scripts/registry.lock from another registry, and prints the lines for CHANGELOG.md.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as bitmasks from '../ffi/rows/bitmasks.ts';
import * as enums from '../ffi/rows/enums.ts';
import { enumNames } from '../ffi/rows/names.ts';
import { REGISTRY_VERSION } from '../ffi/rows/version.ts';
import { UsageError } from '../src/cli/usage-error.ts';
import type { EnumValues, Tables } from '../src/registry/facts.ts';
import { registry } from '../src/registry/registry.ts';
import { Table } from '../src/registry/table.ts';
import { changelog, type Snapshot } from './generate/changes.ts';
import { registryFolder } from './generate/folder.ts';
import { parse } from './generate/parse.ts';
import { read } from './generate/read.ts';
import { type ResolvedRegistry, resolve } from './generate/resolve.ts';
import { sentences } from './generate/sentences.ts';
import { tablesOf } from './generate/tables.ts';
import { runScript } from './packages/script.ts';

const HELP = `Regenerates ffi/ from another registry, and prints the lines for CHANGELOG.md: new, changed and removed.

usage: npm run registry:update -- FOLDER

  FOLDER   with vk.xml and video.xml of the new version`;

/** An alias of an enum has the values of that enum. */
const named = (type: string, values: EnumValues, isAlias: boolean) =>
  Object.entries(values).map(
    ([name, value]) => [`${type}.${name}`, `${isAlias ? '=' : ''}${value}`] as const,
  );

/** Prints on standard error the commands that sentences.txt has no sentence for. */
function reportMissingSentences(commands: readonly { readonly name: string }[]): void {
  const missing = commands.map(({ name }) => name).filter(name => !sentences.has(name));
  if (missing.length > 0)
    console.error(`scripts/generate/sentences.txt: write what these commands do: ${missing.join(', ')}`);
}

const snapshot = (
  version: string,
  { extensions, commands, structs }: Tables,
  values: readonly (readonly [string, string])[],
): Snapshot => ({
  version,
  extensions: Object.fromEntries(extensions.entries()),
  commands: Object.fromEntries(commands.entries()),
  structs: Object.fromEntries(structs.entries()),
  values: Object.fromEntries(values),
});

/** The rows that ffi/ has. */
function committed(): Snapshot {
  const own = new Table(enumNames);
  const values = Object.entries({ ...enums, ...bitmasks } as object as Record<string, EnumValues>).flatMap(
    ([type, members]) => named(type, members, !own.has(type)),
  );
  return snapshot(REGISTRY_VERSION, registry.tables, values);
}

/** The rows that a folder's XML gives. */
function given(resolved: ResolvedRegistry): Snapshot {
  const tables = tablesOf(resolved);
  const types = [...resolved.enums.map(e => e.name), ...resolved.typeAliases.keys()];
  const values = types.flatMap(type => named(type, tables.enums(type) ?? {}, resolved.typeAliases.has(type)));
  return snapshot(resolved.headerVersion, tables, values);
}

function main([folder, ...rest]: readonly string[], me: string): number {
  if (folder === undefined || rest.length > 0 || folder.startsWith('-'))
    throw new UsageError(`expected a folder, and nothing else (see ${me} --help)`);
  const resolved = resolve(parse(read(registryFolder(folder))));
  const lines = changelog(committed(), given(resolved));
  const generator = fileURLToPath(new URL('generate.ts', import.meta.url));
  // Its progress goes to standard error: what is printed here is for the changelog.
  const { status } = spawnSync(process.execPath, [...process.execArgv, generator, folder], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) return 1;
  reportMissingSentences(resolved.commands);
  console.log(lines === '' ? `Vulkan ${REGISTRY_VERSION}: nothing has changed` : lines.trimEnd());
  return 0;
}

await runScript({ name: 'registry:update', help: HELP, main });

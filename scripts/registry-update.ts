// In: a folder with vk.xml and video.xml of another version than ffi/ was generated from.
// Out: ffi/ and scripts/registry.lock of that version; on standard output, the lines for CHANGELOG.md.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as bitmasks from '../ffi/bitmasks.ts';
import { commands } from '../ffi/commands.ts';
import * as enums from '../ffi/enums.ts';
import { extensions } from '../ffi/extensions.ts';
import { structs } from '../ffi/structs.ts';
import { REGISTRY_VERSION } from '../ffi/version.ts';
import { changelog, type Snapshot } from './generate/changes.ts';
import { parse } from './generate/parse.ts';
import { read, registryFolder } from './generate/read.ts';
import { resolve } from './generate/resolve.ts';
import { tablesOf } from './generate/tables.ts';

type Values = Readonly<Record<string, number | bigint>>;

/** An alias of an enum type has the values of what it stands for. */
const named = (type: string, values: Values, isAlias: boolean) =>
  Object.entries(values).map(
    ([name, value]) => [`${type}.${name}`, `${isAlias ? '=' : ''}${value}`] as const,
  );

/** What ffi/ holds. */
function committed(): Snapshot {
  const { flags: _flags, bitmaskNames, ...bits } = bitmasks;
  const { enumNames, ...kinds } = enums;
  const values = Object.entries({ ...kinds, ...bits } as Record<string, Values>).flatMap(([type, members]) =>
    named(type, members, !(type in enumNames || type in bitmaskNames)),
  );
  return { version: REGISTRY_VERSION, extensions, commands, structs, values: Object.fromEntries(values) };
}

/** What a folder's XML gives. */
function given(folder: string): Snapshot {
  const registry = resolve(parse(read(folder)));
  const tables = tablesOf(registry);
  const types = [...registry.enums.map(e => e.name), ...registry.typeAliases.keys()];
  const values = types.flatMap(type => named(type, tables.enums(type) ?? {}, registry.typeAliases.has(type)));
  return { version: registry.headerVersion, ...tables, values: Object.fromEntries(values) };
}

function main(args: readonly string[]): number {
  const [folder, ...rest] = args;
  if (folder === undefined || rest.length > 0 || folder.startsWith('-')) {
    console.error('usage: npm run registry:update -- <folder with vk.xml and video.xml>');
    return 2;
  }
  const lines = changelog(committed(), given(registryFolder(folder)));
  const generator = fileURLToPath(new URL('generate.ts', import.meta.url));
  // Its progress goes to standard error: what is printed here is for the changelog.
  const { status } = spawnSync(process.execPath, [...process.execArgv, generator, folder], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) return 1;
  console.log(lines === '' ? `Vulkan ${REGISTRY_VERSION}: nothing has changed` : lines.trimEnd());
  return 0;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`registry:update: ${(error as Error).message}`);
  process.exitCode = 1;
}

// ffi/ is what its registry gives, a difference is found, and nothing of the registry is missing.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { owners } from '../../ffi/rows/owners.ts';
import { REGISTRY_VERSION } from '../../ffi/rows/version.ts';
import { parse } from '../../scripts/generate/parse.ts';
import { read } from '../../scripts/generate/read.ts';
import { resolve } from '../../scripts/generate/resolve.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf } from '../../src/registry/rows.ts';
import type { Table } from '../../src/registry/table.ts';
import { pinnedTree, type Tree } from './tree.ts';

/** What Vulkan 1.4.363 holds, counted in its XML by other means. */
const COUNTS = { structs: 1455, videoStructs: 96, commands: 842, commandAliases: 105, extensions: 477 };

function counted(structNames: readonly string[], commands: number, aliases: number, extensions: number) {
  const video = structNames.filter(name => name.startsWith('StdVideo')).length;
  return {
    ...{ structs: structNames.length - video, videoStructs: video },
    ...{ commands, commandAliases: aliases, extensions },
  };
}

describe('generator: what is committed', () => {
  it('holds all of 1.4.363', () => {
    const { structs, commands, extensions } = registry.tables;
    const own = (table: Table) =>
      table.entries().flatMap(([name, row]) => (aliasOf(row) === undefined ? [name] : []));
    const all = commands.names().length;
    expect(REGISTRY_VERSION).to.equal('1.4.363');
    expect(counted(own(structs), all, all - own(commands).length, extensions.names().length)).to.deep.equal(
      COUNTS,
    );
  });

  it('makes each command a method of one class', () => {
    const methods = Object.values(owners).flatMap(names => names.trim().split('\n'));
    expect(methods.sort()).to.deep.equal(registry.tables.commands.names());
  });

  it('is the lock’s version', () => {
    const lock = readFileSync(new URL('../../scripts/registry.lock', import.meta.url), 'utf8');
    expect(lock).to.match(
      /^version 1\.4\.363\nvk\.xml sha256 [0-9a-f]{64}\nvideo\.xml sha256 [0-9a-f]{64}\nvalidusage\.json sha256 [0-9a-f]{64}\n$/,
    );
  });
});

describe('generator: the registry that ffi/ is generated from', () => {
  let registry: string;

  let check: () => ReturnType<Tree['run']>;
  pinnedTree(made => {
    ({ registry, check } = made);
  });

  it('gives the counts that its XML has', () => {
    const r = resolve(parse(read(registry)));
    const names = r.structs.map(s => s.name);
    const aliases = r.commandAliases.size;
    expect(counted(names, r.commands.length + aliases, aliases, r.extensions.length)).to.deep.equal(COUNTS);
  });

  it('gives what is committed', () => {
    const { status, output } = check();
    expect(output).not.to.contain('differs');
    expect(status).to.equal(0);
  });
});

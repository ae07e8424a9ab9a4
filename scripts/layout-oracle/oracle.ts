// Compiles the structs for every ABI, and finds where the project's layouts differ.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ABIS, type Abi } from './abis.ts';
import { compare, type Difference, type Project } from './compare.ts';
import { measure } from './compile.ts';
import type { CLayout } from './numbers.ts';
import { projectLayout } from './project.ts';
import { type CRegistry, readRegistry } from './registry.ts';
import { cSource } from './source.ts';

interface MeasuredAbis {
  readonly registry: CRegistry;
  /** undefined: the compiler is not installed. */
  readonly abis: ReadonlyMap<Abi, ReadonlyMap<string, CLayout> | undefined>;
}

interface AbiVerdict {
  readonly abi: Abi;
  readonly skipped: boolean;
  readonly agree: number;
  readonly differ: number;
  readonly differences: readonly Difference[];
}

/** Compiles the registry for every ABI: about a second. */
export async function measureAll(folder: string): Promise<MeasuredAbis> {
  const registry = readRegistry(folder);
  const work = await mkdtemp(join(tmpdir(), 'layout-oracle-'));
  try {
    const source = join(work, 'layout.c');
    await writeFile(source, cSource(registry));
    const found = await Promise.all(
      ABIS.map(async abi => [abi, await measure(abi, source, registry.structs)] as const),
    );
    return { registry, abis: new Map(found) };
  } finally {
    await rm(work, { recursive: true });
  }
}

export function judge({ registry, abis }: MeasuredAbis, project: Project): AbiVerdict[] {
  return [...abis].map(([abi, layouts]) => {
    if (layouts === undefined) return { abi, skipped: true, agree: 0, differ: 0, differences: [] };
    const differences = compare(registry, layouts, project, projectLayout(project, registry, abi));
    const differ = new Set(differences.map(difference => difference.struct)).size;
    const total = new Set([...layouts.keys(), ...registry.aliases.keys(), ...project.names]).size;
    return { abi, skipped: false, agree: total - differ, differ, differences };
  });
}

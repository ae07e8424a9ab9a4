// The command `npm run bench`: measures what calls cost beside other ways to make them, and whether they reach their
// targets; exit code 1 if a subject could not be measured.
import { parseOptions } from '../src/cli/options.ts';
import { UsageError } from '../src/cli/usage-error.ts';
import { machine } from './bench/machine.ts';
import { preparePackage } from './bench/package.ts';
import { formatMachine, formatRows, formatSummary } from './bench/print.ts';
import type { Context, Row } from './bench/row.ts';
import { bundleBench, runSubject } from './bench/run.ts';
import { subjects } from './bench/subjects.ts';
import { benchHome, prepareTools } from './bench/tools.ts';
import { root } from './packages/root.ts';
import { runScript } from './packages/script.ts';

const HELP = `Measures koffi-vulkan beside a bare koffi call, koffi's own struct conversion, a native addon, C and nvk.

usage: npm run bench -- [options]

  --only NAME    one subject; may be given again
  --rounds N     how often each contestant is measured (default 15)
  --verbose      print every contestant's time, as it is measured
  --json         print JSON

subjects: ${subjects.map(s => s.name).join(', ')}

exit code: 0 all was measured, 1 a subject could not be measured, 2 wrong usage`;

const OPTIONS = {
  only: { type: 'string', multiple: true, default: [] as string[] },
  rounds: { type: 'string', default: '15' },
  verbose: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

async function main(args: readonly string[], me: string): Promise<number> {
  const { only, verbose, json, ...values } = parseOptions('bench', args, OPTIONS, me);
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds > 0))
    throw new UsageError(`--rounds: expected a number above 0, got "${values.rounds}" (see ${me} --help)`);
  for (const name of only)
    if (!subjects.some(s => s.name === name))
      throw new UsageError(`--only: no subject is named "${name}" (see ${me} --help)`);
  const selected = subjects.filter(({ name }) => only.length === 0 || only.includes(name));
  const progress = (text: string) => console.error(`bench: ${text}`);
  const packaged = selected.some(s => s.packaged) ? { consumer: preparePackage(progress) } : {};
  const usesDawn = selected.some(s => s.usesDawn);
  const tools = { ...prepareTools(progress, usesDawn), ...packaged };
  const facts = machine(tools);
  if (!json) console.log(`${formatMachine(facts)}\n`);
  const programs = await bundleBench();
  const context: Context = { tools, rounds, root, home: benchHome, programs };
  const results: { subject: string; seconds: number; rows: readonly Row[]; failed?: string }[] = [];
  for (const { name } of selected) {
    const start = performance.now();
    if (!json) progress(name);
    let rows: readonly Row[] = [];
    let failed: string | undefined;
    try {
      rows = await runSubject(programs, name, context);
    } catch (error) {
      failed = (error as Error).message;
    }
    results.push({ subject: name, seconds: (performance.now() - start) / 1000, rows, failed });
    if (json) continue;
    if (verbose) console.log(formatRows(name, rows));
    if (failed !== undefined) console.log(`[${name}] FAILED: ${failed}\n`);
  }
  if (json) console.log(JSON.stringify({ machine: facts, rounds, results }, null, 2));
  else console.log(formatSummary(results.flatMap(r => r.rows)));
  return results.some(r => r.failed !== undefined) ? 1 : 0;
}

await runScript({ name: 'bench', help: HELP, main });

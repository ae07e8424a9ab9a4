// Gets every struct's layout from an ABI's compiler; undefined if the compiler is not installed.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Abi } from './abis.ts';
import { type CLayout, layoutsIn } from './numbers.ts';
import type { CStruct } from './registry.ts';

const execute = promisify(execFile);

/** Warnings are off: cutting `-1` to a bit-field's width, as the source does on purpose, is one each. */
const FLAGS = ['-std=c11', '-ffreestanding', '-w', '-O0'];

export async function measure(
  abi: Abi,
  source: string,
  structs: readonly CStruct[],
): Promise<Map<string, CLayout> | undefined> {
  const output = join(dirname(source), `${abi.name.replaceAll(/\W+/g, '-')}${abi.runs ? '' : '.o'}`);
  const mode = abi.runs ? ['-DRUN'] : ['-c'];
  try {
    await execute(abi.compiler, [...abi.arguments, ...FLAGS, ...mode, '-o', output, source]);
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT') return undefined;
    const first = (stderr ?? String(error)).split('\n').slice(0, 12).join('\n');
    throw new Error(`${abi.name}: ${abi.compiler} refuses ${basename(source)}:\n${first}`);
  }
  const bytes = abi.runs
    ? (await execute(output, { encoding: 'buffer', maxBuffer: 2 ** 28 })).stdout
    : await readFile(output);
  const { long, layouts } = layoutsIn(bytes, structs);
  if (long !== abi.long) throw new Error(`${abi.name}: a long has ${long} bytes there, not ${abi.long}`);
  return layouts;
}

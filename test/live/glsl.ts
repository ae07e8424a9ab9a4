// Compiles a shader in test/live/shaders to SPIR-V, or skips the test and says what is missing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'mocha';
import { skipOrFail } from '../skip.ts';

export function compileShader(context: Context, name: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'koffi-vulkan-glsl-'));
  try {
    const output = join(folder, 'shader.spv');
    const source = join(import.meta.dirname, 'shaders', name);
    const args = ['-V', '--quiet', '--target-env', 'vulkan1.3', '-o', output, source];
    const { error, status, stdout } = spawnSync('glslangValidator', args, { encoding: 'utf8' });
    if (error !== undefined) skipOrFail(context, 'no glslangValidator: apt-get install glslang-tools');
    if (status !== 0) throw new Error(stdout);
    return new Uint8Array(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Prepares code from a document or a module for the prompt: imports, declarations, types.

import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

type Names = Record<string, unknown>;

/** The entries of this package. */
const ENTRIES: Readonly<Record<string, () => Promise<object>>> = {
  'koffi-vulkan': () => import('../../index.ts'),
  'koffi-vulkan/helpers': () => import('../../helpers/index.ts'),
  'koffi-vulkan/win32': () => import('../../win32/index.ts'),
  'koffi-vulkan/linux': () => import('../../linux/index.ts'),
  'koffi-vulkan/d3d': () => import('../../d3d/index.ts'),
  'koffi-vulkan/shared-texture': () => import('../../shared-texture/index.ts'),
  'koffi-vulkan/embedded': () => import('../../embedded/index.ts'),
};

const IMPORT =
  /^[ \t]*import\s+(?:([^'"]+?)\s+from\s+)?(['"])([^'"]+)\2(?:\s+with\s+\{[^}]*\})?[ \t]*;?[ \t]*$/gm;

/** Whether the code is the beginning of an import of several lines. */
export const isUnfinishedImport = (code: string): boolean =>
  /^\s*import\b(?!\s*[.(])/.test(code) && code.replaceAll(IMPORT, '').trim().startsWith('import');

/** The names that imports declare, with their values, and the code without the imports. */
export async function takeImports(code: string): Promise<{ code: string; names: Names }> {
  const names: Names = {};
  for (const [, clause, , specifier] of code.matchAll(IMPORT))
    Object.assign(names, named(clause, (await load(specifier)) as Names));
  return { code: code.replaceAll(IMPORT, ''), names };
}

async function load(specifier: string): Promise<object> {
  if (Object.hasOwn(ENTRIES, specifier)) return await ENTRIES[specifier]();
  if (nodeModule.isBuiltin(specifier)) return await import(specifier);
  const here = nodeModule.createRequire(join(process.cwd(), 'prompt'));
  return await import(pathToFileURL(here.resolve(specifier)).href);
}

/** The names of an import's clause, `a, { b, c as d, type E }` or `* as f`, without types. */
function named(clause: string | undefined, module: Names): Names {
  if (clause === undefined || /^type\s/.test(clause)) return {};
  const [, before, list = ''] = /^([^{]*)(?:\{([^}]*)\})?/.exec(clause)!;
  const found: Names = {};
  for (const whole of before.split(',').map(one => one.trim())) {
    const all = /^\*\s+as\s+([\w$]+)$/.exec(whole)?.[1];
    if (all !== undefined) found[all] = module;
    else if (whole !== '') found[whole] = module.default;
  }
  for (const item of list.split(',').map(one => one.trim())) {
    if (item === '' || item.startsWith('type ')) continue;
    const [name, as = name] = item.split(/\s+as\s+/);
    if (!(name in module)) throw new SyntaxError(`nothing named ${name} is exported there`);
    found[as] = module[name];
  }
  return found;
}

/**
 * Turns top-level declarations into `var`, so that a block can be pasted twice; `using` too, which a prompt does not have:
 * its object lives until the session ends.
 */
export const redeclarable = (code: string): string =>
  code
    .replaceAll(/^(?:export\s+)?(?:const|let|(?:await\s+)?using)\s+(?=[\w$[{])/gm, 'var ')
    .replaceAll(/^export\s+/gm, '');

/** Available from Node 22.13 on. */
const strip = (nodeModule as { stripTypeScriptTypes?: (code: string) => string }).stripTypeScriptTypes;

/** The code without types, if it has some and Node can remove them. @returns whether it may continue in the next line */
export function withoutTypes(code: string): { code: string; unfinished: boolean } {
  if (strip === undefined || parses(code)) return { code, unfinished: false };
  const { emitWarning } = process;
  // Node would warn that this is experimental.
  process.emitWarning = () => {};
  try {
    const stripped = strip(code);
    return { code: parses(stripped) ? stripped : code, unfinished: false };
  } catch (error) {
    return { code, unfinished: /<eof>|unexpected eof/i.test((error as Error).message) };
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Whether it parses, with await allowed. */
function parses(code: string): boolean {
  try {
    new Script(`(async () => {\n${code}\n})`);
    return true;
  } catch {
    return false;
  }
}

// Code as it stands in a document or a module, made ready for a prompt: imports, declarations, types.

import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

type Names = Record<string, unknown>;

/** This package under the names that a user imports it by. */
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

/** Whether it begins an import that goes on in the next line. */
export const isUnfinishedImport = (code: string): boolean =>
  /^\s*import\b(?!\s*[.(])/.test(code) && code.replaceAll(IMPORT, '').trim().startsWith('import');

/** What imports would declare, by name, and the code without them. */
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

/** `a, { b, c as d, type E }`, `* as f`; nothing of types alone. */
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
 * Top-level declarations that may be made again, as a block is pasted twice; `using` too, which a prompt has not: what
 * it would end lives until the session does.
 */
export const redeclarable = (code: string): string =>
  code
    .replaceAll(/^(?:export\s+)?(?:const|let|(?:await\s+)?using)\s+(?=[\w$[{])/gm, 'var ')
    .replaceAll(/^export\s+/gm, '');

/** Node's own, from 22.13 on. */
const strip = (nodeModule as { stripTypeScriptTypes?: (code: string) => string }).stripTypeScriptTypes;

/** Without types where it has some and Node can take them away; `unfinished` where it may go on in the next line. */
export function withoutTypes(code: string): { code: string; unfinished: boolean } {
  if (strip === undefined || parses(code)) return { code, unfinished: false };
  const { emitWarning } = process;
  // That it is experimental would be said once a session.
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

/** As the body of an async function, which may await. */
function parses(code: string): boolean {
  try {
    new Script(`(async () => {\n${code}\n})`);
    return true;
  } catch {
    return false;
  }
}

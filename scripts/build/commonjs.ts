// Turns what esbuild bundled as ESM into CommonJS, with plain values instead of esbuild's getters.
import { Script } from 'node:vm';

/** Statements that are put first, an object literal's lines for `export *`, and what is exported by name. */
interface CommonJs {
  readonly head: readonly string[];
  readonly stars: readonly string[];
  readonly body: string;
  /** Exported name → the variable that holds it. */
  readonly exports: ReadonlyMap<string, string>;
}

/**
 * esbuild's own CommonJS reaches every export through a getter and copies outside modules with one getter a name:
 * measured on this package's 1,500 exports, 11 ms. All that is exported here is constant once loaded, so that
 * plain properties do.
 *
 * @param code esbuild's ESM output, not minified: each statement starts its line
 * @param locate the expression for an outside module
 */
export function toCommonJs(code: string, locate: (specifier: string) => string): CommonJs {
  const head: string[] = [];
  const stars: string[] = [];
  const exports = new Map<string, string>();
  const body = code
    .replace(/^export \* from "([^"]+)";\n/gm, (_, specifier) => {
      stars.push(locate(specifier));
      return '';
    })
    .replace(/^import ([^"']+?) from "([^"]+)";\n/gm, (_, clause: string, specifier) => {
      head.push(...bindings(clause.trim(), locate(specifier)));
      return '';
    })
    .replace(/^export \{([^}]*)\};\n/gm, (_, list: string) => {
      for (const [name, as] of pairs(list)) exports.set(as, name);
      return '';
    });
  return { head, stars, body, exports };
}

/** `a, b as c` → [a, a], [b, c] */
const pairs = (list: string): [string, string][] =>
  list
    .split(',')
    .map(item => item.trim())
    .filter(Boolean)
    .map(item => item.split(' as '))
    .map(([name, as = name]) => [name, as]);

/** `koffi`, `* as enums` and `{ VkResult as R }` as declarations. A default import is the module itself. */
export function bindings(clause: string, module: string): string[] {
  const named = /^\{([\s\S]*)\}$/.exec(clause);
  if (named === null) {
    const name = /^(?:\* as )?(\w+)$/.exec(clause);
    if (name === null) throw new Error(`esbuild wrote an import of another form: ${clause}`);
    return [`const ${name[1]} = ${module};`];
  }
  const list = pairs(named[1]).map(([name, as]) => (name === as ? name : `${name}: ${as}`));
  return [`const { ${list.join(', ')} } = ${module};`];
}

/** Throws where the text is no CommonJS module, e.g. because an `import` or `import.meta` was left in it. */
export function checkCommonJs(file: string, text: string): string {
  try {
    new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
      filename: file,
    });
  } catch (error) {
    throw new Error(`${file} would not load`, { cause: error });
  }
  return text;
}

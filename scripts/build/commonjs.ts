// Turns what esbuild bundled as ESM into CommonJS, with plain values instead of esbuild's getters.
import { Script } from 'node:vm';

/** The parts of a module: statements for its beginning, what it exports by `export *`, its code, and its other exports. */
interface CommonJs {
  readonly head: readonly string[];
  readonly stars: readonly string[];
  readonly body: string;
  /** Exported name → the variable that holds it. */
  readonly exports: ReadonlyMap<string, string>;
  /** Variable of a module that was bundled and is exported whole → its exports' names and variables. */
  readonly inner: ReadonlyMap<string, readonly [string, string][]>;
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
  const inner = new Map<string, [string, string][]>();
  const stars: string[] = [];
  const exports = new Map<string, string>();
  const body = code
    .replace(/^export \* from "([^"]+)";\n/gm, (_, specifier) => {
      stars.push(locate(specifier));
      return '';
    })
    .replace(/^import ([^"']+?) from "([^"]+)";\n/gm, (_, clause: string, specifier) => {
      const later = /^later:(.*)$/.exec(specifier)?.[1];
      head.push(
        ...(later === undefined
          ? bindings(clause.trim(), locate(specifier))
          : readers(clause.trim(), `later('${later}')`)),
      );
      return '';
    })
    .replace(/^var (\w+) = \{\};\n__export\(\1, \{\n([\s\S]*?)\n\}\);\n/gm, (_, name, list: string) => {
      inner.set(
        name,
        [...list.matchAll(/(\w+): \(\) => (\w+)/g)].map(([, as, own]) => [as, own]),
      );
      return '';
    })
    .replace(/^export \{([^}]*)\};\n/gm, (_, list: string) => {
      for (const [name, as] of pairs(list)) exports.set(as, name);
      return '';
    });
  return { head, stars, body, exports, inner };
}

/** `a, b as c` → [a, a], [b, c] */
export const pairs = (list: string): [string, string][] =>
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

/**
 * The modules that are exported whole under a name, as getters by their paths: the object with a module's exports is
 * made only for a file that reads it.
 */
export function wholeModules(
  { body, exports, inner }: CommonJs,
  name: string,
): { body: string; modules: string | undefined } {
  const variable = exports.get(name);
  if (variable === undefined) return { body, modules: undefined };
  let modules = '';
  const left = body.replace(new RegExp(`^var ${variable} = \\{(.*)\\};\n`, 'm'), (_, list: string) => {
    const getters = [...list.matchAll(/"([^"]+)": (\w+)/g)].map(([, path, whole]) => {
      const own = inner.get(whole);
      if (own === undefined) throw new Error(`what ${path} exports was not found`);
      const names = own.map(([as, name]) => (as === name ? name : `${as}: ${name}`));
      return `    get '${path}'() { return { ${names.join(', ')} }; },\n`;
    });
    modules = `{\n${getters.join('')}  }`;
    return '';
  });
  return { body: left, modules };
}

/** Declares functions in place of a module's own: they load the module when one of them is called. */
function readers(clause: string, module: string): string[] {
  const named = /^\{([\s\S]*)\}$/.exec(clause);
  if (named === null) throw new Error(`${module}: imported otherwise than by names: ${clause}`);
  return pairs(named[1]).map(([name, as]) => `const ${as} = (...given) => ${module}.${name}(...given);`);
}

/** V8 keeps a file in two bytes a letter where one is above U+00FF: esbuild leaves such letters in comments alone. */
export const inOneByte = (text: string): string =>
  text.replace(/[^\0-\xff]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

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

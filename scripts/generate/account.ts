// The account of the registry: every element and attribute that its files use, and what the generator does with it.
import { type Fail, failer } from './fail.ts';
import type { Sources } from './read.ts';
import { VOCABULARY } from './vocabulary.ts';
import { type Element, elements } from './xml.ts';

/** Stops at an element or attribute that vocabulary.ts does not list. */
function checkVocabulary(root: Element, fail: Fail): void {
  visit(root, '', (element, key, parent) => {
    const meaning = VOCABULARY[key];
    if (meaning === undefined) fail(parent ?? element, `unknown element <${element.name}> inside`);
    for (const attribute of Object.keys(element.attributes))
      if (!Object.hasOwn(meaning.attributes, attribute)) fail(element, `unknown attribute ${attribute}`);
  });
}

/** @param look is called with each element, its key in the vocabulary, and its parent */
function visit(
  element: Element,
  parentName: string,
  look: (element: Element, key: string, parent: Element | undefined) => void,
  parent?: Element,
): void {
  look(element, parentName === '' ? element.name : `${parentName}/${element.name}`, parent);
  for (const child of elements(element)) visit(child, element.name, look, element);
}

/** How often each element `types/type` and each attribute `types/type@alias` is used. */
type Uses = Map<string, number>;

function usesOf(root: Element): Uses {
  const uses: Uses = new Map();
  const count = (key: string) => uses.set(key, (uses.get(key) ?? 0) + 1);
  visit(root, '', ({ attributes }, key) => {
    count(key);
    for (const name of Object.keys(attributes)) count(`${key}@${name}`);
  });
  return uses;
}

/** Wraps the sources to collect the keys of all elements and attributes that are read. */
export function watchSources(sources: Sources): {
  readonly sources: Sources;
  readonly read: ReadonlySet<string>;
} {
  const read = new Set<string>();
  const watched = (element: Element, parentName: string): Element => {
    const key = parentName === '' ? element.name : `${parentName}/${element.name}`;
    const attributes = new Proxy(element.attributes, {
      get(target, name: string) {
        if (Object.hasOwn(target, name)) read.add(key).add(`${key}@${name}`);
        return target[name];
      },
    });
    const children = element.children.map(child =>
      typeof child === 'string' ? child : watched(child, element.name),
    );
    return {
      name: element.name,
      attributes,
      get children() {
        read.add(key);
        return children;
      },
    };
  };
  const files = sources.files.map(file => ({ ...file, root: watched(file.root, '') }));
  return { sources: { ...sources, files }, read };
}

/** What the generator does with an attribute or an element. */
function meaningOf(key: string): string {
  const [element, attribute] = key.split('@');
  const { becomes, attributes } = VOCABULARY[element];
  return attribute === undefined ? becomes : attributes[attribute];
}

const isNothing = (key: string): boolean => meaningOf(key).startsWith('nothing: ');

/**
 * The account as a table. Throws if something was read that is ignored according to the vocabulary.
 * @param read the keys of what the generator has read
 */
export function accountOf(sources: Sources, version: string, read: ReadonlySet<string>): string {
  const wrong = [...read].find(isNothing);
  if (wrong !== undefined)
    throw new Error(`scripts/generate/vocabulary.ts: ${wrong}: is read, so something becomes of it`);
  const uses = sources.files.map(({ root }) => usesOf(root));
  const keys = [...new Set(uses.flatMap(u => [...u.keys()]))].sort();
  const lines = keys.map(key => {
    const [element, attribute] = key.split('@');
    const counts = uses.map(u => u.get(key) ?? 0).join(' | ');
    return `| ${attribute === undefined ? `\`<${element}>\`` : `\`${element}\` ${attribute}`} | ${counts} | ${meaningOf(key)} |\n`;
  });
  const nothing = keys.filter(isNothing).length;
  return [
    `# What becomes of the registry ${version}\n\n`,
    `${keys.length} elements (by what they stand in) and attributes; something becomes of ${keys.length - nothing}, `,
    `nothing of ${nothing}, for the reasons given.\nWritten by \`npm run generate\` from scripts/generate/vocabulary.ts.\n\n`,
    `| element, attribute | ${sources.files.map(f => f.name).join(' | ')} | what becomes of it |\n`,
    `| --- | ${sources.files.map(() => '---:').join(' | ')} | --- |\n`,
    ...lines,
  ].join('');
}

/** Checks the elements and attributes of all files. */
export function checkSources(sources: Sources): void {
  for (const { name, root } of sources.files) checkVocabulary(root, failer(name));
}

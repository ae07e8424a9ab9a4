// In: an element of the registry.
// Out: nothing, or an error: what this generator has not learnt must stop it, not be dropped silently.
import type { Element } from './xml.ts';

/** For each element: its attributes, then its child elements, of registries 1.3.239 to 1.4.363. */
const KNOWN: Record<string, [attributes: string, children: string]> = {
  registry: [
    '',
    'comment platforms tags types enums commands feature extensions formats spirvextensions ' +
      'spirvcapabilities sync videocodecs',
  ],
  tags: ['comment', 'tag'],
  tag: ['name author contact', ''],
  types: ['comment', 'type comment'],
  type: [
    'category name requires api comment alias bitvalues objtypeenum parent returnedonly ' +
      'requiredlimittype structextends allowduplicate deprecated',
    'type name member comment apientry proto param',
  ],
  member: [
    'optional noautovalidity limittype len altlen values deprecated externsync flagsextend ' +
      'flagsextendmember api objecttype featurelink selection selector stride',
    'type name enum comment',
  ],
  enums: ['name type comment bitwidth start end vendor', 'enum unused comment'],
  enum: [
    'name value bitpos alias type comment api deprecated extends offset extnumber dir protect',
    'comment',
  ],
  commands: ['comment', 'command comment'],
  command: [
    'name alias api export successcodes errorcodes queues allownoqueues conditionalrendering ' +
      'renderpass videocoding cmdbufferlevel tasks comment supersededby',
    'proto param implicitexternsyncparams comment',
  ],
  proto: ['', 'type name'],
  param: [
    'optional externsync len altlen noautovalidity stride api objecttype validstructs selector selection',
    'type name comment',
  ],
  feature: ['api apitype name number depends comment sortorder protect', 'require remove deprecate comment'],
  extensions: ['comment', 'extension comment'],
  extension: [
    'name number type author contact supported ratified nofeatures depends promotedto platform ' +
      'specialuse deprecatedby comment provisional sortorder obsoletedby requires requiresCore protect',
    'require remove deprecate comment',
  ],
  require: ['depends comment api feature extension profile', 'enum type command feature comment'],
};

const parsed = new Map(
  Object.entries(KNOWN).map(([name, [attributes, children]]) => [
    name,
    { attributes: new Set(attributes.split(' ')), children: new Set(children.split(' ')) },
  ]),
);

export interface Fail {
  (element: Element, why: string): never;
  readonly file: string;
}

/** Gives the function that stops the generator with file, element and name. */
export function failer(file: string): Fail {
  const fail = (element: Element, why: string): never => {
    const name = element.attributes.name ?? nameOf(element) ?? '(unnamed)';
    throw new Error(`${file}: <${element.name}> ${name}: ${why}`);
  };
  return Object.assign(fail, { file });
}

/** A name of C: names reach code that is made from text. */
export function identifier(text: string, element: Element, fail: Fail): string {
  return /^[A-Za-z_]\w*$/.test(text) ? text : fail(element, `"${text}" is no name`);
}

export const words = (text: string | undefined): string[] => (text ? text.split(',') : []);

/** `true` or `false`, which is also what is meant where nothing is said. */
export function flag(text: string | undefined, element: Element, fail: Fail): boolean {
  if (text !== undefined && text !== 'true' && text !== 'false')
    fail(element, `expected true or false, got "${text}"`);
  return text === 'true';
}

function nameOf(element: Element): string | undefined {
  for (const child of element.children) {
    if (typeof child === 'string') continue;
    if (child.name === 'name') return String(child.children[0]);
    const inner = nameOf(child);
    if (child.name === 'proto' && inner !== undefined) return inner;
  }
  return undefined;
}

/** Checks that an element holds nothing unknown. */
export function checkVocabulary(element: Element, fail: Fail): void {
  const known = parsed.get(element.name) ?? fail(element, 'unknown element');
  for (const attribute of Object.keys(element.attributes))
    if (!known.attributes.has(attribute)) fail(element, `unknown attribute ${attribute}`);
  for (const child of element.children) {
    if (typeof child === 'string') continue;
    if (!known.children.has(child.name)) fail(element, `unknown element <${child.name}> inside`);
  }
}

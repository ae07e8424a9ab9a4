// Parses a C declarator from the text around the tags of a <member> or <param>, or from a C prototype.

import { words } from '../../src/registry/length-rule.ts';
import { type Fail, flag, identifier } from './fail.ts';
import type { RawMember } from './model.ts';
import { type Element, elements, textOf } from './xml.ts';

/** Whether each pointer is to const, outermost first, from the text before and after the type's name. */
function pointersOf(before: string, between: string): string {
  const parts = between.split('*');
  const constant = [before.includes('const') || parts[0].includes('const')];
  for (const part of parts.slice(1, -1)) constant.push(part.includes('const'));
  return constant
    .slice(0, parts.length - 1)
    .reverse()
    .map(isConst => (isConst ? '*' : '&'))
    .join('');
}

const BEFORE = /^\s*(const\s+)?(struct\s+)?$/;
const BETWEEN = /^[\s*]*((const)[\s*]*)*$/;
const AFTER = /^\s*(?:((?:\[\s*\w+\s*\])+)|:\s*(\d+))?\s*$/;

export function declarator(element: Element, fail: Fail) {
  const texts = ['', '', ''];
  let stage = 0;
  let base = '';
  let name = '';
  for (const child of element.children) {
    if (typeof child === 'string') texts[stage] += child;
    else if (child.name === 'type' && stage === 0) [base, stage] = [textOf(child), 1];
    else if (child.name === 'name' && stage === 1) [name, stage] = [textOf(child), 2];
    else if (child.name === 'enum' && stage === 2) texts[2] += textOf(child);
    else if (child.name !== 'comment') fail(element, `unexpected <${child.name}> in a declarator`);
  }
  const [before, between, after] = texts;
  const tail = AFTER.exec(after);
  if (stage !== 2 || !BEFORE.test(before) || !BETWEEN.test(between) || tail === null)
    return fail(element, `declarator not understood: "${textOf(element).trim()}"`);
  for (const word of [base, name]) identifier(word, element, fail);
  let pointers = pointersOf(before, between);
  const extents = tail[1] ? tail[1].replaceAll(/\s/g, '').slice(1, -1).split('][') : [];
  // A C parameter declared as an array is a pointer to it.
  if (element.name === 'param' && extents.length > 0)
    pointers = (before.includes('const') ? '*' : '&') + pointers;
  return { name, base, pointers, extents, bits: Number(tail[2] ?? 0) };
}

/** The `len` expressions without spaces; `altlen` is used if there is one, since `len` is LaTeX then. */
function lengthOf(element: Element, fail: Fail): string[] {
  const text = element.attributes.altlen ?? element.attributes.len;
  if (text === undefined) return [];
  if (text.includes('latexmath')) fail(element, 'len is LaTeX and no altlen is given');
  return text.split(',').map(part => part.replaceAll(' ', ''));
}

export function member(element: Element, fail: Fail): RawMember {
  const { attributes } = element;
  const [optional, elementOptional] = words(attributes.optional).map(word => flag(word, element, fail));
  const comment = elements(element, 'comment').map(child => child.children.join(''));
  return {
    ...declarator(element, fail),
    optional: optional ?? false,
    elementOptional: elementOptional ?? false,
    noautovalidity: flag(attributes.noautovalidity, element, fail),
    length: lengthOf(element, fail),
    selector: attributes.selector ?? '',
    selection: words(attributes.selection),
    externsync: (attributes.externsync ?? '').replaceAll(' ', ''),
    objectType: attributes.objecttype ?? '',
    stride: attributes.stride ?? '',
    values: attributes.values ?? '',
    validStructs: words(attributes.validstructs),
    flagsExtend:
      attributes.flagsextend === undefined ? [] : [attributes.flagsextend, attributes.flagsextendmember],
    comment: comment.join(' '),
  };
}

/** The parameters of a function pointer in older registries, which have the C prototype as text. */
export function paramsOfPrototype(element: Element, text: string, fail: Fail): RawMember[] {
  const inside = text.slice(text.lastIndexOf('(') + 1, text.lastIndexOf(')')).trim();
  if (inside === 'void') return [];
  return inside.split(',').map(part => {
    const match = /^\s*((?:const\s+)?)(\w+)([\s*]*?(?:const[\s*]+)?)\s*(\w+)\s*$/.exec(part);
    if (match === null) return fail(element, `parameter not understood: "${part.trim()}"`);
    const [, before, type, between, name] = match;
    const tag = (tagName: string, word: string): Element => ({
      name: tagName,
      attributes: {},
      children: [word],
    });
    const children = [before, tag('type', type), between, tag('name', name)];
    return member({ name: 'param', attributes: {}, children }, fail);
  });
}

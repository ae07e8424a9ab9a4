// Throws the generator's errors, with file, element and name.
import type { Element } from './xml.ts';

export interface Fail {
  (element: Element, why: string): never;
  readonly file: string;
}

export function failer(file: string): Fail {
  const fail = (element: Element, why: string): never => {
    const name = element.attributes.name ?? nameOf(element) ?? '(unnamed)';
    throw new Error(`${file}: <${element.name}> ${name}: ${why}`);
  };
  return Object.assign(fail, { file });
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

/** Checks that it is a C identifier, since names get into generated code. */
export function identifier(text: string, element: Element, fail: Fail): string {
  return /^[A-Za-z_]\w*$/.test(text) ? text : fail(element, `expected a C identifier, got "${text}"`);
}

/** Parses `true` or `false`; false if there is no text. */
export function flag(text: string | undefined, element: Element, fail: Fail): boolean {
  if (text !== undefined && text !== 'true' && text !== 'false')
    fail(element, `expected true or false, got "${text}"`);
  return text === 'true';
}

// Parses XML into a tree that keeps text between tags, since C declarators are written around the tags.
import { readFileSync } from 'node:fs';
import { SaxesParser } from 'saxes';

export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: (Element | string)[];
}

/** Throws an error with `file`, line and column if the text is not well-formed. */
export function parseXml(text: string, file: string): Element {
  const top: Element = { name: '', attributes: {}, children: [] };
  const open = [top];
  const parser = new SaxesParser({ fileName: file });
  parser.on('error', error => {
    throw error;
  });
  parser.on('opentag', tag => {
    const element = { name: tag.name, attributes: tag.attributes as Record<string, string>, children: [] };
    open[open.length - 1].children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  parser.on('text', chunk => open[open.length - 1].children.push(chunk));
  parser.write(text).close();
  return elements(top)[0];
}

export const readXml = (path: string): Element => parseXml(readFileSync(path, 'utf8'), path);

/** The child elements, or only those of one name. */
export function elements(parent: Element, name?: string): Element[] {
  return parent.children.filter(
    (child): child is Element => typeof child !== 'string' && (name === undefined || child.name === name),
  );
}

/** All text in an element, without comments. */
export function textOf(node: Element | string): string {
  if (typeof node === 'string') return node;
  return node.name === 'comment' ? '' : node.children.map(textOf).join('');
}

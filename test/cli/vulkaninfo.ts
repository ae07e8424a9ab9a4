// The text of vulkaninfo, or of our info, as sections of named values that can be compared one by one.
import { cNameOf } from '../../src/errors/explain.ts';
import { registry } from '../../src/registry/registry.ts';

/** Section → member → value, lists joined with commas. */
type Sections = Map<string, Map<string, string>>;

interface Line {
  readonly depth: number;
  readonly text: string;
}

const linesOf = (text: string): Line[] =>
  text.split('\n').map(line => {
    const { length } = /^\t*/.exec(line)![0];
    return { depth: length, text: line.slice(length).trimEnd() };
  });

/** `VkX:` underlined, then `name = value`, `name: count = N` with N lines further in, or `name:` with its own. */
export function parseTheirs(text: string): Sections {
  const sections: Sections = new Map();
  const lines = linesOf(text);
  let section: Map<string, string> | undefined;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (line.depth === 0) {
      const name = /^(Vk\w+):$/.exec(line.text)?.[1];
      if (name !== undefined) {
        section = new Map();
        sections.set(registry.struct(name).name, section);
      } else if (!/^[-=]*$/.test(line.text)) section = undefined;
    }
    if (line.depth !== 1 || section === undefined) continue;
    const [, name, value] = /^([^=:]*[^=:\s])\s*(?:=|:(?: count =)?)\s*(.*)$/.exec(line.text) ?? [];
    const inner: string[] = [];
    while (lines[i + 1]?.depth > 1) inner.push(lines[++i].text);
    if (name === undefined) continue;
    section.set(name, inner.length === 0 ? value : joined(inner));
  }
  return sections;
}

/** Nested members are joined as a version is, elements as a list. */
const joined = (inner: string[]) =>
  inner.every(text => text.includes(' = '))
    ? inner.map(text => text.split('=')[1].trim()).join('.')
    : inner.map(text => (text === 'None' ? 'none' : text)).join(', ');

/** `VkX` alone in a line, then `  name   value`. */
export function parseOurs(text: string): Sections {
  const sections: Sections = new Map();
  let section: Map<string, string> | undefined;
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) {
      section = /^Vk\w+$/.test(line) ? new Map() : undefined;
      if (section !== undefined) sections.set(line, section);
    }
    const [, name, value] = /^ {2}(\w+) {2,}(\S.*)$/.exec(line) ?? [];
    if (name !== undefined) section?.set(name, value);
  }
  return sections;
}

/** Our spelling of a member's value as vulkaninfo spells it. */
export function asTheirs(struct: string, member: string, text: string): string {
  const m = registry.struct(struct).members.find(one => one.name === member)!;
  const fact = registry.fact(m.base);
  if (fact.kind === 'flags' || fact.kind === 'enum') {
    const values = registry.tables.enums(fact.kind === 'flags' ? fact.bits : m.base) ?? {};
    return text
      .split(' | ')
      .map(name => (name in values ? cNameOf(m.base, values[name]).replace(/^VK_/, '') : name))
      .join(', ');
  }
  return m.base === 'VkDeviceSize' ? text.replace(/ \(.*\)$/, '') : text;
}

/** vulkaninfo writes sizes in hexadecimal, padded. */
export const decimal = (text: string): string =>
  /^0x[0-9a-f]{8,}$/.test(text) ? String(BigInt(text)) : text;

/** `\tVK_KHR_x   : extension revision 1` between two headings, by name. */
export function extensionsAfter(text: string, heading: RegExp, depth: number): Map<string, number> {
  const from = text.slice(text.search(heading)).split('\n').slice(1);
  const found = new Map<string, number>();
  for (const line of from) {
    const match = /^(\t+)(VK_\w+)\s*: extension revision (\d+)$/.exec(line);
    if (match !== null && match[1].length === depth) found.set(match[2], Number(match[3]));
    else if (!/^[-=]+$/.test(line)) break;
  }
  return found;
}

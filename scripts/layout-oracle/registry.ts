// Reads from vk.xml what a C program needs, without the generator's parser, whose mistakes it is to find.
import { join } from 'node:path';
import { type Element, elements, readXml, textOf } from '../generate/xml.ts';
import { BASIC_TYPES, PLATFORM_TYPEDEFS } from './platform-types.ts';

export interface CMember {
  readonly name: string;
  /** The whole declarator: `const char* const* ppNames`, `uint32_t mask:8`, `float m[3][4]`. */
  readonly text: string;
  readonly type: string;
  /** Its type must be complete where it stands. */
  readonly byValue: boolean;
  readonly bitField: boolean;
}

export interface CStruct {
  readonly name: string;
  readonly keyword: 'struct' | 'union';
  readonly members: readonly CMember[];
}

export interface CRegistry {
  /** As in `1.4.363`. */
  readonly version: string;
  /** Declarations of everything that is no struct, in an order that compiles. */
  readonly preamble: readonly string[];
  /** Declares the names of all structs and unions, also of those that nothing requires. */
  readonly forward: readonly string[];
  /** The required ones, contents before containers. */
  readonly structs: readonly CStruct[];
  /** Required other names of structs, and the name that each stands for. */
  readonly aliases: ReadonlyMap<string, string>;
}

interface File {
  readonly name: string;
  readonly root: Element;
}

const inVulkan = (list: string | undefined) => list === undefined || list.split(',').includes('vulkan');
const isVulkan = (element: Element) => inVulkan(element.attributes.api);
const childText = (element: Element, tag: string): string | undefined =>
  elements(element, tag).map(textOf)[0];

function fail(file: File, element: Element, why: string): never {
  throw new Error(`${file.name}: <${element.name}> ${nameOf(element) ?? '(unnamed)'}: ${why}`);
}

function nameOf(element: Element): string | undefined {
  const inner = elements(element, 'proto')[0] ?? element;
  return element.attributes.name ?? childText(inner, 'name');
}

export function readRegistry(folder: string): CRegistry {
  const files = ['vk.xml', 'video.xml'].map(name => ({ name, root: readXml(join(folder, name)) }));
  const required = requiredNames(files);
  const preamble = new Preamble(files);
  const all = new Map<string, CStruct>();
  const aliases = new Map<string, string>();
  for (const file of files)
    for (const type of typesOf(file)) {
      const { category, alias } = type.attributes;
      const name = nameOf(type) ?? fail(file, type, 'has no name');
      if (category !== 'struct' && category !== 'union') preamble.add(file, type, name);
      else if (alias === undefined) all.set(name, readStruct(file, type, name, category));
      else aliases.set(name, alias);
    }
  for (const [name, target] of aliases) {
    const struct = all.get(target) ?? all.get(aliases.get(target) ?? '');
    if (struct === undefined) throw new Error(`${name} is another name of ${target}, which is no struct`);
    aliases.set(name, struct.name);
  }
  const forward = [
    ...[...all.values()].map(({ keyword, name }) => `typedef ${keyword} ${name} ${name};`),
    ...[...aliases].map(([name, target]) => `typedef ${target} ${name};`),
  ];
  const structs = inOrder(all, required, aliases);
  return {
    version: versionOf(files[0]),
    preamble: preamble.lines(new Set([...all.keys(), ...aliases.keys()])),
    forward,
    structs,
    aliases: new Map([...aliases].filter(([name]) => required.has(name))),
  };
}

const typesOf = (file: File) =>
  elements(file.root, 'types').flatMap(types => elements(types, 'type').filter(isVulkan));

function versionOf(file: File): string {
  const text = (name: string) =>
    typesOf(file)
      .filter(type => nameOf(type) === name)
      .map(textOf)
      .join(' ');
  const [, major, minor] = /\(\s*\d+,\s*(\d+),\s*(\d+),/.exec(text('VK_HEADER_VERSION_COMPLETE')) ?? [];
  const [, patch] = /VK_HEADER_VERSION\s+(\d+)/.exec(text('VK_HEADER_VERSION')) ?? [];
  if (major === undefined || patch === undefined)
    throw new Error(`${file.name}: <type> VK_HEADER_VERSION_COMPLETE and VK_HEADER_VERSION give no version`);
  return `${major}.${minor}.${patch}`;
}

/** Everything that versions and extensions of the API `vulkan` require: types, and constants with a value. */
function requireBlocks(file: File): Element[] {
  const providers = [
    ...elements(file.root, 'feature').filter(isVulkan),
    ...elements(file.root, 'extensions').flatMap(list =>
      elements(list, 'extension').filter(extension =>
        inVulkan(extension.attributes.supported ?? fail(file, extension, 'has no attribute supported')),
      ),
    ),
  ];
  return providers.flatMap(provider => elements(provider, 'require').filter(isVulkan));
}

function requiredNames(files: readonly File[]): Set<string> {
  const types = files.flatMap(file => requireBlocks(file).flatMap(block => elements(block, 'type')));
  return new Set(types.map(type => type.attributes.name));
}

function readStruct(file: File, type: Element, name: string, keyword: 'struct' | 'union'): CStruct {
  const members = elements(type)
    .filter(child => child.name !== 'comment')
    .filter(child =>
      child.name === 'member' ? isVulkan(child) : fail(file, type, `unknown <${child.name}>`),
    )
    .map(child => readMember(file, type, child));
  return { name, keyword, members };
}

function readMember(file: File, struct: Element, member: Element): CMember {
  const parts = { type: '', between: '', name: '', after: '' };
  for (const child of member.children) {
    if (typeof child === 'string') {
      if (parts.name !== '') parts.after += child;
      else if (parts.type !== '') parts.between += child;
    } else if (child.name === 'type' || child.name === 'name') parts[child.name] = textOf(child);
    else if (child.name !== 'enum' && child.name !== 'comment') fail(file, struct, `unknown <${child.name}>`);
  }
  const { type, between, name, after } = parts;
  if (type === '' || name === '') fail(file, struct, `member without type or name: "${textOf(member)}"`);
  // Neither of these two guesses can hide an error: the compiler refuses an incomplete type and the offset of
  // a bit-field, and every bit-field's place is then read from bytes.
  const bitField = after.trim().startsWith(':');
  return { name, type, text: textOf(member).trim(), byValue: !between.includes('*'), bitField };
}

/** Sorts contents before containers. */
function inOrder(
  all: ReadonlyMap<string, CStruct>,
  required: ReadonlySet<string>,
  aliases: ReadonlyMap<string, string>,
): CStruct[] {
  const done = new Set<CStruct>();
  const open = new Set<CStruct>();
  const visit = (struct: CStruct) => {
    if (done.has(struct)) return;
    if (open.has(struct)) throw new Error(`${struct.name} contains itself`);
    open.add(struct);
    for (const member of struct.members) {
      const content = all.get(aliases.get(member.type) ?? member.type);
      if (member.byValue && content !== undefined) visit(content);
    }
    done.add(struct);
  };
  for (const struct of all.values()) if (required.has(struct.name)) visit(struct);
  return [...done];
}

/** Collects the declarations that are no structs, by category: C wants them in another order than vk.xml. */
class Preamble {
  readonly #lines: Record<string, string[]> = {
    platform: [],
    define: [],
    constant: [],
    basetype: [],
    bitmask: [],
    handle: [],
    enum: [],
    funcpointer: [],
    alias: [],
  };
  readonly #files: readonly File[];
  readonly #external = new Map<string, [File, Element]>();
  readonly #defined = new Set<string>();
  readonly #wide = new Set<string>();

  constructor(files: readonly File[]) {
    this.#files = files;
    for (const file of files)
      for (const block of elements(file.root, 'enums'))
        if (block.attributes.bitwidth === '64') this.#wide.add(block.attributes.name);
        else if (block.attributes.bitwidth !== undefined) fail(file, block, 'bitwidth is not 64');
  }

  add(file: File, type: Element, name: string): void {
    const { category, alias } = type.attributes;
    if (category === 'include') return;
    if (category === undefined) {
      this.#external.set(name, [file, type]);
      return;
    }
    this.#defined.add(name);
    if (alias !== undefined) this.#lines.alias.push(`typedef ${alias} ${name};`);
    else if (!(category in this.#lines)) fail(file, type, `unknown category ${category}`);
    else this.#lines[category].push(this.#declaration(type, category, name));
  }

  #declaration(type: Element, category: string, name: string): string {
    // Without parameters: no layout depends on what a function pointer points at.
    if (category === 'funcpointer') return `typedef void (*${name})(void);`;
    if (category === 'enum')
      return this.#wide.has(name)
        ? `typedef VkFlags64 ${name};`
        : `typedef enum ${name} { ${name}_MAX_ENUM = 0x7FFFFFFF } ${name};`;
    return textOf(type).trim() + (category === 'handle' ? ';' : '');
  }

  lines(structs: ReadonlySet<string>): string[] {
    for (const file of this.#files) this.#lines.constant.push(...constants(file));
    for (const [name, [file, type]] of this.#external) {
      // Older vk.xml lists video.xml's types as external ones.
      if (this.#defined.has(name) || structs.has(name)) continue;
      const line = BASIC_TYPES[name] ?? PLATFORM_TYPEDEFS[name];
      if (line === undefined) fail(file, type, 'is not in scripts/layout-oracle/platform-types.ts');
      // Basic types first: platform types build on them.
      if (name in BASIC_TYPES) this.#lines.platform.unshift(line);
      else this.#lines.platform.push(line);
    }
    return Object.values(this.#lines).flat();
  }
}

/** Array extents: the API constants, and those that video.xml's extensions define where they require them. */
function constants(file: File): string[] {
  const blocks = elements(file.root, 'enums').filter(
    block => block.attributes.type === 'constants' || block.attributes.name === 'API Constants',
  );
  const found = new Map<string, string>();
  for (const element of [...blocks, ...requireBlocks(file)].flatMap(block => elements(block, 'enum'))) {
    const { name, value, alias, extends: extended } = element.attributes;
    const text = value ?? alias;
    if (!isVulkan(element) || extended !== undefined || text === undefined || text.startsWith('"')) continue;
    if ((found.get(name) ?? text) !== text) fail(file, element, `is ${found.get(name)} and ${text}`);
    found.set(name, text);
  }
  return [...found].map(([name, text]) => `#define ${name} ${text}`);
}

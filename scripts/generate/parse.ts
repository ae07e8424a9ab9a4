// Parses the registry of the API `vulkan`, without resolving references.

import { words } from '../../src/registry/length-rule.ts';
import { checkSources, watchSources } from './account.ts';
import { declarator, member, paramsOfPrototype } from './declarator.ts';
import { type Fail, failer, flag, identifier } from './fail.ts';
import type { RawCallback, RawEnumerant, RawFormat, RawProvider, RawRegistry, RawRequire } from './model.ts';
import { isVendorTag } from './name.ts';
import { PRIMITIVES } from './platform.ts';
import type { Sources } from './read.ts';
import { type Element, elements, textOf } from './xml.ts';

const inVulkan = (element: Element) => element.attributes.api?.split(',').includes('vulkan') ?? true;

export function parse(given: Sources): RawRegistry {
  checkSources(given);
  const { sources, read } = watchSources(given);
  const registry: RawRegistry = {
    headerVersion: '',
    structs: new Map(),
    enums: new Map(),
    bitmasks: new Map(),
    handles: new Map(),
    callbacks: new Map(),
    commands: new Map(),
    baseTypes: new Map(),
    formats: [],
    externalTypes: new Set(),
    constants: new Map(),
    aliases: new Map(),
    providers: [],
    providerNames: new Set(),
    others: new Set(),
    files: new Map(),
    read,
  };
  for (const file of sources.files) parseFile(file.root, registry, failer(file.name));
  return registry;
}

function parseFile(root: Element, registry: RawRegistry, fail: Fail): void {
  for (const section of elements(root)) SECTIONS[section.name]?.(section, registry, fail);
}

/** The sections that declare something; the others (platforms, sync, SPIR-V) do not. */
const SECTIONS: Record<string, (section: Element, registry: RawRegistry, fail: Fail) => void> = {
  tags: (section, _registry, fail) => {
    for (const tag of children(section, 'tag'))
      if (!isVendorTag(tag.attributes.name))
        fail(tag, 'a vendor tag that scripts/generate/name.ts does not know');
  },
  types: (section, registry, fail) => {
    for (const type of children(section, 'type')) parseType(type, registry, fail);
  },
  enums: parseEnums,
  commands: (section, registry, fail) => {
    for (const command of children(section, 'command')) parseCommand(command, registry, fail);
  },
  formats: (section, registry) => {
    for (const format of children(section, 'format')) registry.formats.push(parseFormat(format));
  },
  feature: (section, registry, fail) => {
    note(section, registry, fail);
    if (inVulkan(section)) registry.providers.push(parseProvider(section, 'version', fail));
  },
  extensions: (section, registry, fail) => {
    for (const extension of children(section, 'extension')) {
      note(extension, registry, fail);
      if (words(extension.attributes.supported).includes('vulkan'))
        registry.providers.push(parseProvider(extension, extension.attributes.type ?? '', fail));
    }
  },
};

function parseFormat(format: Element): RawFormat {
  const { name, blockSize, blockExtent, chroma } = format.attributes;
  const extent = (blockExtent ?? '1,1,1').split(',').map(Number);
  const bits = (component: string) =>
    Number(children(format, 'component').find(c => c.attributes.name === component)?.attributes.bits ?? 0);
  return {
    name,
    blockSize: Number(blockSize),
    blockExtent: [extent[0], extent[1], extent[2]],
    depthBits: bits('D'),
    stencilBits: bits('S'),
    chroma: Number(chroma ?? 0),
    planes: children(format, 'plane').map(plane => plane.attributes.compatible),
  };
}

function note({ attributes: { name } }: Element, registry: RawRegistry, fail: Fail): void {
  // A version's internal parts also count under the version's name.
  registry.providerNames.add(name).add(name.replace(/_(BASE|COMPUTE|GRAPHICS)_VERSION_/, '_VERSION_'));
  registry.files.set(name, fail.file);
}

/** The child elements of one name that are of the API `vulkan`. */
const children = (parent: Element, name: string): Element[] => elements(parent, name).filter(inVulkan);

const members = (element: Element, tag: string, fail: Fail) =>
  children(element, tag).map(child => member(child, fail));

function parseType(type: Element, registry: RawRegistry, fail: Fail): void {
  const { attributes } = type;
  const inner = (tag: string) => elements(type, tag).map(textOf)[0];
  const name =
    attributes.name ??
    inner('name') ??
    elements(type, 'proto').flatMap(p => elements(p, 'name').map(textOf))[0];
  // The name of a header is its file name.
  if (attributes.category !== 'include' && attributes.category !== undefined) identifier(name, type, fail);
  registry.files.set(name, fail.file);
  if (attributes.alias !== undefined) {
    registry.aliases.set(name, attributes.alias);
    return;
  }
  const kinds = [
    registry.structs,
    registry.bitmasks,
    registry.handles,
    registry.callbacks,
    registry.baseTypes,
  ];
  // A type of another file may appear again without a category.
  if (attributes.category !== undefined && kinds.some(kind => kind.has(name))) fail(type, 'is defined twice');
  switch (attributes.category) {
    case 'struct':
    case 'union':
      registry.structs.set(name, {
        name,
        union: attributes.category === 'union',
        returnedOnly: flag(attributes.returnedonly, type, fail),
        allowDuplicate: flag(attributes.allowduplicate, type, fail),
        structExtends: words(attributes.structextends),
        members: members(type, 'member', fail),
      });
      break;
    case 'bitmask': {
      const width = inner('type') === 'VkFlags64' ? 64 : 32;
      registry.bitmasks.set(name, { name, width, bits: attributes.requires ?? attributes.bitvalues ?? '' });
      break;
    }
    case 'handle':
      registry.handles.set(name, {
        name,
        parent: attributes.parent ?? '',
        dispatchable: inner('type') === 'VK_DEFINE_HANDLE',
        objectType: attributes.objtypeenum,
      });
      break;
    case 'funcpointer':
      registry.callbacks.set(name, parseCallback(type, name, fail));
      break;
    case 'basetype':
      registry.baseTypes.set(name, baseType(type, fail));
      break;
    case 'define':
      registry.others.add(name);
      if (name.startsWith('VK_HEADER_VERSION')) parseVersion(type, registry, fail);
      break;
    case undefined:
      registry.externalTypes.add(name);
      break;
    case 'include':
      registry.others.add(name);
      break;
    case 'enum': // its values are in an <enums> section; without one it is empty
      if (!registry.enums.has(name))
        registry.enums.set(name, {
          name,
          kind: name.includes('FlagBits') ? 'bitmask' : 'enum',
          width: 32,
          enumerants: [],
        });
      break;
    default:
      fail(type, `unknown category ${attributes.category}`);
  }
}

/** `VK_HEADER_VERSION 363` comes first, then `VK_HEADER_VERSION_COMPLETE VK_MAKE_API_VERSION(0, 1, 4, …`. */
function parseVersion(type: Element, registry: RawRegistry, fail: Fail): void {
  const match = /VERSION\s+(\d+)\s*$|\(\s*0,\s*(\d+),\s*(\d+),/.exec(textOf(type));
  const [, patch, major, minor] = match ?? fail(type, `version not understood: "${textOf(type).trim()}"`);
  registry.headerVersion = patch ?? `${major}.${minor}.${registry.headerVersion}`;
}

/** `typedef uint32_t VkBool32;` → `uint32_t`; `typedef void* MTLDevice_id;` → `void*`; `struct X;` → void. */
function baseType(type: Element, fail: Fail): string {
  const text = textOf(type);
  const typedef = /typedef\s+(struct\s+)?(\w+)\s*(\*?)\s*\w+\s*;/.exec(
    text.slice(text.lastIndexOf('typedef')),
  );
  if (typedef === null && /struct\s+\w+;/.test(text)) return 'void';
  const [, struct, target, pointer] = typedef ?? fail(type, `basetype not understood: "${text.trim()}"`);
  if (pointer === '*') return 'void*';
  if (struct !== undefined) return 'void';
  return PRIMITIVES.has(target) ? target : fail(type, `basetype of ${target}, which is no primitive`);
}

function parseCallback(type: Element, name: string, fail: Fail): RawCallback {
  const proto = elements(type, 'proto')[0];
  if (proto !== undefined) {
    const { base, pointers } = declarator(proto, fail);
    return { name, returns: pointers ? `${base}*` : base, params: members(type, 'param', fail) };
  }
  const text = textOf(type);
  const returns = /typedef\s+(\w+\s*\*?)\s*\(/.exec(text)?.[1].replaceAll(/\s/g, '');
  if (returns === undefined) return fail(type, 'function pointer not understood');
  return { name, returns, params: paramsOfPrototype(type, text, fail) };
}

/** `all sname:VkQueue objects created from pname:device` */
const implicitExternsync = (command: Element, fail: Fail): string[] =>
  elements(command, 'implicitexternsyncparams').flatMap(list =>
    elements(list, 'param').map(
      param => /\bsname:(\w+)/.exec(textOf(param))?.[1] ?? fail(param, 'names no type of objects'),
    ),
  );

function parseCommand(command: Element, registry: RawRegistry, fail: Fail): void {
  const { attributes } = command;
  if (attributes.alias !== undefined) {
    registry.aliases.set(identifier(attributes.name, command, fail), attributes.alias);
    registry.files.set(attributes.name, fail.file);
    return;
  }
  const proto = elements(command, 'proto')[0] ?? fail(command, 'no <proto>');
  const { name, base, pointers } = declarator(proto, fail);
  if (pointers !== '') fail(command, 'returns a pointer');
  if (registry.commands.has(name)) fail(command, 'is defined twice');
  registry.files.set(name, fail.file);
  registry.commands.set(name, {
    name,
    returns: base,
    successCodes: words(attributes.successcodes),
    errorCodes: words(attributes.errorcodes),
    params: members(command, 'param', fail),
    queues: words(attributes.queues),
    implicitExternsync: implicitExternsync(command, fail),
  });
}

/** Value of an `<enum>`: `value`, `bitpos`, or base value + offset with the sign that `dir` gives. */
function enumerant(element: Element, extensionNumber: number, fail: Fail): RawEnumerant {
  const { name, value, bitpos, alias, offset, extnumber, dir } = element.attributes;
  identifier(name, element, fail);
  if (alias !== undefined) return { name, alias, value: undefined };
  if (bitpos !== undefined) return { name, alias: '', value: 1n << BigInt(bitpos) };
  if (offset !== undefined) {
    const block = extnumber === undefined ? extensionNumber : Number(extnumber);
    const number = 1_000_000_000 + (block - 1) * 1000 + Number(offset);
    if (dir !== undefined && dir !== '-') fail(element, `unknown dir ${dir}`);
    return { name, alias: '', value: dir === '-' ? -number : number };
  }
  if (value === undefined) return { name, alias: '', value: undefined };
  return { name, alias: '', value: constantValue(value) ?? fail(element, `value not understood: ${value}`) };
}

function constantValue(text: string): bigint | number | string | undefined {
  if (/^-?(0x[0-9a-f]+|\d+)$/i.test(text)) return Number(text) > 2 ** 53 ? BigInt(text) : Number(text);
  const complement = /^\(~(\d+)(U|ULL)(?:-(\d+))?\)$/.exec(text);
  if (complement !== null) {
    const bits = complement[2] === 'ULL' ? 64 : 32;
    const number = BigInt.asUintN(bits, ~BigInt(complement[1])) - BigInt(complement[3] ?? 0);
    return bits === 64 ? number : Number(number);
  }
  if (/^-?\d+(\.\d+)?F$/i.test(text)) return Number(text.slice(0, -1));
  if (/^".*"$/.test(text)) return text.slice(1, -1);
  return /^\w+$/.test(text) ? `=${text}` : undefined;
}

function parseEnums(section: Element, registry: RawRegistry, fail: Fail): void {
  const { name, type, bitwidth = '32' } = section.attributes;
  registry.files.set(name, fail.file);
  if (bitwidth !== '32' && bitwidth !== '64') fail(section, `unknown bitwidth ${bitwidth}`);
  const found = children(section, 'enum').map(element => enumerant(element, 0, fail));
  if (type === 'constants' || name === 'API Constants') {
    for (const constant of found) registry.constants.set(constant.name, constant);
  } else if (type === 'enum' || type === 'bitmask') {
    registry.enums.set(name, { name, kind: type, width: bitwidth === '64' ? 64 : 32, enumerants: found });
  } else fail(section, `unknown enums type ${type}`);
}

/** The `depends` of an element, or, in versions 1.3.239 and older, its `requires` and `requiresCore`. */
function dependsOf({ attributes }: Element): string {
  if (attributes.depends !== undefined) return attributes.depends;
  const core = attributes.requiresCore ?? attributes.feature;
  const all = [
    ...(core === undefined ? [] : [core.startsWith('VK_') ? core : `VK_VERSION_${core.replace('.', '_')}`]),
    ...words(attributes.requires),
    ...words(attributes.extension),
  ];
  return all.join('+');
}

function parseProvider(element: Element, kind: string, fail: Fail): RawProvider {
  const { attributes } = element;
  identifier(attributes.name, element, fail);
  // The headers of video.xml are extensions without a type.
  const isHeader = kind === '' && !attributes.name.startsWith('VK_');
  if (!['version', 'instance', 'device'].includes(kind) && !isHeader)
    fail(element, kind === '' ? 'no type' : `unknown type ${kind}`);
  return {
    name: attributes.name,
    kind: kind as RawProvider['kind'],
    number: attributes.number,
    depends: dependsOf(element),
    platform: attributes.platform ?? '',
    promotedTo: attributes.promotedto ?? '',
    deprecatedBy: attributes.deprecatedby ?? attributes.obsoletedby ?? '',
    provisional: flag(attributes.provisional, element, fail),
    requires: children(element, 'require').map(block => parseRequire(block, Number(attributes.number), fail)),
  };
}

function parseRequire(block: Element, extensionNumber: number, fail: Fail): RawRequire {
  const names = (tag: string) => children(block, tag).map(child => child.attributes.name);
  const enumerants = children(block, 'enum').map(child => ({
    ...enumerant(child, extensionNumber, fail),
    extends: child.attributes.extends ?? '',
  }));
  return { depends: dependsOf(block), types: names('type'), commands: names('command'), enumerants };
}

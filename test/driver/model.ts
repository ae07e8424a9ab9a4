// Reads what Debian's Vulkan headers declare, and what the vk.xml that is installed with them says about it, without the
// project's own code that reads the registry.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Element, elements, readXml, textOf } from '../../scripts/generate/xml.ts';
import { LENGTHS } from './prose.ts';

/** Where libvulkan-dev installs headers and registry; older-registry.sh puts those of another Debian elsewhere. */
export const INSTALLED = '/usr';

const headersIn = (root: string) => join(root, 'include/vulkan');
const videoHeadersIn = (root: string) => join(root, 'include/vk_video');
const registryIn = (root: string) => join(root, 'share/vulkan/registry');

/** A struct's member or a command's parameter. */
export interface Field {
  readonly name: string;
  /** The C type without pointers and extents. */
  readonly type: string;
  /** How many `*`. */
  readonly depth: number;
  /** Whether it is const. */
  readonly constant: boolean;
  /** `[4]`, `[VK_UUID_SIZE]`: their texts, outermost first. */
  readonly extents: readonly string[];
  readonly isBitField: boolean;
  /** The length of each pointer level, as C: `codeSize / 4`, `null-terminated`, `1`. */
  readonly length: readonly string[];
  readonly optional: boolean;
  /** Whether only the prose of the specification says what is valid. */
  readonly noautovalidity: boolean;
  /** The member or parameter that says how many bytes apart the elements are. */
  readonly stride: string;
  /** The member whose value says which arm of the union is meant. */
  readonly selector: string;
  /** The names of the values that select this arm of a union. */
  readonly selection: readonly string[];
  /** The VkStructureType's name. */
  readonly sType: string;
}

export interface Struct {
  readonly name: string;
  readonly union: boolean;
  readonly members: readonly Field[];
  /** Its VkStructureType's name; `''` if it has none. */
  readonly sType: string;
  /** Whether a chain may have several of it. */
  readonly allowDuplicate: boolean;
  /** The structs whose chains it may be in. */
  readonly extends: readonly string[];
}

export interface Command {
  readonly name: string;
  readonly returns: string;
  readonly params: readonly Field[];
}

export interface Model {
  readonly structs: ReadonlyMap<string, Struct>;
  readonly commands: readonly Command[];
  /** Another name of a command → its name. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly handles: ReadonlyMap<string, { readonly dispatchable: boolean }>;
  /** Types of one value whose members are listed: enums and FlagBits. */
  readonly callbacks: ReadonlySet<string>;
  /** Another name of a type → its name. */
  readonly typeAliases: ReadonlyMap<string, string>;
  readonly extensions: readonly { readonly name: string; readonly type: 'instance' | 'device' }[];
  /** The platform headers, besides vulkan_core.h, that declare something. */
  readonly headers: readonly string[];
  readonly videoHeaders: readonly string[];
  readonly version: string;
}

/** Why the headers cannot be read there; undefined if they can. */
export function headersMissing(root: string): string | undefined {
  const wanted = [
    join(headersIn(root), 'vulkan_core.h'),
    join(videoHeadersIn(root), 'vulkan_video_codecs_common.h'),
    join(registryIn(root), 'vk.xml'),
  ];
  const path = wanted.find(file => !existsSync(file));
  return path && `${path} is missing`;
}

export function readModel(root: string): Model {
  const files = readdirSync(headersIn(root)).filter(file => /^vulkan_\w+\.h$/.test(file));
  const headers = files.filter(file => file !== 'vulkan_core.h');
  const videoHeaders = readdirSync(videoHeadersIn(root));
  const text = [
    ...files.map(file => join(headersIn(root), file)),
    ...videoHeaders.map(file => join(videoHeadersIn(root), file)),
  ]
    .map(path => readFileSync(path, 'utf8'))
    .join('\n');
  const declared = declaredStructs(text);
  const prototypes = new Set([...text.matchAll(/^VKAPI_ATTR .* VKAPI_CALL (vk\w+)\(/gm)].map(m => m[1]));
  const roots = ['vk.xml', 'video.xml'].map(file => readXml(join(registryIn(root), file)));
  const types = roots
    .flatMap(file => elements(file, 'types').flatMap(all => elements(all, 'type')))
    .filter(isVulkan);
  const named = (category: string) => types.filter(type => type.attributes.category === category);
  const structs = new Map<string, Struct>();
  for (const type of [...named('struct'), ...named('union')]) {
    const struct = structOf(type);
    const members = declared.get(struct.name);
    if (members === undefined || type.attributes.alias !== undefined) continue;
    const names = struct.members.map(m => m.name).join();
    if (names !== members.join())
      throw new Error(`${struct.name}: vk.xml has ${names}, the header ${members.join()}`);
    structs.set(struct.name, struct);
  }
  const lists = roots.flatMap(root =>
    elements(root, 'commands').flatMap(list => elements(list, 'command').filter(isVulkan)),
  );
  const all = lists.filter(command => prototypes.has(nameOf(command)));
  const typeAliases = types.filter(type => type.attributes.alias !== undefined);
  return {
    structs,
    commands: all.filter(command => command.attributes.alias === undefined).map(commandOf),
    aliases: new Map(
      all
        .filter(command => command.attributes.alias !== undefined)
        .map(command => [nameOf(command), command.attributes.alias]),
    ),
    handles: new Map(
      named('handle')
        .filter(type => type.attributes.alias === undefined)
        .map(type => [nameOf(type), { dispatchable: textOf(type).startsWith('VK_DEFINE_HANDLE') }]),
    ),
    callbacks: new Set(named('funcpointer').map(nameOf)),
    typeAliases: new Map(typeAliases.map(type => [nameOf(type), type.attributes.alias])),
    extensions: roots
      .flatMap(root => elements(root, 'extensions').flatMap(all => elements(all, 'extension')))
      .filter(
        ({ attributes }) => list(attributes.supported).includes('vulkan') && attributes.type !== undefined,
      )
      .map(({ attributes }) => ({ name: attributes.name, type: attributes.type as 'instance' | 'device' })),
    headers,
    videoHeaders,
    version: versionIn(text),
  };
}

function versionIn(text: string): string {
  const [, major, minor] =
    /VK_HEADER_VERSION_COMPLETE VK_MAKE_API_VERSION\(0, (\d+), (\d+), VK_HEADER_VERSION\)/.exec(text)!;
  return `${major}.${minor}.${/VK_HEADER_VERSION (\d+)/.exec(text)![1]}`;
}

/** The members of each struct and union, by their names in the headers. */
function declaredStructs(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [, , name, body] of text.matchAll(/^typedef (struct|union) (\w+) \{\n([^}]*)\}/gm)) {
    const lines = body
      .replaceAll(/\/\/.*$/gm, '')
      .split(';')
      .map(line => line.trim())
      .filter(Boolean);
    found.set(
      name,
      lines.map(line => /(\w+)(\[\w+\])*(\s*:\s*\d+)?$/.exec(line)![1]),
    );
  }
  return found;
}

function nameOf(element: Element): string {
  const proto = elements(element, 'proto')[0] ?? element;
  return element.attributes.name ?? textOf(elements(proto, 'name')[0]);
}

function structOf(type: Element): Struct {
  const name = nameOf(type);
  const members = elements(type, 'member')
    .filter(isVulkan)
    .map(fieldOf)
    .map(m => ({ ...m, length: list(LENGTHS[`${name}.${m.name}`] ?? m.length.join()) }));
  return {
    name,
    union: type.attributes.category === 'union',
    members,
    sType: members.find(m => m.name === 'sType')?.sType ?? '',
    allowDuplicate: type.attributes.allowduplicate === 'true',
    extends: list(type.attributes.structextends),
  };
}

function commandOf(command: Element): Command {
  const [proto] = elements(command, 'proto');
  return {
    name: nameOf(command),
    returns: textOf(elements(proto, 'type')[0]),
    params: elements(command, 'param').filter(isVulkan).map(fieldOf),
  };
}

/** Whether it is not only in Vulkan SC. */
const isVulkan = ({ attributes: { api } }: Element): boolean =>
  api === undefined || api.split(',').includes('vulkan');

const list = (text: string | undefined) => (text === undefined || text === '' ? [] : text.split(','));

function fieldOf(element: Element): Field {
  const { attributes } = element;
  const [type] = elements(element, 'type').map(textOf);
  const [name] = elements(element, 'name').map(textOf);
  const declarator = textOf(element).replaceAll(/\s+/g, ' ').trim();
  const before = declarator.slice(0, declarator.indexOf(name, declarator.indexOf(type) + type.length));
  const after = declarator.slice(before.length + name.length);
  const depth = before.split('*').length - 1;
  const length = list(attributes.altlen ?? attributes.len);
  return {
    name,
    type,
    depth,
    constant: /\bconst\b/.test(before),
    extents: [...after.matchAll(/\[(\w+)\]/g)].map(m => m[1]),
    isBitField: after.trim().startsWith(':'),
    // A length of 1 is that of any pointer.
    length: depth === 1 && length.join() === '1' ? [] : length,
    optional: list(attributes.optional)[0] === 'true',
    noautovalidity: attributes.noautovalidity === 'true',
    stride: attributes.stride ?? '',
    selector: attributes.selector ?? '',
    selection: list(attributes.selection),
    sType: attributes.values ?? '',
  };
}

// A whole registry around a snippet of XML, read by the generator; what a snippet defines is also required by
// Vulkan 1.0.
import { emit } from '../../scripts/generate/emit.ts';
import type { RawRegistry } from '../../scripts/generate/model.ts';
import { parse } from '../../scripts/generate/parse.ts';
import { type ResolvedRegistry, resolve } from '../../scripts/generate/resolve.ts';
import { withRules } from '../../scripts/generate/valid-usage.ts';
import { type Element, elements, parseXml, textOf } from '../../scripts/generate/xml.ts';
import type { CommandRow, Member, StructRow } from '../../src/registry/rows.ts';

export interface Snippet {
  /** Inside `<types>`. */
  readonly types?: string;
  /** `<enums>` sections. */
  readonly enums?: string;
  /** Inside `<commands>`. */
  readonly commands?: string;
  /** More `<feature>` elements. */
  readonly features?: string;
  /** Inside `<extensions>`. */
  readonly extensions?: string;
  /** What is required by an extension or a later version only. */
  readonly notRequired?: readonly string[];
  /** The whole of video.xml's inside. */
  readonly video?: string;
  /** validusage.json: sentences by struct or command and the end of their VUIDs. */
  readonly rules?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const HANDLES = ['Instance', 'PhysicalDevice', 'Device', 'Queue', 'CommandBuffer'];
const PARENTS = ['', 'VkInstance', 'VkPhysicalDevice', 'VkDevice', 'VkDevice'];

/** A handle whose VkObjectType is `VK_OBJECT_TYPE_<objectType>`. */
export const handleType = (name: string, parent: string, dispatchable = false, objectType = '8'): string =>
  `<type category="handle" parent="${parent}" objtypeenum="VK_OBJECT_TYPE_${objectType}">
    <type>VK_DEFINE_${dispatchable ? '' : 'NON_DISPATCHABLE_'}HANDLE</type>(<name>${name}</name>)</type>`;

export const aliasType = (category: string, name: string, target: string): string =>
  `<type category="${category}" name="${name}" alias="${target}"/>`;

/** What every registry has and the generator counts on. */
const BASE_TYPES = `
  <type api="vulkan" category="define">#define <name>VK_HEADER_VERSION</name> 7</type>
  <type api="vulkan" category="define">#define <name>VK_HEADER_VERSION_COMPLETE</name> <type>VK_MAKE_API_VERSION</type>(0, 1, 9, VK_HEADER_VERSION)</type>
  <type category="basetype">typedef <type>uint32_t</type> <name>VkBool32</name>;</type>
  <type category="basetype">typedef <type>uint64_t</type> <name>VkDeviceSize</name>;</type>
  <type category="basetype">typedef <type>uint32_t</type> <name>VkFlags</name>;</type>
  <type category="enum" name="VkResult"/>
  <type category="enum" name="VkStructureType"/>
  <type category="enum" name="VkObjectType"/>
  ${HANDLES.map((name, i) => handleType(`Vk${name}`, PARENTS[i], true, String(i))).join('')}`;

const BASE_ENUMS = `
  <enums name="VkResult" type="enum">
    <enum value="0" name="VK_SUCCESS"/><enum value="2" name="VK_TIMEOUT"/>
      <enum value="5" name="VK_INCOMPLETE"/>
    <enum value="-1" name="VK_ERROR_OUT_OF_HOST_MEMORY"/>
  </enums>
  <enums name="VkStructureType" type="enum">
    ${['A', 'B', 'C', 'D'].map((letter, i) => `<enum value="${i}" name="VK_STRUCTURE_TYPE_${letter}"/>`).join('')}
  </enums>
  <enums name="VkObjectType" type="enum">
    ${Array.from({ length: 9 }, (_, i) => `<enum value="${i}" name="VK_OBJECT_TYPE_${i}"/>`).join('')}
  </enums>`;

function nameOf(definition: Element): string {
  const found = (element: Element): string | undefined =>
    element.name === 'name' ? textOf(element) : elements(element).map(found).find(Boolean);
  return definition.attributes.name ?? found(definition) ?? '';
}

/** Names of the types or commands that a snippet defines, as one that requires them lists them. */
function required(tag: 'type' | 'command', definitions: string, without: readonly string[]): string {
  const names = elements(parseXml(`<all>${definitions}</all>`, 'snippet'), tag).map(nameOf);
  return [...new Set(names)]
    .filter(name => !without.includes(name))
    .map(name => `<${tag} name="${name}"/>`)
    .join('');
}

/** What conditions of snippets may name, and no snippet offers. */
const OTHER_VERSIONS = ['VK_VERSION_1_1', 'VK_VERSION_1_2', 'VK_BASE_VERSION_1_1', 'VK_COMPUTE_VERSION_1_1'];
const OTHER_EXTENSIONS = ['a', 'b', 'c', 'd', 'e'].flatMap(letter => [
  `VK_KHR_${letter}`,
  `VK_EXT_${letter}`,
]);

export function parsed(snippet: Snippet): RawRegistry {
  const types = BASE_TYPES + (snippet.types ?? '');
  const without = snippet.notRequired ?? [];
  const vk = `<registry>
    <types>${types}</types>
    ${BASE_ENUMS}
    ${snippet.enums ?? ''}
    <commands>${snippet.commands ?? ''}</commands>
    <feature api="vulkan,vulkansc" name="VK_VERSION_1_0" number="1.0">
      <require>${required('type', types, without)}${required('command', snippet.commands ?? '', without)}</require>
    </feature>
    ${snippet.features ?? ''}
    ${OTHER_VERSIONS.map(name => `<feature api="vulkansc" name="${name}" number="1.1"/>`).join('')}
    <extensions>${snippet.extensions ?? ''}${OTHER_EXTENSIONS.map(
      name => `<extension name="${name}" number="9" supported="disabled"/>`,
    ).join('')}</extensions>
  </registry>`;
  const file = (name: string, text: string) => ({ name, root: parseXml(text, name), sha256: '' });
  return parse({
    files: [file('vk.xml', vk), file('video.xml', `<registry>${snippet.video ?? ''}</registry>`)],
  });
}

export function resolved(snippet: Snippet): ResolvedRegistry {
  const registry = resolve(parsed(snippet));
  if (snippet.rules === undefined) return registry;
  const validation = Object.entries(snippet.rules).map(([owner, said]) => [
    owner,
    { core: Object.entries(said).map(([tail, text]) => ({ vuid: `VUID-${owner}-${tail}`, text })) },
  ]);
  const version = { 'api version': registry.headerVersion };
  return withRules(registry, { 'version info': version, validation: Object.fromEntries(validation) });
}

/** The text of a file in ffi/. */
export const emitted = (snippet: Snippet, file: string): string =>
  emit(resolved(snippet)).get(file) as string;

export const structType = (name: string, members: string, attributes = ''): string =>
  `<type category="struct" name="${name}" ${attributes}>${members}</type>`;

/** The row of a struct made of `members`, with what else it needs. */
export function structRow(members: string, snippet: Snippet = {}): StructRow {
  const types = structType('VkSubject', members) + (snippet.types ?? '');
  return resolved({ ...snippet, types }).structs.find(s => s.name === 'VkSubject') as StructRow;
}

/** The row of one member, e.g. `<member><type>uint32_t</type> <name>x</name></member>`. */
export const memberRow = (member: string, snippet: Snippet = {}): Member =>
  structRow(member, snippet).members[0];

/** The row of `vkSubject`: its parameters, its attributes, and what else it needs. */
export function commandRow(params: string, attributes = '', snippet: Snippet = {}): CommandRow {
  const { commands } = resolved({ ...snippet, commands: command('vkSubject', params, attributes) });
  return commands.find(c => c.name === 'vkSubject') as CommandRow;
}

export const command = (name: string, params: string, attributes = '', returns = 'VkResult'): string =>
  `<command ${attributes}><proto><type>${returns}</type> <name>${name}</name></proto>${params}</command>`;

export const param = (type: string, name: string, attributes = ''): string =>
  `<param ${attributes}><type>${type}</type> <name>${name}</name></param>`;

export const member = (type: string, name: string, attributes = ''): string =>
  `<member ${attributes}><type>${type}</type> <name>${name}</name></member>`;

/** `const T* name`, which is passed. */
export const pointer = (type: string, name: string, attributes = ''): string =>
  `<param ${attributes}>const <type>${type}</type>* <name>${name}</name></param>`;

/** `T* name`, which comes back. */
export const out = (type: string, name: string, attributes = ''): string =>
  `<param ${attributes}><type>${type}</type>* <name>${name}</name></param>`;

/** A struct with sType and pNext. */
export const chainable = (name: string, letter: string, members = '', attributes = ''): string =>
  structType(
    name,
    `<member values="VK_STRUCTURE_TYPE_${letter}"><type>VkStructureType</type> <name>sType</name></member>
     <member optional="true">const <type>void</type>* <name>pNext</name></member>${members}`,
    attributes,
  );

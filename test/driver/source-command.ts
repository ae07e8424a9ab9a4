// Writes the C function of a command, which tells what it was given and fills what it may fill.
import { lengthText, type Types } from './c-types.ts';
import type { Command, Field } from './model.ts';
import { writtenInPart } from './prose.ts';
import { BEFORE } from './source-prose.ts';
import { type Around, readField, readPointee } from './source-read.ts';
import { writeElement } from './source-write.ts';

export const functionName = (command: string): string => `judge_${command}`;

/** `const VkFoo * const * ppFoos` as a parameter. */
function parameter(m: Field): string {
  const extents = m.extents.map(extent => `[${extent}]`).join('');
  const constant = m.constant ? 'const ' : '';
  const stars = m.depth > 1 && m.constant ? '* const*' : '*'.repeat(m.depth);
  return `${constant}${STRUCT_TAGS.has(m.type) ? 'struct ' : ''}${m.type} ${stars}${m.name}${extents}`;
}

/** Platform types that are only declared with their tag. */
const STRUCT_TAGS = new Set([
  'wl_display',
  'wl_surface',
  '_screen_window',
  '_screen_context',
  '_screen_buffer',
  'AHardwareBuffer',
]);

/** Commands that the library calls after another has failed: they succeed when the driver offers extensions. */
const TELLS_WHAT_IS_THERE = /^vkEnumerate(Instance|Device)(Extension|Layer)Properties$/;

export function commandSource(types: Types, command: Command): string {
  const { name, returns, params } = command;
  const around: Around = { owner: name, siblings: params, prefix: '' };
  const nothing = returns === 'void' ? '' : `(${returns})0`;
  const outputs = params.filter(m => types.isOutput(m));
  const counts = outputs.filter(m => params.some(other => other.length[0] === m.name));
  const body = [
    `  BEGIN("${name}", ${nothing});`,
    ...params.map(m => `  ${types.isOutput(m) ? head(types, m, name) : readField(types, m, around)}`),
    '  OUTPUTS();',
    returns === 'VkResult'
      ? `  VkResult code = ${TELLS_WHAT_IS_THERE.test(name) ? 'offering ? VK_SUCCESS : ' : ''}result;`
      : '',
    outputs.length === 0
      ? ''
      : `  ${returns === 'VkResult' ? 'if (code >= 0 || giving == GIVE_EVERY_OTHER) ' : ''}{`,
    outputs.length === 0 ? '' : '    reading_output = 1;',
    ...counts.map(count => `    ${enumeration(types, count, outputs, around, returns)}`),
    ...outputs
      .filter(m => !counts.includes(m) && !counts.some(count => m.length[0] === count.name))
      .map(m => `    ${output(types, m, around)}`),
    outputs.length === 0 ? '' : '    reading_output = 0;\n  }',
    ...ending(name, returns, params),
  ].filter(Boolean);
  const list = params.map(parameter).join(', ');
  return `static VKAPI_ATTR ${returns} VKAPI_CALL ${functionName(name)}(${list || 'void'}) {\n${body.join('\n')}\n}`;
}

function ending(name: string, returns: string, params: readonly Field[]): string[] {
  if (returns === 'void') return ['  END();'];
  const value =
    name === 'vkGetInstanceProcAddr' || name === 'vkGetDeviceProcAddr'
      ? `address_of(${params[1].name})`
      : returns === 'VkResult'
        ? 'code'
        : returns === 'VkBool32'
          ? 'chance() >> 40 & 1'
          : `(${returns})chance()`;
  return [
    `  ${returns} returned = ${value};`,
    '  end("},"); put("\\"returned\\":"); WORD(returned);',
    '  FINISH(); return returned;',
  ];
}

/** Tells of a parameter that Vulkan fills whether it is there, and which structs are asked for in its chain. */
function head(types: Types, m: Field, command: string): string {
  const name = types.named(m.type);
  const open = `key("${command}", "${m.name}");`;
  if (m.depth > 1 || types.kind(m.type) !== 'struct')
    return `${open} put(${m.name} == NULL ? "null," : "true,");`;
  // All elements of an array have chains like the first's.
  return `${open} if (${m.name} == NULL) put("null,"); else { HEAD_${name}(${m.name}); }`;
}

/** Writes the count if there is no array, else as many elements as fit. */
function enumeration(
  types: Types,
  count: Field,
  outputs: readonly Field[],
  around: Around,
  returns: string,
): string {
  const arrays = outputs.filter(m => m.length[0] === count.name);
  const n = `(size_t)*${count.name}`;
  const none = arrays.map(m => `${m.name} == NULL`).join(' && ');
  const fills = arrays.map(m => {
    const write =
      types.kind(m.type) === 'bytes'
        ? `fill(${m.name}, ${n});`
        : `for (size_t i = 0; i < ${n}; i++) { ${writeElement(types, m.type, `${m.name}[i]`)} }`;
    return `if (${m.name} != NULL) { ${write} }`;
  });
  const list = OFFERED[around.owner];
  const offered =
    list === undefined
      ? ''
      : `if (offering) for (size_t i = 0; i < ${n}; i++) strcpy(pProperties[i].extensionName, ${list}[i]);`;
  const short = returns === 'VkResult' ? ' if (code == 0) code = VK_INCOMPLETE;' : '';
  const star = { ...around, siblings: [], prefix: '' };
  const tell = arrays.map(m => {
    const counted = { ...m, optional: true, length: [`*${count.name}`] };
    return `key("${around.owner}", "${m.name}"); ${readPointee(types, counted, m.name, star)}`;
  });
  return [
    `{ uint32_t there = ${list === undefined ? 'room' : `offering ? sizeof ${list} / sizeof *${list} : room`}; if (growth > 0) { growth--; room++; }`,
    `if (${none}) *${count.name} = there;`,
    `else { if (*${count.name} < there) {${short} } else *${count.name} = there; ${fills.join(' ')} ${offered} }`,
    `key("${around.owner}", "${count.name}"); WORD(*${count.name}); ${tell.join(' ')} }`,
  ].join('\n    ');
}

/** The C arrays with the extensions that a command enumerates. */
const OFFERED: Readonly<Record<string, string>> = {
  vkEnumerateInstanceExtensionProperties: 'instance_extensions',
  vkEnumerateDeviceExtensionProperties: 'device_extensions',
};

function output(types: Types, m: Field, around: Around): string {
  const place = `${around.owner}.${m.name}`;
  const key = `${BEFORE[place] === undefined ? '' : `where_struct = "${around.owner}"; where_name = "${m.name}"; ${BEFORE[place]} `}key("${around.owner}", "${m.name}");`;
  if (writtenInPart(types.named(m.type), '') !== undefined)
    return `${key} put("{\\"was\\":"); read_${m.type}(${m.name}); write_${m.type}(${m.name}); put("\\"wrote\\":"); read_${m.type}(${m.name}); end("},");`;
  if (m.depth > 1) return `*${m.name} = (void *)(uintptr_t)(some_handle(1)); ${key} WORD(*${m.name});`;
  // Which struct it is, its sType says.
  if (m.type === 'VkBaseOutStructure') return `write_chain(${m.name}); ${key} read_chain(${m.name});`;
  const [length] = m.length;
  const whole = { ...m, optional: false };
  if (length === undefined)
    return `${writeElement(types, m.type, `(*${m.name})`)} ${key} ${readPointee(types, whole, m.name, around)}`;
  const count = `(size_t)(${lengthText(length, around.siblings, '')})`;
  const write =
    types.kind(m.type) === 'bytes'
      ? `fill(${m.name}, ${count});`
      : `for (size_t i = 0; i < ${count}; i++) { ${writeElement(types, m.type, `${m.name}[i]`)} }`;
  return `${write} ${key} ${readPointee(types, whole, m.name, around)}`;
}

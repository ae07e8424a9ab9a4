// Writes C functions that fill a struct as Vulkan does: every member, by name, with random values.
import type { Types } from './c-types.ts';
import type { Field, Model, Struct } from './model.ts';
import { COUNTED_ELSEWHERE, FIXED_OUTPUTS, writtenInPart } from './prose.ts';

/** The structs that C may write: outputs of commands and of pointers in structs, structs inside these, and their chains. */
export function writtenStructs(model: Model, types: Types): Set<string> {
  const written = new Set<string>();
  const add = (type: string): void => {
    const struct = model.structs.get(types.named(type));
    if (struct === undefined || struct.union || written.has(struct.name)) return;
    written.add(struct.name);
    for (const m of struct.members) if (m.depth === 0 || types.isOutput(m)) add(m.type);
    for (const other of model.structs.values()) if (other.extends.includes(struct.name)) add(other.name);
  };
  for (const { params } of model.commands) for (const p of params) if (types.isOutput(p)) add(p.type);
  for (const { members } of model.structs.values())
    for (const m of members) if (m.name !== 'pNext' && types.isOutput(m)) add(m.type);
  return written;
}

export function writeSources(model: Model, types: Types): string[] {
  const written = writtenStructs(model, types);
  const structs = [...model.structs.values()];
  const plain = structs.filter(struct => written.has(struct.name));
  return [
    'static void write_chain(void *next);',
    ...structs.flatMap((struct, i) =>
      written.has(struct.name) ? [writeStruct(types, struct, i, structs)] : [],
    ),
    'static void write_chain(void *next) {',
    '  for (VkBaseOutStructure *s = next; s != NULL; s = s->pNext)',
    '    switch ((int)s->sType) {',
    ...plain
      .filter(s => s.sType !== '')
      .map(({ name, sType }) => `    case ${sType}: write_members_${name}((${name} *)s); break;`),
    '    default: break;',
    '    }',
    '}',
    ...plain.map(
      ({ name, members }) =>
        `static void write_${name}(${name} *p) { write_members_${name}(p); ${members.some(m => m.name === 'pNext') ? 'write_chain((void *)p->pNext); ' : ''}}`,
    ),
  ];
}

function writeStruct(types: Types, struct: Struct, index: number, structs: readonly Struct[]): string {
  // A union comes after its selector, so that its arm is known.
  const rest = struct.members.filter(m => m.sType === '' && m.name !== 'pNext');
  const own = [...rest.filter(m => m.selector === ''), ...rest.filter(m => m.selector !== '')];
  const lines = own.map(m => `  ${writeMember(types, struct, m, structs)}`);
  return `static void write_members_${struct.name}(${struct.name} *p) {\n  writes[${index}]++;\n${lines.join('\n')}\n}`;
}

function writeMember(types: Types, struct: Struct, m: Field, structs: readonly Struct[]): string {
  const x = `p->${m.name}`;
  const place = `${struct.name}.${m.name}`;
  const fixed = FIXED_OUTPUTS[place];
  if (fixed !== undefined) return `${x} = ${fixed};`;
  if (writtenInPart(struct.name, m.type) === false || COUNTED_ELSEWHERE.has(place)) return '';
  if (m.isBitField) return `${x} = chance();`;
  if (m.depth > 0) return writePointer(types, struct, m);
  if (m.extents.length > 0) return writeFixed(types, m, x, m.extents);
  const counted = struct.members.find(other => other.length[0] === m.name);
  // The count of a pointer's array is written with the array.
  if (counted?.depth === 1) return '';
  if (counted !== undefined) return `${x} = chance() % (${counted.extents[0]} + 1);`;
  const chosen = struct.members.find(other => other.selector === m.name);
  if (chosen !== undefined) {
    const union = structs.find(s => s.name === types.named(chosen.type))!;
    const values = union.members.flatMap(arm => arm.selection);
    return `{ static const int values[] = { ${values.join(', ')} }; ${x} = values[chance() % ${values.length}]; }`;
  }
  const pointers = structs
    .find(s => s.name === types.named(m.type) && m.selector !== '')
    ?.members.filter(arm => arm.depth > 0);
  const texts =
    pointers?.map(arm => `if (p->${m.selector} == ${arm.selection[0]}) ${x}.${arm.name} = "written by C";`) ??
    [];
  return [writeElement(types, m.type, x), ...texts].join(' ');
}

/** Writes the count of an array if the array is NULL, else as many elements as fit. */
function writePointer(types: Types, struct: Struct, m: Field): string {
  const x = `p->${m.name}`;
  const count = struct.members.find(other => other.name === m.length[0]);
  if (m.constant) return types.kind(m.type) === 'char' ? `${x} = "written by C";` : '';
  if (count === undefined) return types.isAddress(m) ? `fill(&${x}, sizeof ${x});` : '';
  const write =
    types.kind(m.type) === 'bytes'
      ? `fill(${x}, p->${count.name});`
      : `for (size_t i = 0; i < p->${count.name}; i++) { ${writeElement(types, m.type, `${x}[i]`)} }`;
  return `if (${x} == NULL) p->${count.name} = room; else { if (p->${count.name} > room) p->${count.name} = room; ${write} }`;
}

function writeFixed(types: Types, m: Field, x: string, extents: readonly string[]): string {
  const [extent, ...inner] = extents;
  if (types.kind(m.type) === 'char' && inner.length === 0) return `fill_characters(${x}, ${extent});`;
  const i = `i${extents.length}`;
  const element =
    inner.length > 0 ? writeFixed(types, m, `${x}[${i}]`, inner) : writeElement(types, m.type, `${x}[${i}]`);
  return `for (size_t ${i} = 0; ${i} < ${extent}; ${i}++) { ${element} }`;
}

export function writeElement(types: Types, type: string, x: string): string {
  switch (types.kind(type)) {
    case 'struct':
      return `write_${types.named(type)}(&${x});`;
    case 'union':
      return `fill_small(&${x}, sizeof ${x});`;
    case 'bool':
      return `${x} = chance() >> 40 & 1;`;
    case 'float':
      return `${x} = some_float();`;
    case 'handle':
      return `${x} = (${type})(uintptr_t)some_handle(${types.isDispatchable(type) ? 1 : 0});`;
    case 'wide string':
      return '';
    default:
      return `fill(&${x}, sizeof ${x});`;
  }
}

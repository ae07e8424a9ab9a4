// Writes C functions that read a struct member by member, by name, and tell what they saw as JSON.
import { lengthText, type Types } from './c-types.ts';
import type { Field, Model, Struct } from './model.ts';
import { INNER_LENGTHS, INPUTS, OPTIONAL_SINCE } from './prose.ts';
import { BEFORE, INSTEAD } from './source-prose.ts';
import { writeElement } from './source-write.ts';

/** The struct or command that a value is in; the prefix before names of its members is `p->`, for parameters nothing. */
export interface Around {
  readonly owner: string;
  readonly siblings: readonly Field[];
  readonly prefix: string;
}

let loops = 0;
const counter = (): string => `i${loops++}`;

export function readSources(model: Model, types: Types): string[] {
  const structs = [...model.structs.values()];
  return [
    // Whether C reads what it has written itself; or reads a struct alone, so that it writes nothing.
    'static int reading_output, reading_alone;',
    'static void read_chain(const void *next);',
    'static void read_chain_names(const void *next);',
    ...structs.map(
      ({ name, union }) =>
        `static void read_${name}(const ${name} *p${union ? ', long long selector' : ''});`,
    ),
    ...structs.flatMap((struct, i) =>
      struct.union ? [readUnion(types, struct, i)] : readStruct(types, struct, i),
    ),
    chainSource(structs.filter(struct => struct.sType !== '')),
  ];
}

function readStruct(types: Types, { name, members, sType }: Struct, index: number): string[] {
  const around: Around = { owner: name, siblings: members, prefix: 'p->' };
  const own = members.filter(m => m.sType === '' && m.name !== 'pNext');
  const body = own.map(m => `  ${readField(types, m, around)}`);
  const lines = [`static void body_${name}(const ${name} *p) {`, `  reads[${index}]++;`];
  if (sType !== '') lines.push(`  key("${name}", "sType");`, `  structure_type(p->sType, ${sType});`);
  lines.push(...body, '}');
  const hasNext = members.some(m => m.name === 'pNext');
  lines.push(
    `static void read_${name}(const ${name} *p) {`,
    '  put("{");',
    ...(hasNext ? [`  key("${name}", "pNext");`, '  read_chain(p->pNext);'] : []),
    `  body_${name}(p);`,
    '  end("},");',
    '}',
  );
  if (sType !== '')
    lines.push(
      `static void head_${name}(const ${name} *p) {`,
      `  put("{"); key("${name}", "sType"); structure_type(p->sType, ${sType});`,
      `  key("${name}", "pNext"); read_chain_names(p->pNext); end("},");`,
      '}',
    );
  return lines;
}

/** Reads the arm that the selector names; without a selector, the bytes as every arm. */
function readUnion(types: Types, { name, members }: Struct, index: number): string {
  const selected = members.some(m => m.selection.length > 0);
  const around: Around = { owner: name, siblings: members, prefix: 'p->' };
  const arms = members.map(m => {
    // A pointer is not followed if another arm may have been written.
    if (!selected)
      return m.depth > 0 ? `key("${name}", "${m.name}"); WORD(p->${m.name});` : readField(types, m, around);
    return `${m.selection.map(value => `case ${value}:`).join(' ')} ${readField(types, m, around)} break;`;
  });
  const body = selected ? ['switch (selector) {', ...arms, 'default: break;', '}'] : arms;
  return `static void read_${name}(const ${name} *p, long long selector) {\n(void)selector;\nreads[${index}]++;\nput("{");\n${body.join('\n')}\nend("},");\n}`;
}

function chainSource(structs: readonly Struct[]): string {
  const cases = structs.map(({ name, sType }) =>
    `    case ${sType}: put("{\\"\\u0024\\":\\"${name}\\","); body_${name}((const ${name} *)s); break;`.replace(
      '\\u0024',
      '$',
    ),
  );
  const names = structs.map(({ name, sType }) => `    case ${sType}: put("\\"${name}\\","); break;`);
  const loop = (open: string, close: string, lines: readonly string[], unknown: string) =>
    [
      '  put("[");',
      '  for (const VkBaseInStructure *s = next; s != NULL; s = s->pNext) {',
      `    switch ((int)s->sType) {`,
      ...lines,
      `    default: ${unknown}`,
      '    }',
      `    ${close}`,
      '  }',
      '  end("],");',
    ]
      .filter(Boolean)
      .join('\n') + open;
  return [
    'static void read_chain(const void *next) {',
    loop('', 'end("},");', cases, 'put("{\\"unknown\\":"); WORD(s->sType); break;'),
    '}',
    'static void read_chain_names(const void *next) {',
    loop('', '', names, 'WORD(s->sType); break;'),
    '}',
  ].join('\n');
}

export function readField(types: Types, m: Field, around: Around): string {
  const place = `${around.owner}.${m.name}`;
  return `key("${around.owner}", "${m.name}"); ${BEFORE[place] ?? ''} ${INSTEAD[place] ?? readValue(types, m, around)}`;
}

function readValue(types: Types, m: Field, around: Around): string {
  const x = `${around.prefix}${m.name}`;
  if (m.isBitField) return `BITS(${x});`;
  if (m.depth === 0)
    return m.extents.length > 0 ? readFixed(types, m, x, around) : readElement(types, m, x, around);
  const place = `${around.owner}.${m.name}`;
  if (types.isAddress(m)) return `WORD(${x});`;
  const read = readPointee(types, m, x, around);
  if (!types.isOutput(m) || INPUTS.has(place)) return read;
  // Tells what is there before Vulkan writes, and after.
  return `if (reading_output || reading_alone || ${x} == NULL) { ${read} } else { put("{\\"was\\":"); ${read} put("\\"wrote\\":"); ${writePointee(types, m, x, around)} ${read} end("},"); }`;
}

/** Reads what a pointer points to. Like a driver, it looks for NULL only where NULL is allowed. */
export function readPointee(types: Types, m: Field, x: string, around: Around): string {
  const kind = types.kind(m.type);
  const [length] = m.length;
  if (m.depth === 1 && kind === 'char' && (length === undefined || length === 'null-terminated'))
    return `string(${x});`;
  const count =
    length === undefined || length === 'null-terminated'
      ? undefined
      : `(size_t)(${lengthText(length, around.siblings, around.prefix)})`;
  if (m.depth === 1 && kind === 'bytes') return `bytes(${x}, ${count});`;
  if (count === undefined)
    return `if (${x} == NULL) put("null,"); else { ${readElement(types, m, `(*${x})`, around)} }`;
  const i = counter();
  const inner =
    m.depth > 1
      ? readInner(types, m, `${x}[${i}]`, i, around)
      : readElement(types, m, elementAt(m, x, i, around), around);
  const optional = m.optional || m.noautovalidity || OPTIONAL_SINCE.has(`${around.owner}.${m.name}`);
  const nothing = optional ? `${x} == NULL` : `${x} == NULL && ${count} == 0`;
  return `if (${nothing}) put("null,"); else { put("["); for (size_t ${i} = 0; ${i} < ${count}; ${i}++) { ${inner} } end("],"); }`;
}

const elementAt = (m: Field, x: string, i: string, { prefix }: Around): string =>
  m.stride === '' ? `${x}[${i}]` : `(*(const ${m.type} *)((const char *)${x} + ${i} * ${prefix}${m.stride}))`;

/** Reads an element of an array of pointers. */
function readInner(types: Types, m: Field, x: string, index: string, around: Around): string {
  const kind = types.kind(m.type);
  if (kind === 'char') return `string(${x});`;
  if (kind === 'bytes' || kind === 'opaque') return `WORD(${x});`;
  const inner = INNER_LENGTHS[`${around.owner}.${m.name}`];
  if (inner === undefined) return readElement(types, m, `(*${x})`, around);
  const k = counter();
  return `put("["); for (size_t ${k} = 0; ${k} < ${inner(index)}; ${k}++) { ${readElement(types, m, `${x}[${k}]`, around)} } end("],");`;
}

/** Reads a fixed array, or as much of it as its count says. */
function readFixed(types: Types, m: Field, x: string, around: Around, extents = m.extents): string {
  const [whole, ...inner] = extents;
  const counted = around.siblings.find(other => extents === m.extents && other.name === m.length[0])?.name;
  const extent = counted === undefined ? whole : `(reading_output ? ${around.prefix}${counted} : ${whole})`;
  if (types.kind(m.type) === 'char' && inner.length === 0) return `characters(${x}, ${extent});`;
  const i = counter();
  const element =
    inner.length > 0 ? readFixed(types, m, `${x}[${i}]`, around, inner) : readElement(types, m, `${x}[${i}]`);
  return `put("["); for (size_t ${i} = 0; ${i} < ${extent}; ${i}++) { ${element} } end("],");`;
}

function readElement(types: Types, m: Field, x: string, around?: Around): string {
  switch (types.kind(m.type)) {
    case 'struct':
      return `read_${types.named(m.type)}(&${x});`;
    case 'union':
      return `read_${types.named(m.type)}(&${x}, ${m.selector === '' ? '-1' : `${around?.prefix}${m.selector}`});`;
    case 'wide string':
      return `wide_string(${x});`;
    default:
      return `WORD(${x});`;
  }
}

function writePointee(types: Types, m: Field, x: string, around: Around): string {
  const [length] = m.length;
  if (length === undefined) return writeElement(types, m.type, `(*${x})`);
  const count = lengthText(length, around.siblings, around.prefix);
  if (types.kind(m.type) === 'bytes') return `fill(${x}, ${count});`;
  const i = counter();
  return `for (size_t ${i} = 0; ${i} < ${count}; ${i}++) { ${writeElement(types, m.type, `${x}[${i}]`)} }`;
}

// Writes a row as a declaration in C.
import type { CommandRow, Declarator, Member, StructRow } from '../../registry/rows.ts';

/** A declarator's type in C, where the outermost pointer comes last: `const char* const*`. */
function cType({ base, pointers }: Pick<Declarator, 'base' | 'pointers'>): string {
  let type = base;
  for (let i = pointers.length - 1; i >= 0; i--) {
    const isConst = pointers[i] === '*';
    type = !isConst ? `${type}*` : i === pointers.length - 1 ? `const ${type}*` : `${type} const*`;
  }
  return type;
}

const suffix = (m: Member) => m.extents.map(n => `[${n}]`).join('') + (m.bits > 0 ? ` : ${m.bits}` : '');

/** Members or parameters, aligned; an array parameter is a pointer in its row, and const unless it is an output. */
function declared(members: readonly Member[], end: string): string[] {
  const types = members.map(m =>
    cType(m.extents.length > 0 ? { ...m, base: arrayBase(m), pointers: '' } : m),
  );
  const width = Math.max(0, ...types.map(type => type.length));
  return members.map((m, i) => `    ${types[i].padEnd(width)}  ${m.name}${suffix(m)}${end}`);
}

const arrayBase = (m: Member) => (m.pointers === '*' ? `const ${m.base}` : m.base);

export function declareCommand(row: CommandRow): string[] {
  const params = declared(row.params, ',');
  const last = params.length - 1;
  return [
    `${row.returns} ${row.name}(`,
    ...params.map((line, i) => (i === last ? `${line.slice(0, -1)});` : line)),
  ];
}

export const declareStruct = (row: StructRow): string[] => [
  `typedef ${row.union ? 'union' : 'struct'} ${row.name} {`,
  ...declared(row.members, ';'),
  `} ${row.name};`,
];

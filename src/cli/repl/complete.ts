// Completes struct members, their values and names for help at the cursor.

import * as api from '../../index.ts';
import { extensionsOf } from '../../marshal/chain.ts';
import { registry } from '../../registry/registry.ts';
import type { Member, StructRow } from '../../registry/rows.ts';
import { commandName, isImplied, shapeOf } from '../../registry/shape.ts';

interface Frame {
  readonly bracket: string;
  /** The method of a call, or the member that an object is the value of. */
  readonly name: string;
  /** Number of arguments or elements before the cursor. */
  index: number;
  /** Members that are written already. */
  readonly keys: string[];
  /** `VkStructureType.X`, as written in the object. */
  sType: string;
}

const TOKEN = /'(?:\\.|[^'])*'?|"(?:\\.|[^"])*"?|`(?:\\.|[^`])*`?|[\w$.]+|[^\s]/g;

/** The brackets that are still open, and the word before the cursor. */
function scan(line: string): { frames: Frame[]; word: string; atKey: boolean } {
  const frames: Frame[] = [];
  let [before, last] = ['', ''];
  let key = '';
  const word = /[\w$]*$/.exec(line)![0];
  for (const [token] of line.slice(0, line.length - word.length).matchAll(TOKEN)) {
    const top = frames.at(-1);
    if ('({['.includes(token)) {
      frames.push({ bracket: token, name: token === '(' ? last : key, index: 0, keys: [], sType: '' });
      key = '';
    } else if (')}]'.includes(token)) frames.pop();
    else if (token === ',' && top !== undefined) {
      top.index++;
      key = '';
    } else if (token === ':' && top?.bracket === '{') {
      key = last;
      top.keys.push(last);
    } else if (before === 'sType' && last === ':' && top !== undefined) top.sType = token;
    [before, last] = [last, token];
  }
  return { frames, word, atKey: last === '{' || (last === ',' && frames.at(-1)?.bracket === '{') };
}

/** The parameter of a method at an index; undefined if there is none. */
function argument(method: string, index: number): Member | undefined {
  const short = method.slice(method.lastIndexOf('.') + 1);
  const name = commandName(short);
  if (!registry.tables.commands.has(name)) return undefined;
  const row = registry.command(name);
  const { roles } = shapeOf(row, registry);
  return row.params.filter((_, i) => roles[i] === 'in')[index];
}

const structOf = (base: string): StructRow | undefined => {
  const fact = registry.fact(base);
  return fact.kind === 'struct' ? fact.row : undefined;
};

const bySType = (row: StructRow, sType: string): StructRow | undefined => {
  const value = registry.tables.enums('VkStructureType')?.[sType.replace('VkStructureType.', '')];
  return extensionsOf(row).get(value as number);
};

/** The struct that the innermost object stands for. */
function target(frames: readonly Frame[]): StructRow | undefined {
  const call = frames.findLastIndex(frame => frame.bracket === '(');
  if (call === -1) return undefined;
  const first = argument(frames[call].name, frames[call].index);
  let row = first && structOf(first.base);
  let isArgument = true;
  for (const frame of frames.slice(call + 1)) {
    if (row === undefined) return undefined;
    const owner: StructRow = row;
    // An array stands for its elements.
    if (!isArgument && frame.name === 'pNext')
      row = frame.bracket === '[' ? owner : bySType(owner, frame.sType);
    else if (!isArgument && frame.name !== '') {
      const base = owner.members.find(m => m.name === frame.name)?.base;
      row = base === undefined ? undefined : structOf(base);
    } else if (frame.bracket === '{' && frame.sType !== '') row = bySType(owner, frame.sType) ?? owner;
    if (frame.bracket === '{') isArgument = false;
  }
  return row;
}

/** Completions and the word that they complete; undefined if the cursor is not where a member can be. */
export function completeMember(line: string): [string[], string] | undefined {
  const { frames, word, atKey } = scan(line);
  const top = frames.at(-1);
  if (top?.bracket !== '{') return undefined;
  const row = target(frames);
  if (row === undefined) return undefined;
  if (!atKey) return completeValue(row, line);
  const names = row.members
    .filter(m => !isImplied(m, row.members) && (m.name !== 'pNext' || row.extendedBy.length > 0))
    .map(m => m.name)
    .filter(name => name.startsWith(word) && !top.keys.includes(name));
  return [names.map(name => `${name}: `), word];
}

/** Completes the enumerators of a member's type, after `usage: ` and after `usage: VkBufferUsageFlagBits.A | `. */
function completeValue(row: StructRow, line: string): [string[], string] | undefined {
  const [, name, word] = /(\w+)\s*:\s*(?:[\w.]+\s*\|\s*)*([\w.]*)$/.exec(line) ?? [];
  const member = row.members.find(m => m.name === name);
  if (member === undefined || member.pointers !== '') return undefined;
  const fact = registry.fact(member.base);
  if (fact.kind !== 'enum' && fact.kind !== 'flags') return undefined;
  const type = fact.kind === 'flags' ? fact.bits : member.base;
  // An enumerator may be typed without its type.
  const found = Object.keys(registry.tables.enums(type) ?? {}).filter(
    one => one.startsWith(word) || `${type}.${one}`.startsWith(word),
  );
  return found.length === 0 ? undefined : [found.map(one => `${type}.${one}`), word];
}

/** Completes the C names for help, inside `help("…`. */
export function completeHelp(line: string): [string[], string] | undefined {
  const word = /\bhelp\(\s*['"`]([\w.]*)$/.exec(line)?.[1];
  if (word === undefined) return undefined;
  const { commands, structs, flags, handles, extensions } = registry.tables;
  const [type] = word.split('.');
  const values = word.includes('.')
    ? Object.keys(registry.tables.enums(type) ?? {}).map(one => `${type}.${one}`)
    : [];
  const all = [commands, structs, flags, handles, extensions].flatMap(table => table.names());
  const found = [...new Set([...all, ...Object.keys(api).filter(name => name.startsWith('Vk')), ...values])]
    .filter(name => name.startsWith(word))
    .sort();
  return [found, word];
}

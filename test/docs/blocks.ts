// The code that a reader may copy: fenced blocks of documents, `@example`s, programs in a file's first comment.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { REPO } from '../generator/tree.ts';

export interface Block {
  /** Path from the root. */
  readonly file: string;
  /** Of its first line of code. */
  readonly line: number;
  /** `ts`, `sh`… `''` where the fence names none. */
  readonly language: string;
  readonly code: string;
}

const linesOf = (file: string): string[] => readFileSync(join(REPO, file), 'utf8').split('\n');

/** Fenced blocks, those within lists too. */
export function fenced(file: string): Block[] {
  const blocks: Block[] = [];
  let open: { indent: string; language: string; line: number; code: string[] } | undefined;
  for (const [i, line] of linesOf(file).entries()) {
    const fence = /^( *)```(\w*)$/.exec(line);
    if (open === undefined) {
      if (fence !== null) open = { indent: fence[1], language: fence[2], line: i + 2, code: [] };
    } else if (fence !== null) {
      const { code, indent: _indent, ...where } = open;
      blocks.push({ file, ...where, code: code.join('\n') });
      open = undefined;
    } else open.code.push(line.slice(open.indent.length));
  }
  if (open !== undefined) throw new Error(`${file}:${open.line}: a block that does not end`);
  return blocks;
}

/** The programs of a document as one, each after those above it, every line where the document has it. */
export function program(file: string): Block {
  const lines = linesOf(file).map(() => '');
  for (const { line, language, code } of fenced(file))
    if (language === 'ts') lines.splice(line - 1, code.split('\n').length, ...code.split('\n'));
  return { file, line: 1, language: 'ts', code: lines.join('\n') };
}

/** READMEs, and what else lies beside them at the top. */
export const documents = (): string[] =>
  ['.', 'src', 'scripts', 'test'].flatMap(folder =>
    readdirSync(join(REPO, folder), { recursive: folder !== '.', encoding: 'utf8' })
      .map(name => posix.join(folder, name.replaceAll('\\', '/')))
      .filter(name => (folder === '.' ? name.endsWith('.md') : name.endsWith('/README.md'))),
  );

/** Code within a line of text. */
export const inline = (file: string): Block[] => {
  let inBlock = false;
  return linesOf(file).flatMap((line, i) => {
    if (/^ *```/.test(line)) inBlock = !inBlock;
    if (inBlock) return [];
    return [...line.matchAll(/`([^`]+)`/g)].map(([, code]) => ({ file, line: i + 1, language: '', code }));
  });
};

/** Every `@example`, to the next tag or the comment's end. */
export function examples(file: string): Block[] {
  const blocks: Block[] = [];
  let code: string[] | undefined;
  let first = 0;
  for (const [i, line] of linesOf(file).entries()) {
    const [, text] = /^ *\* ?(.*)$/.exec(line) ?? [];
    const ends = text === undefined || text === '/' || text.startsWith('@');
    if (code !== undefined && ends) {
      blocks.push({ file, line: first, language: 'ts', code: code.join('\n') });
      code = undefined;
    }
    if (text === '@example') [code, first] = [[], i + 2];
    else code?.push(text);
  }
  return blocks;
}

/** The program in the comment that a file begins with: its lines are indented by three. */
export function opening(file: string): Block[] {
  const lines = linesOf(file);
  const end = lines.findIndex(line => !line.startsWith('//'));
  const start = lines.findIndex(line => line.startsWith('//   '));
  if (start === -1 || start >= end) return [];
  const code = lines.slice(start, end).filter(line => /^\/\/( {3}|$)/.test(line));
  return [{ file, line: start + 1, language: 'ts', code: code.map(l => l.slice('//   '.length)).join('\n') }];
}

/** Hand-written sources. */
export const sources = (): string[] =>
  readdirSync(join(REPO, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => `src/${name.replaceAll('\\', '/')}`)
    .sort();

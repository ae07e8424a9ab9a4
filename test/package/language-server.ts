// Asks TypeScript what an editor asks: version 7 by the language server protocol, older ones by their API.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Asks at an offset of the file; what comes back is plain text. */
export interface Editor {
  complete(offset: number): Promise<string[]>;
  hover(offset: number): Promise<string>;
  close(): void;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** @param compiler the folder of TypeScript 7 */
export async function languageServer(compiler: string, file: string): Promise<Editor> {
  const child = spawn(process.execPath, [join(compiler, 'bin/tsc'), '--lsp', '--stdio'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  let received = Buffer.alloc(0);
  let last = 0;
  const write = (message: object) => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  child.stdout.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    for (;;) {
      const [head, length] =
        /^Content-Length: (\d+)\r\n(?:.+\r\n)*\r\n/.exec(received.toString('latin1')) ?? [];
      if (head === undefined || received.length < head.length + Number(length)) return;
      const end = head.length + Number(length);
      const answer: Answer = JSON.parse(received.toString('utf8', head.length, end));
      received = received.subarray(end);
      // What it asks of the editor is answered by nothing: settings, folders, what it wants to be told.
      if (answer.method === undefined) waiting.get(answer.id!)?.(answer);
      else if (answer.id !== undefined) write({ id: answer.id, result: null });
    }
  });
  const ask = <T>(method: string, params: object) =>
    new Promise<T>((resolve, reject) => {
      last++;
      waiting.set(last, ({ result, error }) =>
        error === undefined ? resolve(result as T) : reject(new Error(`${method}: ${error.message}`)),
      );
      write({ id: last, method, params });
    });
  const text = readFileSync(file, 'utf8');
  const uri = pathToFileURL(file).href;
  const at = (offset: number) => {
    const lines = text.slice(0, offset).split('\n');
    return { textDocument: { uri }, position: { line: lines.length - 1, character: lines.at(-1)!.length } };
  };
  await ask('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
  write({ method: 'initialized', params: {} });
  write({
    method: 'textDocument/didOpen',
    params: { textDocument: { uri, languageId: 'typescript', version: 1, text } },
  });
  return {
    async complete(offset) {
      type Items = readonly { readonly label: string }[];
      const list = await ask<{ items: Items } | Items>('textDocument/completion', at(offset));
      return ('items' in list ? list.items : list).map(item => item.label);
    },
    async hover(offset) {
      const found = await ask<{ contents: { value: string } | string }>('textDocument/hover', at(offset));
      const { contents } = found;
      return typeof contents === 'string' ? contents : contents.value;
    },
    close: () => child.kill(),
  };
}

type Parts = readonly { readonly text: string }[] | undefined;

/** As much of the API of TypeScript 5 and 6 as is used here; 7, which compiles this, has none. */
interface Compiler {
  readonly sys: { fileExists(path: string): boolean; readFile(path: string): string | undefined };
  readonly ScriptSnapshot: { fromString(text: string): unknown };
  getDefaultLibFilePath(options: object): string;
  parseJsonConfigFileContent(json: object, host: object, folder: string): { readonly options: object };
  displayPartsToString(parts: Parts): string;
  createLanguageService(host: object): {
    getCompletionsAtPosition(file: string, offset: number, options: object): { entries: { name: string }[] };
    getQuickInfoAtPosition(file: string, offset: number): { displayParts: Parts; documentation: Parts };
    dispose(): void;
  };
}

/** @param compiler the folder of TypeScript 5 or 6 */
export function languageService(compiler: string, file: string, settings: object): Editor {
  const ts: Compiler = createRequire(import.meta.url)(compiler);
  const folder = dirname(file);
  const { options } = ts.parseJsonConfigFileContent(
    { compilerOptions: settings, files: [file] },
    ts.sys,
    folder,
  );
  const service = ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => true,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot(path: string) {
      const text = ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => folder,
    getCompilationSettings: () => options,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
  });
  return {
    complete: async offset =>
      service.getCompletionsAtPosition(file, offset, {}).entries.map(entry => entry.name),
    async hover(offset) {
      const { displayParts, documentation } = service.getQuickInfoAtPosition(file, offset);
      return `${ts.displayPartsToString(displayParts)}\n${ts.displayPartsToString(documentation)}`;
    },
    close: () => service.dispose(),
  };
}

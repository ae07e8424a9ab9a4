// Runs code that is given with -e or piped, one line after the other, promises included.
import type { REPLServer } from 'node:repl';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

export async function feed(server: REPLServer, code: string | undefined): Promise<boolean> {
  const lines = (code ?? (await text(process.stdin))).split('\n');
  let failed = false;
  const end = () => {
    if (!failed && unfinished(server)) {
      process.stderr.write('SyntaxError: Unexpected end of input\n');
      failed = true;
    }
    server.close();
  };
  return await new Promise(resolve => {
    const next = () => {
      failed ||= (server as unknown as { lastError?: unknown }).lastError !== undefined;
      const line = lines.shift();
      if (failed || line === undefined) end();
      else (server as unknown as { input: Writable }).input.write(`${line}\n`);
    };
    server.once('exit', () => resolve(failed));
    // The prompt is displayed when a line has ended, whatever it was.
    server.displayPrompt = () => void setImmediate(next);
    server.displayPrompt();
  });
}

/** Whether the lines so far are the beginning of something longer; node:repl keeps them under a symbol. */
function unfinished(server: REPLServer): boolean {
  const symbol = Object.getOwnPropertySymbols(server).find(s => s.description === 'bufferedCommand');
  return symbol !== undefined && (server as unknown as Record<symbol, string>)[symbol] !== '';
}

// Runs code from -e or piped input line by line, and waits for promises.
import type { REPLServer } from 'node:repl';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** @returns whether it failed */
export async function evaluateScript(server: REPLServer, code: string | undefined): Promise<boolean> {
  const lines = (code ?? (await text(process.stdin))).split('\n');
  let failed = false;
  const end = () => {
    if (!failed && isUnfinished(server)) {
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
    // The prompt is displayed when a line is done, whatever its result.
    server.displayPrompt = () => void setImmediate(next);
    server.displayPrompt();
  });
}

/** Whether the last lines are an unfinished statement, which node:repl keeps under a symbol. */
function isUnfinished(server: REPLServer): boolean {
  const symbol = Object.getOwnPropertySymbols(server).find(s => s.description === 'bufferedCommand');
  return symbol !== undefined && (server as unknown as Record<symbol, string>)[symbol] !== '';
}

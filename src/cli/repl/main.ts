// The prompt: typed, piped or given with -e.

import { type REPLServer, start as startRepl } from 'node:repl';
import { PassThrough } from 'node:stream';
import * as api from '../../index.ts';
import { instanceVersion, nameOf } from '../open.ts';
import { fit, type Screen, screenOf } from '../screen.ts';
import { versionText } from '../version.ts';
import { helpText, parseRepl, type Start } from './args.ts';
import { completeHelp, completeMember } from './complete.ts';
import { info, memory, query } from './dot-commands.ts';
import { evaluateWith, guess } from './evaluate.ts';
import { help } from './help.ts';
import { historyFile } from './history.ts';
import { noteReturned, typeOfLone } from './lone-value.ts';
import { errorLine, isError, print } from './print.ts';
import { feed } from './script.ts';
import { LAZY, open, type Session } from './session.ts';
import { rememberTypes } from './typed.ts';
import { watch } from './watch.ts';

export async function main(args: readonly string[]): Promise<number> {
  const start = parseRepl(args);
  if (start === 'help') console.log(helpText());
  else if (start === 'version') console.log(versionText());
  else return await converse(start);
  return 0;
}

async function converse(start: Start): Promise<number> {
  const isScript = start.code !== undefined || !process.stdin.isTTY;
  const screen = screenOf(process.stdout);
  const write = (lines: readonly string[]) => {
    process.stdout.write(`${fit(lines, screenNow(screen))}\n`);
  };
  const tell = (text: string) => {
    process.stderr.write(`${fit([screen.paint('yellow', text)], screenNow(screen))}\n`);
  };
  const session = await open(start, tell);
  watch((row, self, returned) => {
    rememberTypes(row, self, returned);
    noteReturned(row, self, returned);
    session.ledger.note(row, self, returned);
  });
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    session.ledger.destroyAll(tell);
    session.loaded.end();
  };
  // Reached by process.exit() too.
  process.once('exit', end);
  if (!isScript) write(banner(session, screen));
  const server = serve(session, isScript, screen, write);
  // What fails later, outside of any line, ends a session no more than a line does.
  if (!isScript)
    process.on('uncaughtException', error => {
      tell(isError(error) ? errorLine(error) : String(error));
      server.displayPrompt();
    });
  const failed = await new Promise<boolean>(resolve => {
    if (isScript) void feed(server, start.code).then(resolve);
    else server.once('exit', () => resolve(false));
  });
  end();
  return failed ? 1 : 0;
}

/** The terminal may have been resized since. */
const screenNow = (screen: Screen): Screen => ({ ...screen, width: screenOf(process.stdout).width });

function banner(session: Session, screen: Screen): string[] {
  const { loaded, reason, vulkan, gpu, layers } = session;
  const { apiVersion } = gpu.getPhysicalDeviceProperties();
  return [
    `${screen.paint('bold', versionText())}: help() explains, .exit leaves`,
    `driver   ${loaded.source}${reason === undefined ? '' : `, since ${reason}`}`,
    `loader   ${api.formatVersion(instanceVersion(vulkan))}, validation layer ${layers ? 'on' : 'off'}`,
    `gpu      ${nameOf(gpu)}, Vulkan ${api.formatVersion(apiVersion)}`,
  ];
}

function serve(
  session: Session,
  isScript: boolean,
  screen: Screen,
  write: (lines: readonly string[]) => void,
): REPLServer {
  const colors = screen.paint('bold', '') !== '';
  const server = startRepl({
    prompt: isScript ? '' : 'vulkan> ',
    input: isScript ? new PassThrough() : process.stdin,
    output: withoutPrefix(process.stdout, isScript ? process.stderr : process.stdout),
    terminal: !isScript,
    useColors: colors,
    ignoreUndefined: true,
    breakEvalOnSigint: !isScript,
    // A preview would evaluate, and so call Vulkan, while a line is still being typed.
    preview: false,
    writer: value => {
      const now = screenNow(screen);
      if (isError(value)) return fit([errorLine(value) + guess(value.message, server.context)], now);
      const height = isScript ? Number.POSITIVE_INFINITY : process.stdout.rows;
      const type = typeOfLone(typed.code, value, dataOf(server.context));
      return print(value, { colors, width: now.width, height }, type);
    },
  });
  fill(server, session, write);
  // What was made stays, and is there again by name.
  server.on('reset', () => fill(server, session, write));
  const typed = evaluateWith(server);
  const complete = server.completer as unknown as (line: string, done: unknown) => void;
  Object.assign(server, {
    completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
      const members = completeMember(line) ?? completeHelp(line);
      if (members === undefined) complete.call(server, line, done);
      else done(null, members);
    },
  });
  const command = (name: string, text: string, answer: (rest: string) => string[]) =>
    server.defineCommand(name, {
      help: text,
      action(rest) {
        this.clearBufferedCommand();
        try {
          write(answer(rest));
        } catch (error) {
          (isScript ? process.stderr : process.stdout).write(
            `${fit([errorLine(error as Error)], screenNow(screen))}\n`,
          );
          Object.assign(server, { lastError: error });
        }
        this.displayPrompt();
      },
    });
  const now = () => screenNow(screen);
  command('query', '[HANDLE] TYPE: as which memory types a handle can be imported', rest =>
    query(session, server.context, rest, now()),
  );
  command('info', 'What gpu is; `.info all` tells everything', rest => info(session, rest, now()));
  command('memory', "Draw gpu's heaps and memory types", () => memory(session, now()));
  server.defineCommand('exit', {
    help: 'Destroy all that was made, the last first, and leave',
    action() {
      // Node 26 forgets the line that ends a session, older ones keep it: what comes back first is what was last done.
      const { history } = this as unknown as { history?: string[] };
      if (history?.[0]?.trim() === '.exit') history.shift();
      this.close();
    },
  });
  const history = isScript ? undefined : historyFile();
  if (history !== undefined) server.setupHistory(history, () => {});
  return server;
}

/** Variables, and nothing that would be made when it is touched. */
const dataOf = (context: object): unknown[] =>
  Object.values(Object.getOwnPropertyDescriptors(context)).map(({ value }) => value);

/** Everything by name; what costs something is made when it is touched. */
function fill(server: REPLServer, session: Session, write: (lines: readonly string[]) => void): void {
  const { context } = server;
  Object.assign(context, api, { help: (what?: unknown) => write(help(what)) });
  if (session.loaded.embedded !== undefined) context.embedded = session.loaded.embedded;
  for (const name of LAZY)
    Object.defineProperty(context, name, {
      configurable: true,
      enumerable: true,
      get: () => session[name],
      set: value => Object.defineProperty(context, name, { value, writable: true, configurable: true }),
    });
}

/** node:repl puts `Uncaught` before every error; here an error is an answer like any other. */
function withoutPrefix(output: NodeJS.WriteStream, errors: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: string | Uint8Array, ...rest: never[]) => {
    const plain = typeof text === 'string' ? text.replace(/^Uncaught:?\s/, '') : text;
    return (plain === text ? output : errors).write(plain, ...rest);
  };
  return Object.create(output, { write: { value: write } });
}

// Runs a session: at a prompt, with piped input, or with code from -e.

import { type REPLServer, start as startRepl } from 'node:repl';
import { PassThrough } from 'node:stream';
import * as api from '../../index.ts';
import { driverText, nameOf } from '../open.ts';
import { fit, type Screen, screenOf } from '../screen.ts';
import { versionText } from '../version.ts';
import { helpText, parseRepl, type ReplOptions } from './args.ts';
import { completeHelp, completeMember } from './complete.ts';
import { info, memory, query } from './dot-commands.ts';
import { evaluateWith, suggestion } from './evaluate.ts';
import { help } from './help.ts';
import { historyFile } from './history.ts';
import { recordReturned, typeOfNumber } from './number-type.ts';
import { errorLine, isError, print } from './print.ts';
import { evaluateScript } from './script.ts';
import { OBJECT_NAMES, open, type Session } from './session.ts';
import { rememberTypes } from './typed.ts';
import { watch } from './watch.ts';

export async function main(args: readonly string[]): Promise<number> {
  const options = parseRepl(args);
  if (options === 'help') console.log(helpText());
  else if (options === 'version') console.log(versionText());
  else return await runSession(options);
  return 0;
}

async function runSession(options: ReplOptions): Promise<number> {
  const isScript = options.code !== undefined || !process.stdin.isTTY;
  const screen = screenOf(process.stdout);
  const write = (lines: readonly string[]) => {
    process.stdout.write(`${fit(lines, screenNow(screen))}\n`);
  };
  const report = (text: string) => {
    process.stderr.write(`${fit([screen.paint('yellow', text)], screenNow(screen))}\n`);
  };
  const session = await open(options, report);
  watch((row, self, returned) => {
    rememberTypes(row, self, returned);
    recordReturned(row, self, returned);
    session.ledger.record(row, self, returned);
  });
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    session.ledger.destroyAll(report);
    session.loaded.end();
  };
  // For process.exit().
  process.once('exit', end);
  if (!isScript) write(banner(session, screen));
  const server = serve(session, isScript, screen, write);
  // An error outside any line does not end the session, just as an error of a line does not.
  if (!isScript)
    process.on('uncaughtException', error => {
      report(isError(error) ? errorLine(error) : String(error));
      server.displayPrompt();
    });
  const failed = await new Promise<boolean>(resolve => {
    if (isScript) void evaluateScript(server, options.code).then(resolve);
    else server.once('exit', () => resolve(false));
  });
  end();
  return failed ? 1 : 0;
}

/** The screen with its current width, since a terminal may have been resized. */
const screenNow = (screen: Screen): Screen => ({ ...screen, width: screenOf(process.stdout).width });

function banner(session: Session, screen: Screen): string[] {
  const { loaded, vulkan, gpu, layers } = session;
  const { apiVersion } = gpu.getPhysicalDeviceProperties();
  return [
    `${screen.paint('bold', versionText())}: help() for help, .exit to quit`,
    `driver   ${driverText(loaded)}`,
    `loader   ${api.formatVersion(vulkan.instanceVersion)}, validation layer ${layers ? 'on' : 'off'}`,
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
    // A preview would evaluate a line, and so call Vulkan, while it is still being typed.
    preview: false,
    writer: value => {
      const now = screenNow(screen);
      if (isError(value)) return fit([errorLine(value) + suggestion(value.message, server.context)], now);
      const height = isScript ? Number.POSITIVE_INFINITY : process.stdout.rows;
      const type = typeOfNumber(typed.code, value, dataOf(server.context));
      return print(value, { colors, width: now.width, height }, type);
    },
  });
  defineGlobals(server, session, write);
  // The objects of the session survive a reset.
  server.on('reset', () => defineGlobals(server, session, write));
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
  command('query', '[HANDLE] TYPE: which memory types a handle can be imported as', rest =>
    query(session, server.context, rest, now()),
  );
  command('info', 'Summarize gpu; `.info all` shows everything', rest => info(session, rest, now()));
  command('memory', "Draw gpu's heaps and memory types", () => memory(session, now()));
  server.defineCommand('exit', {
    help: 'Destroy all that was created, the latest first, and quit',
    action() {
      // `.exit` is not remembered (as in Node 26): in the next session arrow up gives the last line that did something.
      const { history } = this as unknown as { history?: string[] };
      if (history?.[0]?.trim() === '.exit') history.shift();
      this.close();
    },
  });
  const history = isScript ? undefined : historyFile();
  if (history !== undefined) server.setupHistory(history, () => {});
  return server;
}

/** The values of variables, without objects that would be created by reading them. */
const dataOf = (context: object): unknown[] =>
  Object.values(Object.getOwnPropertyDescriptors(context)).map(({ value }) => value);

/** Defines the names at the prompt; objects are created when they are first used. */
function defineGlobals(
  server: REPLServer,
  session: Session,
  write: (lines: readonly string[]) => void,
): void {
  const { context } = server;
  Object.assign(context, api, { help: (what?: unknown) => write(help(what)) });
  if (session.loaded.embedded !== undefined) context.embedded = session.loaded.embedded;
  for (const name of OBJECT_NAMES)
    Object.defineProperty(context, name, {
      configurable: true,
      enumerable: true,
      get: () => session[name],
      set: value => Object.defineProperty(context, name, { value, writable: true, configurable: true }),
    });
}

/** Removes the `Uncaught` that node:repl prints before every error. */
function withoutPrefix(output: NodeJS.WriteStream, errors: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: string | Uint8Array, ...rest: never[]) => {
    const plain = typeof text === 'string' ? text.replace(/^Uncaught:?\s/, '') : text;
    return (plain === text ? output : errors).write(plain, ...rest);
  };
  return Object.create(output, { write: { value: write } });
}

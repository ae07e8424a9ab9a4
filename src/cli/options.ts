// The options of a command: what is given, or a usage error that guesses what was meant.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { closest } from '../errors/closest.ts';
import { calledAs } from './called-as.ts';
import { UsageError } from './usage-error.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** @param command whose options they are, which `--help` tells */
export function parseOptions<O extends Options>(command: string, args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(
      `${problemOf(error as NodeJS.ErrnoException, options)} (${calledAs(command)} --help tells more)`,
    );
  }
}

function problemOf(error: NodeJS.ErrnoException, options: Options): string {
  const [, wrong] = /'(-[^']*)'/.exec(error.message) ?? [];
  if (error.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION' || wrong === undefined)
    return error.message.split(/[.;] /)[0].replace(/\.$/, '');
  const near = closest(wrong.replace(/^-+/, '').replace(/=.*$/, ''), Object.keys(options));
  return `no option "${wrong}"${near === undefined ? '' : `; did you mean --${near}?`}`;
}

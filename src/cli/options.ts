// Parses the options of a command; the usage error for an unknown option suggests one.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { closest } from '../errors/closest.ts';
import { calledAs } from './called-as.ts';
import { UsageError } from './usage-error.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * @param command the command whose help the error mentions
 * @param me how it is called, if it is not one of `koffi-vulkan`
 */
export function parseOptions<O extends Options>(
  command: string,
  args: readonly string[],
  options: O,
  me: string = calledAs(command),
) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(`${problemOf(error as NodeJS.ErrnoException, options)} (see ${me} --help)`);
  }
}

function problemOf(error: NodeJS.ErrnoException, options: Options): string {
  const [, wrong] = /'(-[^']*)'/.exec(error.message) ?? [];
  if (error.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION' || wrong === undefined)
    return error.message.split(/[.;] /)[0].replace(/\.$/, '');
  const near = closest(wrong.replace(/^-+/, '').replace(/=.*$/, ''), Object.keys(options));
  return `no option "${wrong}"${near === undefined ? '' : `; did you mean --${near}?`}`;
}

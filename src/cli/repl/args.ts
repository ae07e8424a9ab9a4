// In: the command line of `koffi-vulkan repl`.
// Out: what the session starts with, or a usage error in one sentence.
import { parseArgs } from 'node:util';
import { UsageError } from '../query/args.ts';

export const HELP = `Vulkan at a prompt: every command, enum and struct by name, values printed as a person reads them.

usage: koffi-vulkan repl [options]          (from a checkout: npm run repl)

  -e, --eval CODE      run CODE instead of reading a prompt; its values are printed
  --driver auto|system|embedded|PATH
                       auto (default): the system's Vulkan if it has a device, else the driver inside this package
  --device N|NAME      which physical device \`gpu\` is: its number, or a part of its name
  --extensions A,B     device extensions that \`device\` is made with; without it those about external memory
  --no-layers          leave the Khronos validation layer off, which is on where it is installed
  --version            print the versions of this package and of the Vulkan registry
  --help               print this

Piped input runs line by line, as typed. exit code: 0, 1 after an error in CODE or piped input, 2 wrong usage

examples:
  koffi-vulkan repl
  koffi-vulkan repl -e 'gpu.getPhysicalDeviceProperties().deviceName'
  echo 'help("vkGetMemoryWin32HandlePropertiesKHR")' | koffi-vulkan repl --driver embedded`;

export interface Start {
  readonly code: string | undefined;
  readonly driver: string;
  readonly device: string | undefined;
  /** Undefined: those about external memory. */
  readonly extensions: readonly string[] | undefined;
  readonly layers: boolean;
}

export function parseRepl(args: readonly string[]): Start | 'help' | 'version' {
  const { help, version, eval: code, extensions, ...start } = parse(args).values;
  if (help) return 'help';
  if (version) return 'version';
  return {
    code,
    driver: start.driver,
    device: start.device,
    extensions: extensions?.split(',').filter(Boolean),
    layers: !start['no-layers'],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        eval: { type: 'string', short: 'e' },
        driver: { type: 'string', default: 'auto' },
        device: { type: 'string' },
        extensions: { type: 'string' },
        'no-layers': { type: 'boolean', default: false },
        version: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

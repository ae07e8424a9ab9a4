// The options of `koffi-vulkan repl`.
import { calledAs } from '../called-as.ts';
import { parseOptions } from '../options.ts';

export const helpText = (
  me = calledAs('repl'),
): string => `Vulkan at a prompt: every command, enum and struct by name, values printed as a person reads them.

usage: ${me} [options]

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
  ${me.replace(/ --$/, '')}
  ${me} -e 'gpu.getPhysicalDeviceProperties().deviceName'
  echo 'help("vkGetMemoryWin32HandlePropertiesKHR")' | ${me} --driver embedded`;

export interface Start {
  readonly code: string | undefined;
  readonly driver: string;
  readonly device: string | undefined;
  /** Undefined: those about external memory. */
  readonly extensions: readonly string[] | undefined;
  readonly layers: boolean;
}

export function parseRepl(args: readonly string[]): Start | 'help' | 'version' {
  const { help, version, eval: code, extensions, ...start } = parseOptions('repl', args, OPTIONS);
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

const OPTIONS = {
  eval: { type: 'string', short: 'e' },
  driver: { type: 'string', default: 'auto' },
  device: { type: 'string' },
  extensions: { type: 'string' },
  'no-layers': { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

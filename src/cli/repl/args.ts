// The options of `koffi-vulkan repl`.
import { calledAs } from '../called-as.ts';
import { parseOptions } from '../options.ts';

export const helpText = (
  me = calledAs('repl'),
): string => `Vulkan at a prompt: every command, enum and struct by name, and values printed for people.

usage: ${me} [options]

  -e, --eval CODE      run CODE instead of a prompt, and print its values
  --driver auto|system|embedded|PATH
                       auto (default): the system's Vulkan if it has a device, else the driver inside this package
  --device N|NAME      the physical device \`gpu\`: its number, or a part of its name
  --extensions A,B     device extensions of \`device\`; by default those for external memory
  --no-layers          do not enable the Khronos validation layer, which is on if it is installed
  --version            print the versions of this package and of the Vulkan registry
  --help               print this

Piped input runs line by line, as if typed.
exit code: 0 success, 1 an error in CODE or piped input, 2 wrong usage

examples:
  ${me.replace(/ --$/, '')}
  ${me} -e 'gpu.getPhysicalDeviceProperties().deviceName'
  echo 'help("vkGetMemoryWin32HandlePropertiesKHR")' | ${me} --driver embedded`;

export interface ReplOptions {
  readonly code: string | undefined;
  readonly driver: string;
  readonly device: string | undefined;
  /** Undefined means those for external memory. */
  readonly extensions: readonly string[] | undefined;
  readonly layers: boolean;
}

export function parseRepl(args: readonly string[]): ReplOptions | 'help' | 'version' {
  const { help, version, eval: code, extensions, ...options } = parseOptions('repl', args, OPTIONS);
  if (help) return 'help';
  if (version) return 'version';
  return {
    code,
    driver: options.driver,
    device: options.device,
    extensions: extensions?.split(',').filter(Boolean),
    layers: !options['no-layers'],
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

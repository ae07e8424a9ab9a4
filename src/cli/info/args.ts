// The options of `koffi-vulkan info`.
import { calledAs } from '../called-as.ts';
import { parseOptions } from '../options.ts';
import { UsageError } from '../usage-error.ts';

export const helpText = (
  me = calledAs('info'),
): string => `Shows what Vulkan on this machine offers: every limit, feature and property of every device.

usage: ${me} [options]

  --summary            a few lines for each device
  --json               all of it as JSON, with names and values as in the Vulkan Profiles schema
  --formats            also the formats, and what each can be used for
  --device N|NAME      only this device: its number, or a part of its name
  --driver system|embedded|PATH
                       the system's Vulkan (default), the driver inside this package, or a library
  --version            print the versions of this package and of the Vulkan registry
  --help               print this

exit code: 0 success, 1 no Vulkan or a Vulkan error, 2 wrong usage
colours: on a terminal only, and never if NO_COLOR is set

examples:
  ${me} --summary
  ${me} --device nvidia | less
  ${me} --json | jq '.devices[0].properties.VkPhysicalDeviceProperties.limits'
  ${me} --formats | grep -A 9 B8G8R8A8_UNORM`;

export interface InfoOptions {
  readonly summary: boolean;
  readonly json: boolean;
  readonly formats: boolean;
  readonly device: string | undefined;
  readonly driver: string;
}

export function parseInfo(args: readonly string[]): InfoOptions | 'help' | 'version' {
  const { help, version, ...options } = parseOptions('info', args, OPTIONS);
  if (help) return 'help';
  if (version) return 'version';
  for (const other of ['json', 'formats'] as const)
    if (options.summary && options[other])
      throw new UsageError(`--summary and --${other} exclude each other`);
  return { ...options, device: options.device };
}

const OPTIONS = {
  summary: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  formats: { type: 'boolean', default: false },
  device: { type: 'string' },
  driver: { type: 'string', default: 'system' },
  version: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

// The options of `koffi-vulkan query`.

import { explain, VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../index.ts';
import { UINT64_MAX } from '../../native/uint64.ts';
import { win32HandleTypes } from '../../registry/win32-handle-types.ts';
import { calledAs } from '../called-as.ts';
import { parseOptions } from '../options.ts';
import { UsageError } from '../usage-error.ts';

export const helpText = (
  me = calledAs('query'),
): string => `Asks Vulkan which memory types a Windows handle made outside Vulkan can be imported as
(vkGetMemoryWin32HandlePropertiesKHR).

usage: ${me} [options]

  --driver auto|system|embedded|PATH   auto: a system device with the extension, else the embedded driver
  --device N|NAME       the physical device: its number, or a part of its name; by default the first that
                        has the extension
  --handle VALUE        the HANDLE, decimal or 0x…; by default one is created
  --handle-type NAME    D3D11_TEXTURE (default), D3D11_TEXTURE_KMT, D3D12_HEAP, D3D12_RESOURCE, …
  --all-types           ask for every Windows handle type
  --json                print JSON
  --help                print this

exit code: 0 answered, 1 refused by Vulkan or no usable answer, 2 wrong usage

examples:
  ${me.replace(/ --$/, '')}
  ${me} --driver embedded --all-types --json
  ${me} --driver system --handle 0x1a4 --handle-type D3D12_RESOURCE`;

const TYPES = [...win32HandleTypes.keys()] as HandleType[];
const NAMES = TYPES.map(type => explain('VkExternalMemoryHandleTypeFlagBits', type));

export interface Query {
  readonly driver: string;
  readonly device: string | undefined;
  readonly handle: bigint | undefined;
  readonly types: readonly HandleType[];
  readonly allTypes: boolean;
  readonly json: boolean;
}

export function parseQuery(args: readonly string[]): Query | 'help' {
  const values = parseOptions('query', args, OPTIONS);
  if (values.help) return 'help';
  const allTypes = values['all-types'];
  if (allTypes && values['handle-type'] !== undefined)
    throw new UsageError('--all-types and --handle-type exclude each other');
  return {
    driver: values.driver,
    device: values.device,
    handle: values.handle === undefined ? undefined : parseHandle(values.handle),
    types: allTypes ? TYPES : [parseType(values['handle-type'] ?? 'D3D11_TEXTURE')],
    allTypes,
    json: values.json,
  };
}

const OPTIONS = {
  driver: { type: 'string', default: 'auto' },
  device: { type: 'string' },
  handle: { type: 'string' },
  'handle-type': { type: 'string' },
  'all-types': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function parseHandle(text: string): bigint {
  if (/^(0x[0-9a-f]{1,16}|\d{1,20})$/i.test(text) && BigInt(text) <= UINT64_MAX) return BigInt(text);
  throw new UsageError(`--handle: expected a HANDLE of 64 bits, decimal or 0x…, got "${text}"`);
}

function parseType(text: string): HandleType {
  const name = text
    .toUpperCase()
    .replace(/^VK_EXTERNAL_MEMORY_HANDLE_TYPE_/, '')
    .replace(/_BIT$/, '');
  const found = NAMES.indexOf(name);
  if (found >= 0) return TYPES[found];
  const other = Object.hasOwn(HandleType, name) ? ', which is not a type of Windows handles' : '';
  throw new UsageError(`--handle-type: expected one of ${NAMES.join(', ')}, got "${text}"${other}`);
}

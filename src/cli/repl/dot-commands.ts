// The answers of .query, .info and .memory at the prompt.
import { type Context, runInContext } from 'node:vm';
import { explain, explainC, VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../index.ts';
import { win32HandleTypes } from '../../registry/win32-handle-types.ts';
import { queryMemoryTypes } from '../../win32/index.ts';
import { gatherDevice, gatherInstance, gatherMemory } from '../info/gather.ts';
import { drawMemory } from '../info/memory.ts';
import { summaryText } from '../info/summary.ts';
import { fullText } from '../info/text.ts';
import { openInstance } from '../open.ts';
import { handleFor } from '../query/ask.ts';
import { formatMemoryTypes } from '../query/print.ts';
import type { Screen } from '../screen.ts';
import { UsageError } from '../usage-error.ts';
import type { Session } from './session.ts';

const nameOfType = (type: number) => explain('VkExternalMemoryHandleTypeFlagBits', type as HandleType);
const CREATED = [...win32HandleTypes.keys()].map(nameOfType);
const OTHERS = [...new Set(Object.values(HandleType) as HandleType[])]
  .map(nameOfType)
  .filter(name => !CREATED.includes(name));
const USAGE =
  `.query TYPE creates a handle, TYPE one of ${CREATED.join(', ')}; ` +
  `.query HANDLE TYPE asks about yours, a number or a variable, TYPE also one of ${OTHERS.join(', ')}`;

interface Answer {
  /** Undefined if the driver gave no usable answer: the warnings say why. */
  readonly memoryTypeBits: number | undefined;
  readonly warnings?: readonly string[];
}

function answerOf(session: Session, type: number, handle: unknown): Answer {
  const { device } = session;
  if (type === HandleType.HOST_ALLOCATION_EXT || type === HandleType.HOST_MAPPED_FOREIGN_MEMORY_EXT)
    return device.getMemoryHostPointerPropertiesEXT(type, handle as bigint);
  if (type === HandleType.OPAQUE_FD || type === HandleType.DMA_BUF_EXT)
    return device.getMemoryFdPropertiesKHR(type, Number(handle));
  return queryMemoryTypes(device, type, handle as bigint);
}

/** Which memory types a handle can be imported as; without one a handle is created, and closed again. */
export function query(session: Session, context: Context, text: string, screen: Screen): string[] {
  const [, expression = '', typeText] = /^(?:(.*\S)\s+)?(\S+)$/.exec(text.trim()) ?? [];
  const name = typeText?.replace(/^.*\./, '').replace(/^VK_EXTERNAL_MEMORY_HANDLE_TYPE_|_BIT(?=_|$)/g, '');
  if (name === undefined || !Object.hasOwn(HandleType, name)) throw new UsageError(USAGE);
  const type = HandleType[name as keyof typeof HandleType] as HandleType;
  const { handle, end } = handleOf(session, context, expression, type);
  try {
    const { memoryTypeBits: bits, warnings = [] } = answerOf(session, type, handle);
    return [
      `${explainC('VkExternalMemoryHandleTypeFlagBits', type)}: memoryTypeBits ${screen.paint('bold', formatMemoryTypes(bits))}`,
      ...warnings,
      ...(bits === undefined ? [] : drawMemory(gatherMemory(session.gpu), screen, bits)),
    ];
  } finally {
    end();
  }
}

function handleOf({ loaded, device }: Session, context: Context, expression: string, type: HandleType) {
  if (expression !== '') {
    const isNumber = /^(0x[0-9a-f]+|\d+)$/i.test(expression);
    const handle: unknown = isNumber ? BigInt(expression) : runInContext(expression, context);
    return { handle, end: () => {} };
  }
  if (!win32HandleTypes.has(type))
    throw new UsageError(
      `.query ${nameOfType(type)}: no handle of this type can be created here; type yours before it: .query HANDLE ${nameOfType(type)}`,
    );
  return handleFor({ embedded: loaded.embedded, device }, { handle: undefined }, type);
}

/** As in `koffi-vulkan info`: through an instance without layers, which may be older than some handle types. */
export function info(
  { vulkan, physicalDevices, gpu, loaded }: Session,
  text: string,
  screen: Screen,
): string[] {
  const index = physicalDevices.indexOf(gpu);
  const instance = openInstance(vulkan, []);
  try {
    const own = instance.enumeratePhysicalDevices()[index];
    if (text.trim() !== 'all') return summaryText(loaded.source, vulkan, instance, [[index, own]], screen);
    const device = gatherDevice(own, index, [], false);
    return fullText(loaded.source, gatherInstance(vulkan, instance), [device], screen);
  } finally {
    instance.destroyInstance();
  }
}

export const memory = ({ gpu }: Session, screen: Screen): string[] => drawMemory(gatherMemory(gpu), screen);

// Messages of validation layers, drivers and shaders: shown as a person reads them, or given to a function.
import { writeSync } from 'node:fs';
import {
  VkDebugUtilsMessageSeverityFlagBitsEXT as Severity,
  VkDebugUtilsMessageTypeFlagBitsEXT as Type,
} from '../../ffi/rows/bitmasks.ts';
import { VkStructureType } from '../../ffi/rows/enums.ts';
import type { VkDebugUtilsMessageSeverityFlagsEXT } from '../../ffi/rows/flag-types.ts';
import type {
  Chained,
  VkDebugUtilsMessengerCallbackDataEXTReturned,
  VkDebugUtilsMessengerEXT,
} from '../../ffi/types/structs.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { describe } from '../native/argument-error.ts';
import { checkFlags, checkOptions } from '../native/options.ts';
import type { Instance } from '../objects/instance.ts';
import { registry } from '../registry/registry.ts';
import { formatMessage, type Message, messageFilter, type RawMessage, readMessage } from './message.ts';

/** What becomes of messages. */
export interface MessageOptions {
  /** Of which severities; warnings and errors where it is left out. What shaders print comes in any case. */
  readonly severity?: VkDebugUtilsMessageSeverityFlagsEXT;
  /** Gets every message, instead of each being written once to stderr. */
  readonly to?: (message: Message) => void;
}

/** Options that were checked. */
export function messageOptions(
  path: string,
  options: MessageOptions,
): { severity: VkDebugUtilsMessageSeverityFlagsEXT; to: MessageOptions['to'] } {
  checkOptions(path, options, ['severity', 'to']);
  const { severity = Severity.WARNING | Severity.ERROR, to } = options;
  checkFlags(`${path}.severity`, severity, 'VkDebugUtilsMessageSeverityFlagBitsEXT');
  if (to !== undefined && typeof to !== 'function')
    throw ours(new TypeError(`${path}.to: expected a function, got ${describe(to)}`));
  return { severity, to };
}

/** C types of handles by their VkObjectType. */
export const objectTypes = (): Record<number, string> =>
  Object.fromEntries(
    registry.tables.handles.names().flatMap(name => {
      const fact = registry.fact(name);
      return fact.kind === 'handle' ? [[fact.row.objectType, fact.row.name]] : [];
    }),
  );

/** Whether a person sees colours there. */
export const hasColors = (): boolean =>
  process.stderr.isTTY === true && process.env.NO_COLOR === undefined && process.stderr.hasColors();

/** What shaders print comes as information. */
export const ofMessenger = (
  severity: VkDebugUtilsMessageSeverityFlagsEXT,
): Omit<Chained<'VkDebugUtilsMessengerCreateInfoEXT'>, 'pfnUserCallback'> => ({
  sType: VkStructureType.DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
  messageSeverity: severity | Severity.INFO,
  messageType: Type.GENERAL | Type.VALIDATION | Type.PERFORMANCE,
});

const rawOf = (severity: number, data: VkDebugUtilsMessengerCallbackDataEXTReturned): RawMessage => ({
  severity,
  id: data.pMessageIdName ?? '',
  text: data.pMessage ?? '',
  objects: (data.pObjects ?? []).map(({ objectType, objectHandle, pObjectName }) => ({
    type: objectType,
    handle: objectHandle,
    name: pObjectName ?? '',
  })),
});

/**
 * Create info of a messenger that shows messages, or gives them to a function, in this thread: to be chained to
 * VkInstanceCreateInfo for what is said while the instance is created and destroyed, or for
 * `instance.createDebugUtilsMessengerEXT`. It makes no command.
 * @param options which severities, and a function to give them to
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkDebugUtilsMessengerCreateInfoEXT.html
 *
 * @example
 * using created = loadVulkan().createInstance({
 *   ppEnabledExtensionNames: ['VK_EXT_debug_utils'],
 *   pNext: [messengerCreateInfo()],
 * });
 */
export const messengerCreateInfo = userCall(function messengerCreateInfo(
  options: MessageOptions = {},
): Chained<'VkDebugUtilsMessengerCreateInfoEXT'> {
  return listener(messageOptions('messengerCreateInfo.options', options));
});

function listener({
  severity,
  to,
}: ReturnType<typeof messageOptions>): Chained<'VkDebugUtilsMessengerCreateInfoEXT'> {
  const isShown = messageFilter(severity);
  const types = objectTypes();
  return {
    ...ofMessenger(severity),
    pfnUserCallback: (messageSeverity, _types, data) => {
      const raw = rawOf(messageSeverity, data);
      if (to === undefined) {
        if (isShown(raw)) writeSync(2, `${formatMessage(readMessage(raw, types), hasColors())}\n`);
        return;
      }
      const message = readMessage(raw, types);
      if (message.isDebugPrintf || messageSeverity & severity) to(message);
    },
  };
}

/**
 * Shows the messages of layers, drivers and shaders (debugPrintfEXT) on stderr: severity, VUID, what is wrong, the
 * objects by their debug names, in colours where a person sees them, each once. Makes vkCreateDebugUtilsMessengerEXT.
 *
 * It runs in this thread: a message of another thread waits until this one is back in JavaScript's event loop, for
 * ever where this thread waits in Vulkan for that one. {@link showMessagesInThread} has a thread of its own for that.
 * @param instance with VK_EXT_debug_utils enabled
 * @param options which severities, and a function to give them to instead
 * @returns the messenger: destroy it before the instance, or let `using` do it
 * @throws NotAvailableError without the extension
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkCreateDebugUtilsMessengerEXT.html
 *
 * @example
 * const messenger = showMessages(instance, { to: ({ severity, text }) => console.log(severity, text) });
 */
export const showMessages = userCall(function showMessages(
  instance: Instance,
  options: MessageOptions = {},
): VkDebugUtilsMessengerEXT {
  checkClass('showMessages.instance', instance, 'VkInstance');
  const info = listener(messageOptions('showMessages.options', options));
  return instance.createDebugUtilsMessengerEXT(info);
});

// Shows the messages of validation layers, drivers and shaders, or passes them to a function.
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
import { describe } from '../errors/describe.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { checkFlags, checkOptions } from '../native/options.ts';
import { writeStderr } from '../native/stderr.ts';
import type { Instance } from '../objects/instance.ts';
import { registry } from '../registry/registry.ts';
import { formatMessage, type Message, messageFilter, type RawMessage, readMessage } from './message.ts';

/** Which messages to show, and how. */
export interface MessageOptions {
  /** The severities; by default warnings and errors. Output of shaders is shown in any case. */
  readonly severity?: VkDebugUtilsMessageSeverityFlagsEXT;
  /** A function that gets every message, instead of each being written to stderr once. */
  readonly to?: (message: Message) => void;
}

/** Checks options, and fills in defaults. */
export function messageOptions(
  path: string,
  options: MessageOptions,
): { severity: VkDebugUtilsMessageSeverityFlagsEXT; to: MessageOptions['to'] } {
  const { severity = Severity.WARNING | Severity.ERROR, to } = checkOptions(path, options, [
    'severity',
    'to',
  ]);
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

/** Whether stderr is a terminal with colours. */
export const hasColors = (): boolean =>
  process.stderr.isTTY === true && process.env.NO_COLOR === undefined && process.stderr.hasColors();

/** Create info of a messenger without its callback; INFO is included, because shaders' output has that severity. */
export const createInfoWithoutCallback = (
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
 * Returns the create info of a messenger that shows messages, or passes them to a function, in this thread: for
 * `instance.createDebugUtilsMessengerEXT`, or chained to VkInstanceCreateInfo for messages while the instance is created
 * and destroyed. It calls no command.
 * @param options severities, and a function that gets the messages
 * @returns the create info, with its sType
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
  return createInfoFor(messageOptions('messengerCreateInfo.options', options));
});

function createInfoFor({
  severity,
  to,
}: ReturnType<typeof messageOptions>): Chained<'VkDebugUtilsMessengerCreateInfoEXT'> {
  const isShown = messageFilter(severity);
  const types = objectTypes();
  return {
    ...createInfoWithoutCallback(severity),
    pfnUserCallback: (messageSeverity, _types, data) => {
      const raw = rawOf(messageSeverity, data);
      if (to === undefined) {
        if (isShown(raw)) writeStderr(`${formatMessage(readMessage(raw, types), hasColors())}\n`);
        return;
      }
      const message = readMessage(raw, types);
      if (message.isDebugPrintf || messageSeverity & severity) to(message);
    },
  };
}

/**
 * Shows the messages of layers, drivers and shaders (debugPrintfEXT) on stderr, each once: severity, VUID, text, and the
 * objects with their debug names, in colours on a terminal. Calls vkCreateDebugUtilsMessengerEXT.
 *
 * It runs in this thread: a message of another thread waits until this one is back in its event loop, which is forever if
 * this thread is waiting in Vulkan for the other one. {@link showMessagesInThread} has a thread of its own for that.
 * @param instance with VK_EXT_debug_utils enabled
 * @param options severities, and a function that gets the messages instead
 * @returns the messenger, to be destroyed before the instance; `using` on the instance does so too
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
  const info = createInfoFor(messageOptions('showMessages.options', options));
  return instance.createDebugUtilsMessengerEXT(info);
});

// Messages in a thread of their own: shown also while this thread waits in Vulkan for the one that has something to say.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { VkDebugUtilsMessengerEXT } from '../../ffi/types/structs.ts';
import { userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { layoutOf } from '../native/row-types.ts';
import type { Instance } from '../objects/instance.ts';
import { registry } from '../registry/registry.ts';
import { formatMessage, type Message, messageFilter, readMessage } from './message.ts';
import { hasColors, type MessageOptions, messageOptions, objectTypes, ofMessenger } from './messages.ts';

/** What the thread is given. */
interface ThreadData {
  readonly koffi: string;
  readonly severity: number;
  readonly types: Readonly<Record<number, string>>;
  readonly hasColors: boolean;
  /** Where messages go; none where they are shown. */
  readonly port: MessagePort | undefined;
  /** Of VkDebugUtilsMessengerCallbackDataEXT and of VkDebugUtilsObjectNameInfoEXT, in bytes. */
  readonly data: Readonly<Record<string, number>>;
  readonly object: Readonly<Record<string, number>>;
}

/**
 * All that the thread does, as source text: it gives C a callback, says where that is, and gives it back when told.
 * It knows koffi alone and reads two structs by the offsets that it is given, so that it needs no file of this package,
 * of which a bundle may have none.
 */
const SOURCE = `
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const koffi = require(workerData.koffi);
// What tools that keep the names of functions put into them.
const __name = fn => fn;
const [readMessage, formatMessage, messageFilter] = [${[readMessage, formatMessage, messageFilter].join(', ')}];
const { severity, types, hasColors, port, data, object } = workerData;
const unsigned = value => BigInt.asUintN(64, BigInt(value));
const number = (type, address, offset) => koffi.decode(address, offset, type);
const string = (address, offset) => koffi.decode(address, offset, 'str') || '';
const isShown = messageFilter(severity);
function listen(messageSeverity, _types, pCallbackData) {
  const address = unsigned(pCallbackData);
  const first = unsigned(number('uintptr_t', address, data.pObjects));
  const objects = Array.from({ length: first === 0n ? 0 : number('uint32_t', address, data.objectCount) }, (_, i) => {
    const at = first + BigInt(i * object.size);
    return {
      type: number('int32_t', at, object.objectType),
      handle: unsigned(number('uint64_t', at, object.objectHandle)),
      name: string(at, object.pObjectName),
    };
  });
  const raw = {
    severity: messageSeverity,
    id: string(address, data.pMessageIdName),
    text: string(address, data.pMessage),
    objects,
  };
  if (port === undefined) {
    if (isShown(raw)) writeSync(2, formatMessage(readMessage(raw, types), hasColors) + '\\n');
    return 0;
  }
  const message = readMessage(raw, types);
  if (message.isDebugPrintf || (messageSeverity & severity) !== 0) port.postMessage(message);
  return 0;
}
const callback = koffi.register(listen, koffi.pointer(koffi.proto('uint32_t', ['uint32_t', 'uint32_t', 'uintptr_t', 'uintptr_t'])));
parentPort.once('message', () => koffi.unregister(callback));
parentPort.postMessage(unsigned(callback));
`;

/** A bundle in CommonJS has no `import.meta`: it is what the process was started with. */
const koffiPath = (): string => {
  const here = (import.meta.url as string | undefined) ?? resolve(process.argv[1] ?? '.');
  return createRequire(here).resolve('koffi');
};

const offsetsOf = (name: string): Record<string, number> => {
  const { size, members } = layoutOf(registry.struct(name));
  return { size, ...Object.fromEntries([...members].map(([member, { offset }]) => [member, offset])) };
};

/**
 * Shows messages as `showMessages` does, in a thread of its own: nothing waits for this thread, however long it is
 * in Vulkan, and what layers say of a call is written before that call returns. Makes vkCreateDebugUtilsMessengerEXT,
 * whose callback belongs to a worker; that ends with the messenger, and keeps no process alive.
 * @param instance with VK_EXT_debug_utils enabled
 * @param options which severities, and a function to give them to instead: that runs in this thread, when it is back
 *   in its event loop, or when the messenger is destroyed
 * @returns the messenger: destroy it before the instance, or let `using` do it
 * @throws NotAvailableError without the extension
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkCreateDebugUtilsMessengerEXT.html
 *
 * @example
 * const messenger = await showMessagesInThread(instance);
 * instance.destroyDebugUtilsMessengerEXT(messenger);
 */
export const showMessagesInThread = userCall(async function showMessagesInThread(
  instance: Instance,
  options: MessageOptions = {},
): Promise<VkDebugUtilsMessengerEXT> {
  checkClass('showMessagesInThread.instance', instance, 'VkInstance');
  const { severity, to } = messageOptions('showMessagesInThread.options', options);
  const channel = to === undefined ? undefined : new MessageChannel();
  const workerData: ThreadData = {
    koffi: koffiPath(),
    severity,
    types: objectTypes(),
    hasColors: hasColors(),
    port: channel?.port2,
    data: offsetsOf('VkDebugUtilsMessengerCallbackDataEXT'),
    object: offsetsOf('VkDebugUtilsObjectNameInfoEXT'),
  };
  const transferList = channel === undefined ? [] : [channel.port2];
  const worker = new Worker(SOURCE, { eval: true, workerData, transferList, execArgv: [] });
  const pfnUserCallback = await new Promise<bigint>((registered, reject) => {
    worker.once('message', registered);
    worker.once('error', reject);
  });
  const port = channel?.port1;
  port?.on('message', (message: Message) => to?.(message));
  port?.unref();
  worker.unref();
  let messenger: VkDebugUtilsMessengerEXT;
  try {
    messenger = instance.createDebugUtilsMessengerEXT({ ...ofMessenger(severity), pfnUserCallback });
  } catch (error) {
    worker.postMessage('end');
    throw error;
  }
  // A driver's thread that speaks while the process ends would call a thread that is gone.
  const atExit = () => instance.destroyDebugUtilsMessengerEXT(messenger);
  process.once('exit', atExit);
  instance.scope.afterDestroy(
    () => {
      process.off('exit', atExit);
      if (port !== undefined) deliver(port, to!);
      worker.postMessage('end');
    },
    'VkDebugUtilsMessengerEXT',
    messenger,
  );
  return messenger;
});

/** Gives what has arrived and was not given yet, and closes. What the function throws is nobody's here. */
function deliver(port: MessagePort, to: (message: Message) => void): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
    try {
      to(next.message);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  port.close();
}

// Shows messages in a thread of its own, so that they appear while this thread is blocked in Vulkan.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { VkDebugUtilsMessengerEXT } from '../../ffi/types/structs.ts';
import { endWithThread } from '../commands/lifetime.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { queueMicrotask } from '../native/clock.ts';
import { layoutOf } from '../native/row-types.ts';
import { stderrWriter } from '../native/stderr.ts';
import { uninterrupted, workerRefusal } from '../native/worker-lock.ts';
import type { Instance } from '../objects/instance.ts';
import { registry } from '../registry/registry.ts';
import { formatMessage, type Message, messageFilter, readMessage } from './message.ts';
import {
  createInfoWithoutCallback,
  hasColors,
  type MessageOptions,
  messageOptions,
  objectTypes,
} from './messages.ts';

/** The data that the thread starts with. */
interface ThreadData {
  readonly koffi: string;
  readonly severity: number;
  readonly types: Readonly<Record<number, string>>;
  readonly hasColors: boolean;
  /** Receives the messages; undefined if they are shown on stderr. */
  readonly port: MessagePort | undefined;
  /** Offsets of the members of VkDebugUtilsMessengerCallbackDataEXT and VkDebugUtilsObjectNameInfoEXT, in bytes. */
  readonly data: Readonly<Record<string, number>>;
  readonly object: Readonly<Record<string, number>>;
}

/**
 * The thread's source text: it registers a callback, posts its address, and unregisters it on request. It needs koffi
 * alone, and reads two structs by their offsets, because a bundle may contain no file of this package.
 */
const SOURCE = `
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const koffi = require(workerData.koffi);
// Bundlers that keep the names of functions add calls of it.
const __name = fn => fn;
const functions = [${[readMessage, formatMessage, messageFilter, stderrWriter].join(', ')}];
const [readMessage, formatMessage, messageFilter, stderrWriter] = functions;
const { severity, types, hasColors, port, data, object } = workerData;
const unsigned = value => BigInt.asUintN(64, BigInt(value));
const number = (type, address, offset) => koffi.decode(address, offset, type);
const string = (address, offset) => koffi.decode(address, offset, 'str') || '';
const isShown = messageFilter(severity);
const writeStderr = stderrWriter(writeSync);
function tell(messageSeverity, _types, pCallbackData) {
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
    if (isShown(raw)) writeStderr(formatMessage(readMessage(raw, types), hasColors) + '\\n');
    return;
  }
  const message = readMessage(raw, types);
  if (message.isDebugPrintf || (messageSeverity & severity) !== 0) port.postMessage(message);
}
// An error that passes through C would end the process, and there is nobody to tell.
function listen(...args) {
  try {
    tell(...args);
  } catch {}
  return 0;
}
const callback = koffi.register(listen, koffi.pointer(koffi.proto('uint32_t', ['uint32_t', 'uint32_t', 'uintptr_t', 'uintptr_t'])));
parentPort.once('message', () => koffi.unregister(callback));
parentPort.postMessage(unsigned(callback));
`;

/** Resolves koffi from this file; a bundle in CommonJS has no `import.meta`, so from the script of the process there. */
const koffiPath = (): string => {
  const here = (import.meta.url as string | undefined) ?? resolve(process.argv[1] ?? '.');
  return createRequire(here).resolve('koffi');
};

const offsetsOf = (name: string): Record<string, number> => {
  const { size, members } = layoutOf(registry.struct(name));
  return { size, ...Object.fromEntries([...members].map(([member, { offset }]) => [member, offset])) };
};

/**
 * Shows messages as `showMessages` does, from a thread of its own: no message waits for this thread, however long it is
 * blocked in Vulkan, and what a layer says about a call is written before the call returns. Calls
 * vkCreateDebugUtilsMessengerEXT with a callback of a worker, which ends with the messenger and does not keep the process
 * alive.
 * @param instance with VK_EXT_debug_utils enabled
 * @param options severities, and a function that gets the messages instead: it is called in this thread, from the event
 *   loop or when the messenger is destroyed
 * @returns the messenger, to be destroyed before the instance; `using` on the instance does so too
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
  const refusal = workerRefusal();
  if (refusal !== undefined) throw ours(new Error(refusal));
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
    worker.once('exit', () => reject(ours(new Error('showMessagesInThread: its worker was terminated'))));
  });
  const port = channel?.port1;
  port?.on('message', (message: Message) => to?.(message));
  port?.unref();
  worker.unref();
  // Terminated in between, this thread would leave a messenger behind that nobody knows.
  const create = uninterrupted(() => {
    const made = instance.createDebugUtilsMessengerEXT({
      ...createInfoWithoutCallback(severity),
      pfnUserCallback,
    });
    endWithThread(instance, { type: 'VkDebugUtilsMessengerEXT', handle: made }, worker.threadId);
    return made;
  });
  let messenger: VkDebugUtilsMessengerEXT;
  try {
    messenger = create();
  } catch (error) {
    worker.postMessage('end');
    throw error;
  }
  // While the process exits, a driver's thread could still call the worker, which is gone.
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

/** Delivers the messages that have arrived, and closes the port. What the function throws is an uncaught exception. */
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

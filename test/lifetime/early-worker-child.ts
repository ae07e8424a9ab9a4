// Says what becomes of a function that C is given in a worker, which is started before or after the main thread has
// imported the library. Arguments: `before` or `after`, and `thread` for showMessagesInThread.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const library = () => import('../../src/index.ts');

if (isMainThread) {
  const [, program, when, how] = process.argv;
  if (when === 'after') await library();
  const worker = new Worker(program, { workerData: how });
  const said = await new Promise(resolve => worker.once('message', resolve));
  await library();
  await worker.terminate();
  console.log(said);
} else {
  const { loadVulkan } = await library();
  const { showMessagesInThread } = await import('../../src/helpers/index.ts');
  const instance = loadVulkan().createInstance({ ppEnabledExtensionNames: ['VK_EXT_debug_utils'] });
  try {
    if (workerData === 'thread') await showMessagesInThread(instance);
    else
      instance.createDebugUtilsMessengerEXT({
        messageSeverity: 0x1000,
        messageType: 7,
        pfnUserCallback: () => false,
      });
    parentPort?.postMessage('given');
  } catch (error) {
    parentPort?.postMessage((error as Error).message);
  }
}

// Shows messages in this thread or in one of their own, on whatever standard error its parent has given it.
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import { showMessages, showMessagesInThread } from '../../src/helpers/index.ts';
import {
  loadVulkan,
  VkDebugUtilsMessageSeverityFlagBitsEXT as Severity,
  VkDebugUtilsMessageTypeFlagBitsEXT as Type,
} from '../../src/index.ts';

const [where, count] = process.argv.slice(2);
const { getInstanceProcAddr } = createEmbeddedDriver();
const instance = loadVulkan({ getInstanceProcAddr }).createInstance({
  ppEnabledExtensionNames: ['VK_EXT_debug_utils'],
});
if (where === 'thread') await showMessagesInThread(instance);
else showMessages(instance);
for (let i = 0; i < Number(count); i++)
  instance.submitDebugUtilsMessageEXT(Severity.ERROR, Type.GENERAL, {
    pMessageIdName: `id ${i}`,
    pMessage: 'x'.repeat(3000),
  });
console.log('done');
process.exit(0);

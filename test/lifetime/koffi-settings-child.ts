// Sets one of koffi's settings after the import, and says what Vulkan calls do. Arguments: the setting, its value, and
// `library` if another library is loaded first.
import koffi from 'koffi';
import { loadVulkan } from '../../src/index.ts';

const [, , setting, value, library] = process.argv;
koffi.config({ [setting]: Number(value) });
if (library !== undefined) koffi.load(process.platform === 'win32' ? 'kernel32.dll' : null);
try {
  const instance = loadVulkan().createInstance({});
  const device = instance
    .enumeratePhysicalDevices()[0]
    .createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
  await device.async.deviceWaitIdle();
  console.log('works');
} catch (error) {
  console.log((error as Error).message);
}

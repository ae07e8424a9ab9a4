// Prints what Vulkan on this machine offers.

import { load, openInstance, pickDevices } from '../open.ts';
import { plainJson } from '../plain-text.ts';
import { fit, screenOf } from '../screen.ts';
import { versionText } from '../version.ts';
import { helpText, type InfoOptions, parseInfo } from './args.ts';
import { gatherDevice, gatherInstance } from './gather.ts';
import { infoJson } from './json.ts';
import { summaryText } from './summary.ts';
import { fullText } from './text.ts';

export async function main(args: readonly string[]): Promise<number> {
  const options = parseInfo(args);
  if (options === 'help') console.log(helpText());
  else if (options === 'version') console.log(versionText());
  else return await printInfo(options);
  return 0;
}

async function printInfo(options: InfoOptions): Promise<number> {
  const { vulkan, source, end } = await load(options.driver);
  const instance = openInstance(vulkan, []);
  try {
    const gpus = instance.enumeratePhysicalDevices();
    const screen = screenOf(process.stdout);
    const picked = pickDevices(gpus, options.device).map(gpu => [gpus.indexOf(gpu), gpu] as const);
    // Written at once, so that an error on the way leaves no half of it on the screen.
    if (options.summary) console.log(fit(summaryText(source, vulkan, instance, picked, screen), screen));
    else {
      const about = gatherInstance(vulkan, instance);
      const layers = about.layers.map(layer => layer.layerName);
      const devices = picked.map(([index, gpu]) => gatherDevice(gpu, index, layers, options.formats));
      console.log(
        options.json
          ? plainJson(infoJson(source, about, devices))
          : fit(fullText(source, about, devices, screen), screen),
      );
    }
    if (picked.length > 0) return 0;
    console.error('koffi-vulkan: no physical device; install a Vulkan driver, or try --driver embedded');
    return 1;
  } finally {
    instance.destroyInstance();
    end();
  }
}

// Prints what this machine's Vulkan offers.

import { load, openInstance, pickDevices } from '../open.ts';
import { plainJson } from '../plain-text.ts';
import { fit, screenOf } from '../screen.ts';
import { versionText } from '../version.ts';
import { helpText, parseInfo, type Wanted } from './args.ts';
import { gatherDevice, gatherInstance } from './gather.ts';
import { toJson } from './json.ts';
import { summaryText } from './summary.ts';
import { fullText } from './text.ts';

export async function main(args: readonly string[]): Promise<number> {
  const wanted = parseInfo(args);
  if (wanted === 'help') console.log(helpText());
  else if (wanted === 'version') console.log(versionText());
  else return await tell(wanted);
  return 0;
}

async function tell(wanted: Wanted): Promise<number> {
  const { vulkan, source, end } = await load(wanted.driver);
  const instance = openInstance(vulkan, []);
  try {
    const gpus = instance.enumeratePhysicalDevices();
    const screen = screenOf(process.stdout);
    const picked = pickDevices(gpus, wanted.device).map(gpu => [gpus.indexOf(gpu), gpu] as const);
    // Written at once: a reader that stops early (`| head`) never gets half of it built.
    if (wanted.summary) console.log(fit(summaryText(source, vulkan, instance, picked, screen), screen));
    else {
      const about = gatherInstance(vulkan, instance);
      const layers = about.layers.map(layer => layer.layerName);
      const devices = picked.map(([index, gpu]) => gatherDevice(gpu, index, layers, wanted.formats));
      console.log(
        wanted.json
          ? plainJson(toJson(source, about, devices))
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

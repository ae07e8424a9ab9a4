// Checks all that this process needs for a GPU, from Node to each driver, in the order in which it is needed.
import { calledAs } from '../called-as.ts';
import { koffiFault } from '../koffi.ts';
import { parseOptions } from '../options.ts';
import { deviceNodes } from './device-nodes.ts';
import { environmentLines } from './environment.ts';
import type { Found, Gpu } from './gpus.ts';
import type { Manifest } from './manifest.ts';
import { loadedFile } from './shared-object.ts';

const helpText = (
  me = calledAs('doctor'),
) => `Shows why a GPU is there or missing: Node, koffi, the Vulkan library, drivers, layers, GPUs.

usage: ${me} [options]

  --help   print this

It reads what the Vulkan loader reads and asks each driver separately; it changes nothing.
exit code: 0 there is a GPU, 1 there is none, 2 wrong usage`;

const OPTIONS = { help: { type: 'boolean', short: 'h', default: false } } as const;

const row = (label: string, text: string) => console.log(`${label.padEnd(12)} ${text}`);
/** A further line of the row before. */
const more = (text: string) => row('', text);
const fault = (text: string) => more(`FAULT: ${text}`);

export async function main(args: readonly string[]): Promise<number> {
  if (parseOptions('doctor', args, OPTIONS).help) {
    console.log(helpText());
    return 0;
  }
  row('system', `${process.platform} ${process.arch}, Node ${process.versions.node}`);
  if (!(await reportKoffi())) return 1;
  for (const [i, text] of environmentLines().entries()) row(i === 0 ? 'environment' : '', text);
  if (process.platform === 'linux') row('device files', deviceNodes());
  // Imported only now, because these need koffi.
  const { gpusOf, openFault } = await import('./gpus.ts');
  const { manifests, pipeAmong } = await import('./manifest.ts');
  const drivers = manifests('icd');
  const layers = [...manifests('explicit_layer'), ...manifests('implicit_layer')];
  const pipe = pipeAmong([...drivers, ...layers]);
  const found = gpusOf(undefined, pipe);
  reportLoader(found);
  const ask = found.vulkan === undefined || pipe !== undefined ? undefined : gpusOf;
  const alone = drivers.flatMap((one, i) => reportDriver(i === 0 ? 'drivers' : '', one, ask, openFault));
  for (const [i, one] of layers.entries()) reportLayer(i === 0 ? 'layers' : '', one, openFault);
  return reportGpus(found, drivers.length > 0, alone);
}

async function reportKoffi(): Promise<boolean> {
  const reason = koffiFault();
  if (reason !== undefined) {
    row('koffi', `FAULT: it cannot be loaded: ${reason}`);
    more('Its binary is a package of its own, @koromix/koffi-..., which npm omits with --omit=optional.');
    more('Node must not forbid addons (--no-addons, --permission).');
    return false;
  }
  const { koffiVersion, versionText } = await import('../version.ts');
  row('package', versionText());
  row('koffi', [koffiVersion, loadedFile(/koffi[^/\\]*\.node$/)].filter(Boolean).join(', '));
  return true;
}

function reportLoader({ tried, vulkan, version }: Found): void {
  for (const [i, { path, reason }] of tried.entries())
    row(i === 0 ? 'loader' : '', `FAULT: ${path} cannot be opened: ${reason}`);
  if (vulkan === undefined) {
    more(
      'Install the Vulkan loader: on Debian and Ubuntu it is libvulkan1, on Windows it comes with the driver.',
    );
    return;
  }
  const file = loadedFile(/(libvulkan|vulkan-1|libMoltenVK)[^/\\]*$/i);
  row('loader', `${vulkan.path}, Vulkan ${version}${file === undefined ? '' : `, ${file}`}`);
}

type OpenFault = (library: string) => string | undefined;

/** @returns the GPUs that the driver enumerates when it is asked separately */
function reportDriver(
  label: string,
  { file, subject, library, fault: manifestFault }: Manifest,
  ask: ((manifest: string) => Found) | undefined,
  openFault: OpenFault,
): Gpu[] {
  row(label, subject === '' ? file : `${file}: ${subject}`);
  // If the driver fails, the reason may be that its library cannot be opened.
  const alone = manifestFault === undefined ? ask?.(file) : undefined;
  const reason = manifestFault ?? (alone?.fault === undefined ? undefined : openFault(library!));
  if (reason !== undefined) fault(reason);
  else if (alone?.fault !== undefined) more(`gives no GPU, as if its hardware is missing: ${alone.fault}`);
  else if (alone !== undefined) more(`gives ${alone.gpus.map(gpu => gpu.name).join(', ')}`);
  return [...(alone?.gpus ?? [])];
}

function reportLayer(
  label: string,
  { file, subject, library, fault: manifestFault }: Manifest,
  openFault: OpenFault,
): void {
  row(label, subject === '' ? file : `${subject}: ${file}`);
  const reason = manifestFault ?? (library === undefined ? undefined : openFault(library));
  if (reason !== undefined) fault(reason);
}

function reportGpus({ gpus, fault: reason }: Found, hasDrivers: boolean, alone: readonly Gpu[]): number {
  for (const [i, { name, type, version }] of gpus.entries())
    row(`GPU ${i}`, `${name}, ${type}, Vulkan ${version}`);
  if (gpus.length > 0) return 0;
  row('GPU', `FAULT: there is none: ${reason}`);
  if (alone.length > 0)
    more(
      `A faulty manifest above stops the loader: without it there is ${alone.map(gpu => gpu.name).join(', ')}.`,
    );
  if (!hasDrivers)
    more(
      'No manifest of a driver was found: install a driver (Debian: mesa-vulkan-drivers; NVIDIA: its own driver).',
    );
  return 1;
}

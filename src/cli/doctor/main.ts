// What stands between this process and a GPU, from Node to each driver, in the order in which it is needed.
import { calledAs } from '../called-as.ts';
import { koffiFault } from '../koffi.ts';
import { parseOptions } from '../options.ts';
import { deviceNodes } from './device-nodes.ts';
import { inForce } from './environment.ts';
import type { Found, Gpu } from './gpus.ts';
import type { Manifest } from './manifest.ts';
import { loadedFile } from './shared-object.ts';

const helpText = (
  me = calledAs('doctor'),
) => `Tells why a GPU is there or not: Node, koffi, the Vulkan library, drivers, layers, GPUs.

usage: ${me} [options]

  --help   print this

It reads what the Vulkan loader would read and asks each driver alone; it changes nothing.
exit code: 0 there is a GPU, 1 there is none, 2 wrong usage`;

const OPTIONS = { help: { type: 'boolean', short: 'h', default: false } } as const;

const row = (label: string, text: string) => console.log(`${label.padEnd(12)} ${text}`);
/** Under the label of the row before. */
const more = (text: string) => row('', text);
const problem = (text: string) => more(`FAULT: ${text}`);

export async function main(args: readonly string[]): Promise<number> {
  if (parseOptions('doctor', args, OPTIONS).help) {
    console.log(helpText());
    return 0;
  }
  row('system', `${process.platform} ${process.arch}, Node ${process.versions.node}`);
  if (!(await tellKoffi())) return 1;
  for (const [i, text] of inForce().entries()) row(i === 0 ? 'environment' : '', text);
  if (process.platform === 'linux') row('device files', deviceNodes());
  // What follows is loaded now that koffi is known to be.
  const { gpusOf, openFault } = await import('./gpus.ts');
  const { manifests } = await import('./manifest.ts');
  const found = gpusOf();
  tellLoader(found);
  const ask = found.vulkan === undefined ? undefined : gpusOf;
  const drivers = manifests('icd');
  const alone = drivers.flatMap((one, i) => tellDriver(i === 0 ? 'drivers' : '', one, ask, openFault));
  const layers = [...manifests('explicit_layer'), ...manifests('implicit_layer')];
  for (const [i, one] of layers.entries()) tellLayer(i === 0 ? 'layers' : '', one, openFault);
  return tellGpus(found, drivers.length > 0, alone);
}

async function tellKoffi(): Promise<boolean> {
  const fault = await koffiFault();
  if (fault !== undefined) {
    row('koffi', `FAULT: it cannot be loaded: ${fault}`);
    more(
      'Its binary is a package of its own, @koromix/koffi-..., which npm leaves out with --omit=optional.',
    );
    more('Node must not forbid addons (--no-addons, --permission).');
    return false;
  }
  const { koffiVersion, versionText } = await import('../version.ts');
  row('package', versionText());
  row('koffi', [koffiVersion, loadedFile(/koffi[^/\\]*\.node$/)].filter(Boolean).join(', '));
  return true;
}

function tellLoader({ tried, vulkan, version }: Found): void {
  for (const [i, { path, reason }] of tried.entries())
    row(i === 0 ? 'loader' : '', `FAULT: ${path} does not open: ${reason}`);
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

/** @returns the GPUs that the driver gives when it is asked alone */
function tellDriver(
  label: string,
  { file, says, library, fault }: Manifest,
  ask: ((manifest: string) => Found) | undefined,
  openFault: OpenFault,
): Gpu[] {
  row(label, says === '' ? file : `${file}: ${says}`);
  // Where the driver alone fails, the reason may be that its library does not open.
  const alone = fault === undefined ? ask?.(file) : undefined;
  const reason = fault ?? (alone?.fault === undefined ? undefined : openFault(library!));
  if (reason !== undefined) problem(reason);
  else if (alone?.fault !== undefined)
    more(`gives no GPU, as where its hardware is not there: ${alone.fault}`);
  else if (alone !== undefined) more(`gives ${alone.gpus.map(gpu => gpu.name).join(', ')}`);
  return [...(alone?.gpus ?? [])];
}

function tellLayer(label: string, { file, says, library, fault }: Manifest, openFault: OpenFault): void {
  row(label, says === '' ? file : `${says}: ${file}`);
  const found = fault ?? (library === undefined ? undefined : openFault(library));
  if (found !== undefined) problem(found);
}

function tellGpus({ gpus, fault }: Found, hasDrivers: boolean, alone: readonly Gpu[]): number {
  for (const [i, { name, type, version }] of gpus.entries())
    row(`GPU ${i}`, `${name}, ${type}, Vulkan ${version}`);
  if (gpus.length > 0) return 0;
  row('GPU', `FAULT: there is none: ${fault}`);
  if (alone.length > 0)
    more(
      `A faulty manifest above stops the loader: without it there is ${alone.map(gpu => gpu.name).join(', ')}.`,
    );
  if (!hasDrivers)
    more(
      'No manifest of a driver was found: install one (Debian: mesa-vulkan-drivers; NVIDIA: its own driver).',
    );
  return 1;
}

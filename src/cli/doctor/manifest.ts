// A manifest of a driver or layer: what it says, and what is wrong with it or with the library that it names.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { type Kind, manifestFiles } from './manifest-places.ts';
import { architectures } from './shared-object.ts';

export interface Manifest {
  readonly file: string;
  /** What it names: a driver's library, a layer's name. */
  readonly says: string;
  /** A library that can be looked for; a bare name is the system's to find. */
  readonly library: string | undefined;
  readonly fault: string | undefined;
}

/** All that the loader would read, each once. */
export const manifests = (kind: Kind): Manifest[] =>
  manifestFiles(kind).map(file => read(file, kind === 'icd'));

function read(file: string, isDriver: boolean): Manifest {
  const broken = (fault: string): Manifest => ({ file, says: '', library: undefined, fault });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return broken(`it cannot be read: ${(error as Error).message}`);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return broken(`it is not JSON: ${(error as Error).message}`);
  }
  const [entry] = isDriver ? [member(content, 'ICD')] : [member(content, 'layers')].flat();
  const about = entry ?? member(content, 'layer');
  if (about === undefined) return broken(`it has no ${isDriver ? 'ICD' : 'layer'} in it`);
  const path = member(about, 'library_path');
  const says = String(isDriver ? path : member(about, 'name'));
  // A layer may be made of others.
  if (typeof path !== 'string' && member(about, 'component_layers') === undefined)
    return broken('it names no library (library_path)');
  const library = typeof path === 'string' ? locate(path, file) : undefined;
  return { file, says, library, fault: library === undefined ? undefined : faultOf(library) };
}

const member = (object: unknown, name: string): unknown =>
  typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined;

/** A path with a folder in it is relative to the manifest; a bare name goes to the system. */
function locate(path: string, manifest: string): string {
  if (isAbsolute(path) || !/[\\/]/.test(path)) return path;
  return join(dirname(manifest), path);
}

function faultOf(library: string): string | undefined {
  if (!/[\\/]/.test(library)) return undefined;
  if (!existsSync(library)) return `its library is not there: ${library}`;
  try {
    const found = architectures(library);
    if (found.length === 0) return `its library is no library of a known kind: ${library}`;
    if (!found.includes(process.arch))
      return `its library is for ${found.join(' and ')}, and this process is ${process.arch}: ${library}`;
  } catch (error) {
    return `its library cannot be read: ${(error as Error).message}`;
  }
  return undefined;
}

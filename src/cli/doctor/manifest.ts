// Reads the manifest of a driver or layer, and finds what is wrong with it or with its library.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { isIrregularFile, isPipe } from '../../native/regular-file.ts';
import { type ManifestKind, manifestFiles } from './manifest-places.ts';
import { architectures } from './shared-object.ts';

export interface Manifest {
  readonly file: string;
  /** What it is about: the library of a driver, the name of a layer. */
  readonly subject: string;
  /** Path of the library, or a bare name for the system to find. */
  readonly library: string | undefined;
  readonly fault: string | undefined;
}

/** All manifests that the loader reads, each once. */
export const manifests = (kind: ManifestKind): Manifest[] =>
  manifestFiles(kind).map(file => read(file, kind === 'icd'));

function read(file: string, isDriver: boolean): Manifest {
  const broken = (fault: string): Manifest => ({ file, subject: '', library: undefined, fault });
  if (isIrregularFile(file)) return broken('it is not a regular file');
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
  const subject = String(isDriver ? path : member(about, 'name'));
  // A meta-layer consists of other layers and has no library.
  if (typeof path !== 'string' && member(about, 'component_layers') === undefined)
    return broken('it names no library (library_path)');
  const library = typeof path === 'string' ? locate(path, file) : undefined;
  return { file, subject, library, fault: library === undefined ? undefined : faultOf(library) };
}

/** A file that the loader would wait for. */
export const pipeAmong = (all: readonly Manifest[]): string | undefined =>
  all.flatMap(({ file, library }) => [file, ...(library === undefined ? [] : [library])]).find(isPipe);

const member = (object: unknown, name: string): unknown =>
  typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined;

/** A path with a folder in it is relative to the manifest; a bare name is for the system to find. */
function locate(path: string, manifest: string): string {
  if (isAbsolute(path) || !/[\\/]/.test(path)) return path;
  return join(dirname(manifest), path);
}

function faultOf(library: string): string | undefined {
  if (!/[\\/]/.test(library)) return undefined;
  if (!existsSync(library)) return `its library is not there: ${library}`;
  try {
    const found = architectures(library);
    if (found.length === 0) return `its library is not a shared library: ${library}`;
    if (!found.includes(process.arch))
      return `its library is for ${found.join(' and ')}, and this process is ${process.arch}: ${library}`;
  } catch (error) {
    return `its library cannot be read: ${(error as Error).message}`;
  }
  return undefined;
}

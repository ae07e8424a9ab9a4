// The error for what is required but missing, all of it at once.
import { shorten } from '../errors/describe.ts';
import { ours } from '../errors/user-call.ts';

/** Something that was wished for and is missing. */
export interface Missing {
  /** What it is. */
  readonly kind: 'feature' | 'extension' | 'layer' | 'version' | 'queue';
  /** A feature's or an extension's name, a version as `1.3`… */
  readonly name: string;
  /** Why it is missing, such as `not offered`. */
  readonly reason: string;
}

/** For messages: `feature meshShader (it needs VK_EXT_mesh_shader)`. */
const formatMissing = ({ kind, name, reason }: Missing): string => `${kind} ${shorten(name)} (${reason})`;

/** Thrown if the loader, or each GPU, lacks something that is required. */
export class NotOfferedError extends Error {
  /** What is missing, by the name of the GPU or the path of the library. */
  readonly missing: ReadonlyMap<string, readonly Missing[]>;

  /** @internal */
  constructor(path: string, missing: ReadonlyMap<string, readonly Missing[]>) {
    const lacks = [...missing].map(([who, all]) => `${who} lacks ${all.map(formatMissing).join(', ')}`);
    super(`${path}: ${lacks.length === 0 ? 'there is no GPU' : lacks.join('; ')}`);
    ours(this);
    this.name = 'NotOfferedError';
    this.missing = missing;
  }
}

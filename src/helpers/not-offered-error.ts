// The error of what is required and not there: everything that is missing at once.
import { ours } from '../errors/user-call.ts';

/** Something that was wished for, and why it is not there. */
export interface Missing {
  /** What kind of thing it is. */
  readonly kind: 'feature' | 'extension' | 'layer' | 'version' | 'queue';
  /** A feature's or an extension's name, a version as `1.3`… */
  readonly name: string;
  /** What would have to be there: `VK_EXT_mesh_shader is not offered`. */
  readonly reason: string;
}

/** `feature meshShader (VK_EXT_mesh_shader is not offered)` */
const formatMissing = ({ kind, name, reason }: Missing): string => `${kind} ${name} (${reason})`;

/** What a loader or each GPU lacks of what is required. */
export class NotOfferedError extends Error {
  /** By the GPU's name, or the library's path. */
  readonly missing: ReadonlyMap<string, readonly Missing[]>;

  constructor(missing: ReadonlyMap<string, readonly Missing[]>) {
    const lacks = [...missing].map(([who, all]) => `${who} lacks ${all.map(formatMissing).join(', ')}`);
    super(lacks.length === 0 ? 'there is no GPU' : lacks.join('; '));
    ours(this);
    this.name = 'NotOfferedError';
    this.missing = missing;
  }
}

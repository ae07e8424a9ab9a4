// Says of each C type how the driver's source handles it: as a struct to read, a handle, text, or a plain value.
import type { Field, Model } from './model.ts';

type Kind =
  | 'struct'
  | 'union'
  | 'handle'
  | 'callback'
  | 'char'
  | 'bytes'
  | 'opaque'
  | 'wide string'
  | 'float'
  | 'bool'
  | 'word';

const PLATFORM_OBJECTS = new Set([
  'Display',
  'xcb_connection_t',
  'wl_display',
  'wl_surface',
  '_screen_context',
  '_screen_window',
  '_screen_buffer',
  'SECURITY_ATTRIBUTES',
  'IDirectFB',
  'IDirectFBSurface',
  'ANativeWindow',
  'AHardwareBuffer',
  'CAMetalLayer',
]);

export class Types {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  /** The name that an alias stands for. */
  named(type: string): string {
    return this.#model.typeAliases.get(type) ?? type;
  }

  kind(type: string): Kind {
    const name = this.named(type);
    const struct = this.#model.structs.get(name);
    if (struct !== undefined) return struct.union ? 'union' : 'struct';
    if (this.#model.handles.has(name)) return 'handle';
    if (this.#model.callbacks.has(name)) return 'callback';
    if (name === 'char') return 'char';
    if (name === 'void') return 'bytes';
    if (name === 'LPCWSTR') return 'wide string';
    if (name === 'float' || name === 'double') return 'float';
    if (name === 'VkBool32') return 'bool';
    return PLATFORM_OBJECTS.has(name) ? 'opaque' : 'word';
  }

  isDispatchable(type: string): boolean {
    return this.#model.handles.get(this.named(type))?.dispatchable === true;
  }

  /** Whether only the pointer's value is compared, since no memory of ours is there. */
  isAddress(m: Field): boolean {
    const kind = this.kind(m.type);
    return m.depth > 0 && (kind === 'opaque' || (kind === 'bytes' && m.length.length === 0));
  }

  /** Whether C returns something through it. */
  isOutput(m: Field): boolean {
    return m.depth > 0 && !m.constant && !(this.isAddress(m) && m.depth === 1);
  }
}

/** A length as a C expression, with the members or parameters in it as C names them. */
export function lengthText(expression: string, siblings: readonly Field[], prefix: string): string {
  const names = new Set(siblings.map(m => m.name));
  return expression.replaceAll(/(->\s*)?\b([A-Za-z_]\w*)/g, (all, arrow: string | undefined, name: string) =>
    arrow === undefined && names.has(name) ? `${prefix}${name}` : all,
  );
}

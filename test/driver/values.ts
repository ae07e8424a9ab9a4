// Makes random right values for the driver in C, with what its headers have, in memory that ends at a guard.

import { VkStructureType } from '../../ffi/rows/enums.ts';
import { RandomValues } from '../../scripts/fuzz/values.ts';
import { explainC } from '../../src/errors/explain.ts';
import { isVulkanObject } from '../../src/handles/object.ts';
import type { Scope } from '../../src/handles/scope.ts';
import { registry } from '../../src/registry/registry.ts';
import type { Member, StructRow } from '../../src/registry/rows.ts';
import { TYPED_ARRAYS } from '../../src/registry/shape.ts';
import type { GuardedBytes } from './guarded.ts';

/** The largest value of a count that is no array's, which says how much is wanted. */
const MAX_COUNT = 4;

const ARRAYS: Record<string, new (buffer: ArrayBufferLike, at: number, length: number) => ArrayBufferView> = {
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
};

/** Functions that make the value of a layer setting, by its type. */
const SETTINGS: readonly ((values: RightValues) => unknown)[] = [
  values => values.chance(0.5),
  values => -values.int(99),
  values => BigInt(values.int(99)) << 40n,
  values => values.int(99),
  values => BigInt(values.int(99)) << 57n,
  values => values.int(99) / 4,
  values => values.int(99) / 3,
  values => values.pick(['naïve', '', 'on']),
];

export class RightValues extends RandomValues {
  readonly #judged: ReadonlySet<string>;
  readonly #constants: ReadonlySet<string>;
  readonly #guarded: GuardedBytes;
  readonly #scope: Scope;
  readonly #chained = new Map<string, number>();
  #handles = 0n;
  override readonly deepest = 6;

  /**
   * @param judged structs that C reads
   * @param constants that choose arms of unions in the headers
   */
  constructor(
    random: () => number,
    scope: Scope,
    judged: ReadonlySet<string>,
    constants: ReadonlySet<string>,
    guarded: GuardedBytes,
  ) {
    super(random, scope);
    this.#judged = judged;
    this.#constants = constants;
    this.#guarded = guarded;
    this.#scope = scope;
  }

  override extensions(row: StructRow): readonly StructRow[] {
    return this.chance(0.5) ? this.chain(row).map(registry.struct) : [];
  }

  /** Some of the structs that extend a struct; those come first that were in chains least often. */
  chain(row: StructRow): string[] {
    const names = row.extendedBy.filter(name => this.#judged.has(name));
    const length = this.int(2 + names.length / 8);
    const uses = (name: string) => this.#chained.get(name) ?? 0;
    const chosen = names.sort((a, b) => uses(a) - uses(b)).slice(0, length);
    for (const name of chosen) this.#chained.set(name, uses(name) + 1);
    return chosen;
  }

  override struct(row: StructRow, depth = 0): Record<string, unknown> {
    const value = super.struct(row, depth);
    if (row.name === 'VkSpecializationInfo') {
      // Each constant must be inside the data.
      const length = (value.pData as Uint8Array | undefined)?.byteLength ?? 0;
      const entry = () => {
        const offset = this.int(length);
        return { constantID: this.int(9), offset, size: this.int(length - offset + 1) };
      };
      value.pMapEntries = Array.from({ length: length > 0 ? this.int(3) : 0 }, entry);
    }
    if (row.name === 'VkLayerSettingEXT') {
      value.type = this.int(SETTINGS.length);
      const make = SETTINGS[value.type as number];
      value.pValues = Array.from({ length: this.int(4) }, () => make(this));
    }
    return value;
  }

  /** Only values that the headers have. */
  override selections(selector: Member, union: StructRow): readonly number[] {
    const known = super
      .selections(selector, union)
      .filter(value => this.#constants.has(explainC(selector.base as never, value as never)));
    return known;
  }

  override bytes(length: number): Uint8Array {
    const bytes = this.#guarded.bytes(length);
    for (let i = 0; i < length; i++) bytes[i] = this.int(256);
    return bytes;
  }

  override member(m: Member, depth: number, lengths: Map<string, number>): unknown {
    const made = super.member(m, depth, lengths);
    if (made instanceof Uint8Array && m.base === 'void') return this.#asBytes(made);
    if (!Array.isArray(made) || made.length === 0) return made;
    // The rest of a fixed array is zero.
    if (m.pointers === '' && this.chance(0.2)) return made.slice(this.int(made.length));
    const fact = registry.fact(m.base);
    const nullable = m.elementOptional || m.noautovalidity;
    if (m.pointers === '*' && fact.kind === 'handle' && nullable)
      return made.map(handle => (this.chance(0.2) ? this.pick([null, undefined, 0n]) : handle));
    const isTyped = m.pointers.length === 1 && fact.kind === 'scalar' && fact.c in TYPED_ARRAYS;
    return isTyped && this.chance(0.5) ? this.#asTyped(made, TYPED_ARRAYS[fact.c]) : made;
  }

  /** The same memory as one of the views that are accepted as bytes. */
  #asBytes({ buffer, byteOffset, length }: Uint8Array): ArrayBufferView {
    return this.pick([
      new Uint8Array(buffer, byteOffset, length),
      Buffer.from(buffer as ArrayBuffer, byteOffset, length),
      new DataView(buffer, byteOffset, length),
    ]);
  }

  /** The same numbers in a typed array, whose memory is passed to C without a copy. */
  #asTyped(list: readonly unknown[], type: string): ArrayBufferView {
    const Typed = ARRAYS[type] as unknown as typeof BigUint64Array;
    const isWide = type.startsWith('Big');
    const { buffer, byteOffset } = this.#guarded.bytes(list.length * Typed.BYTES_PER_ELEMENT);
    const typed = new Typed(buffer as ArrayBuffer, byteOffset, list.length);
    for (const [i, value] of list.entries())
      typed[i] = (isWide ? BigInt(value as number | bigint) : value) as bigint;
    return typed;
  }

  override element(m: Member, depth: number): unknown {
    if (m.base === 'VkBaseOutStructure') return { sType: VkStructureType.PIPELINE_PROPERTIES_IDENTIFIER_EXT };
    // A count of wanted outputs.
    if (m.name.endsWith('Count') && m.base === 'uint32_t') return this.int(MAX_COUNT) + 1;
    return super.element(m, depth);
  }

  /** A new handle at each call, so that no array has the same twice. */
  override handle(type: string): unknown {
    const made = super.handle(type);
    if (isVulkanObject(made)) return made;
    this.#handles += 16n;
    const handle = 0xab00_0000_0000_0000n + this.#handles;
    this.#scope.add(type, handle, false);
    return handle;
  }
}

// Compares what C saw with what a script passed: every member, by its name and type in the headers.
import { isVulkanObject } from '../../src/handles/object.ts';
import { addressOf } from '../../src/native/koffi.ts';
import { registry } from '../../src/registry/registry.ts';
import type { Types } from './c-types.ts';
import type { Told } from './judge.ts';
import type { Field, Model, Struct } from './model.ts';
import { CHAINED_COUNTS } from './prose.ts';

/** A script's value of a struct. */
type Given = Record<string, unknown>;

/** A struct's members as the C program printed them. */
type ToldStruct = { readonly [member: string]: Told };

const BITS: Record<string, number> = { int8_t: 8, int16_t: 16, int64_t: 64 };

/** C types, at the index that VkLayerSettingTypeEXT has for each. */
const SETTING_TYPES = ['VkBool32', 'int32_t', 'int64_t', 'uint32_t', 'uint64_t', 'float', 'double', 'char'];

export class Comparison {
  readonly differences: string[] = [];
  readonly #model: Model;
  readonly #types: Types;
  readonly #bySType = new Map<number, Struct>();

  constructor(model: Model, types: Types) {
    this.#model = model;
    this.#types = types;
    for (const struct of model.structs.values())
      if (struct.sType !== '' && registry.tables.structs.has(struct.name))
        this.#bySType.set(registry.struct(struct.name).sType!, struct);
  }

  /**
   * @param after the same value after the call, with what Vulkan wrote into it
   */
  value(m: Field, told: Told | undefined, given: unknown, path: string, after: unknown = given): undefined {
    if (told === undefined) return this.#differ(path, 'nothing', given);
    if (m.type === 'VkBaseOutStructure' && Array.isArray(told))
      return this.#chain(told as unknown as ToldStruct[], [given].flat().filter(Boolean), path, after);
    if (told !== null && typeof told === 'object' && 'bytes' in told)
      return this.#beginning(told.bytes as string, after, path);
    if (told !== null && typeof told === 'object' && 'was' in told) {
      const { was, wrote } = told as ToldStruct;
      this.value(m, was, given, path);
      this.value(m, wrote, after, `${path} (written)`);
      return;
    }
    if (m.depth === 0 && m.extents.length === 0) return this.#element(m, told, given, path, after);
    if (m.depth === 0) return this.#fixed(m, told, given, path);
    this.#pointee(m, told, given, path, after);
  }

  #pointee(m: Field, told: Told, given: unknown, path: string, after: unknown): undefined {
    const kind = this.#types.kind(m.type);
    if (given === undefined || given === null) {
      if (told !== null && told !== '0') this.#differ(path, told, given);
      return;
    }
    // Bytes that are returned are a copy, so their address differs.
    const isCopy = this.#isOutput && ArrayBuffer.isView(given);
    if (this.#types.isAddress(m) && typeof told === 'string' && !isCopy)
      return this.#word(m, told, given, path);
    if (kind === 'bytes' && m.depth === 1) return this.#bytes(told, given, path);
    if (kind === 'char' && m.depth === 1) return this.#same(told, given, path);
    if (!Array.isArray(told)) {
      // NULL is right for no elements.
      if (told === null && isList(given) && given.length === 0) return;
      if (told === null) return this.#differ(path, told, given);
      return this.#element(
        m,
        told,
        isList(given) && !(given instanceof Uint8Array) ? given[0] : given,
        path,
        after,
      );
    }
    if (!isList(given) || told.length !== given.length) return this.#differ(path, told, given);
    for (const [i, item] of told.entries()) {
      const here = `${path}[${i}]`;
      if (kind === 'char') this.#same(item, given[i], here);
      else if (Array.isArray(item)) this.#list(m, item, given[i], here);
      else this.#element(m, item, given[i], here, isList(after) ? after[i] : undefined);
    }
  }

  #list(m: Field, told: readonly Told[], given: unknown, path: string): undefined {
    if (!isList(given) || given.length !== told.length) return this.#differ(path, told as Told[], given);
    for (const [i, item] of told.entries()) this.#element(m, item, given[i], `${path}[${i}]`);
  }

  /** Compares a fixed array, whose missing elements are zero. */
  #fixed(m: Field, told: Told, given: unknown, path: string, extents = m.extents): undefined {
    if (typeof told === 'string') return this.#same(told, given ?? '', path);
    if (given instanceof Uint8Array || given === undefined || isList(given)) {
      const list = (given ?? []) as ArrayLike<unknown>;
      (told as Told[]).forEach((item, i) => {
        const here = `${path}[${i}]`;
        if (extents.length > 1) this.#fixed(m, item, list[i], here, extents.slice(1));
        else this.#element(m, item, list[i], here);
      });
      if (list.length > (told as Told[]).length || (this.#isOutput && list.length < (told as Told[]).length))
        this.#differ(path, told, given);
    } else this.#differ(path, told, given);
  }

  /** Whether an output is compared. */
  #isOutput = false;

  /** Compares what Vulkan filled with what the script got. */
  output(m: Field, told: Told | undefined, got: unknown, path: string): void {
    this.#isOutput = true;
    this.value(m, told, got, path);
    this.#isOutput = false;
  }

  outputStruct(struct: Struct, told: ToldStruct, got: Given, path: string): void {
    this.#isOutput = true;
    this.struct(struct, told, got, path);
    this.#isOutput = false;
  }

  #element(m: Field, told: Told, given: unknown, path: string, after: unknown = given): undefined {
    const struct = this.#model.structs.get(this.#types.named(m.type));
    if (struct === undefined) {
      if (this.#types.kind(m.type) === 'wide string') return this.#same(told, given ?? null, path);
      return this.#word(m, told as string, given, path);
    }
    if (told === null || typeof told !== 'object' || Array.isArray(told))
      return this.#differ(path, told, given);
    this.struct(struct, told, given as Given | undefined, path, after as Given | undefined);
  }

  struct(
    struct: Struct,
    told: ToldStruct,
    given: Given | undefined | null,
    path: string,
    after = given,
  ): undefined {
    const value: Given = given ?? {};
    if (struct.union) return this.#union(struct, told, value, path);
    for (const [name, item] of Object.entries(told)) {
      const here = `${path}.${name}`;
      if (name === '$') continue;
      if (name === 'sType') {
        if (item !== 'right') this.#differ(here, item, value.sType ?? struct.sType);
        continue;
      }
      if (name === 'pNext') {
        this.#chain(item as readonly ToldStruct[], value.pNext, here, after?.pNext);
        continue;
      }
      const m = struct.members.find(member => member.name === name)!;
      if (struct.name === 'VkLayerSettingEXT' && name === 'pValues') {
        this.#settings(item, value, here);
        continue;
      }
      const given =
        name in value
          ? value[name]
          : (countOf(m, struct.members, value) ?? this.#chainedCount(`${struct.name}.${name}`, value));
      this.value(m, item, given, here, after?.[name]);
    }
    for (const name of Object.keys(value))
      if (!(name in told) && name !== 'pNext' && name !== 'sType' && value[name] !== undefined)
        this.#differ(`${path}.${name}`, 'nothing', value[name]);
  }

  /** Compares the values of a layer setting, whose type is in another member. */
  #settings(told: Told, { type, pValues }: Given, path: string): undefined {
    const given = (pValues ?? []) as ArrayLike<unknown>;
    const list = (told ?? []) as Told[];
    if (list.length !== given.length) return this.#differ(path, told, pValues);
    for (const [i, item] of list.entries()) {
      const base = SETTING_TYPES[type as number];
      if (base === 'char') this.#same(item, given[i], `${path}[${i}]`);
      else this.#word({ depth: 0, type: base }, item, given[i], `${path}[${i}]`);
    }
  }

  #chainedCount(place: string, { pNext }: Given): number | undefined {
    const [name, array] = (CHAINED_COUNTS[place] ?? '').split('.');
    const item = flat(pNext).find(next => this.#bySType.get(next.sType as number)?.name === name);
    return (item?.[array] as unknown[] | undefined)?.length;
  }

  #union(struct: Struct, told: ToldStruct, given: Given, path: string): undefined {
    for (const [name, value] of Object.entries(given)) {
      const here = `${path}.${name}`;
      if (value === undefined) continue;
      if (!(name in told)) this.#differ(here, told, value);
      else this.value(struct.members.find(m => m.name === name)!, told[name], value, here);
    }
  }

  #chain(told: readonly ToldStruct[], given: unknown, path: string, after: unknown): undefined {
    const meant = flat(given);
    const filled = flat(after);
    if (told.length !== meant.length)
      return this.#differ(
        path,
        told.map(item => item.$),
        meant.map(item => this.#bySType.get(item.sType as number)?.name),
      );
    for (const [i, item] of told.entries()) {
      const here = `${path}[${i}]`;
      const struct = this.#bySType.get(meant[i].sType as number);
      if (struct === undefined || struct.name !== item.$) this.#differ(here, item.$, struct?.name);
      else this.struct(struct, item, meant[i], here, filled[i]);
    }
  }

  #word(m: Pick<Field, 'depth' | 'type'>, told: Told, given: unknown, path: string): undefined {
    if (typeof told !== 'string' || !/^[0-9a-f]+$/.test(told)) return this.#differ(path, told, given);
    const seen = BigInt(`0x${told}`);
    // In a union whose arm is unknown, any bytes may be read as true.
    if (typeof given === 'boolean' && this.#isOutput ? (seen !== 0n) === given : false) return;
    if (typeof given === 'function') {
      if (seen === 0n) this.#differ(path, told, given);
      return;
    }
    if (seen !== this.#wordOf(m, given)) this.#differ(path, told, given);
  }

  #wordOf(m: Pick<Field, 'depth' | 'type'>, given: unknown): bigint | undefined {
    if (given === undefined || given === null) return 0n;
    if (typeof given === 'boolean') return given ? 1n : 0n;
    if (isVulkanObject(given)) return given.handle;
    if (given instanceof Uint8Array && given.length === 8 && m.depth === 0)
      return new DataView(given.buffer, given.byteOffset).getBigUint64(0, true);
    if (ArrayBuffer.isView(given)) return BigInt(addressOf(given));
    if (m.type === 'float') return BigInt(new Uint32Array(Float32Array.of(given as number).buffer)[0]);
    if (m.type === 'double') return new BigUint64Array(Float64Array.of(given as number).buffer)[0];
    if (typeof given !== 'bigint' && !Number.isInteger(given)) return undefined;
    const value = BigInt(given as number | bigint);
    return value < 0n ? BigInt.asUintN(BITS[m.type] ?? 32, value) : value;
  }

  #bytes(told: Told, given: unknown, path: string): undefined {
    const seen = ArrayBuffer.isView(given)
      ? Buffer.from(given.buffer, given.byteOffset, given.byteLength).toString('hex')
      : undefined;
    if (told !== seen && !((told === null || told === '0') && seen === '')) this.#differ(path, told, given);
  }

  /** Compares the beginning of bytes, of which C needs no more. */
  #beginning(told: string, given: unknown, path: string): undefined {
    const seen = ArrayBuffer.isView(given)
      ? Buffer.from(given.buffer, given.byteOffset, told.length / 2)
      : undefined;
    if (told !== seen?.toString('hex')) this.#differ(path, told, given);
  }

  #same(told: Told, given: unknown, path: string): undefined {
    if (told !== given) this.#differ(path, told, given);
  }

  #differ(path: string, told: Told, given: unknown): undefined {
    this.differences.push(`${path}: C saw ${short(told)}, meant was ${short(given)}`);
  }
}

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || ArrayBuffer.isView(value);

/** The structs of a chain in C's order: each is followed by those of its own chain. */
const flat = (chain: unknown): Given[] =>
  Array.isArray(chain) ? (chain as Given[]).flatMap(item => [item, ...flat(item.pNext)]) : [];

/** The count that is implied by its arrays. */
export function countOf(m: Field, siblings: readonly Field[], value: Given): number | undefined {
  for (const array of siblings) {
    const [name, divisor] = (array.length[0] ?? '').split(/ ?\/ ?/);
    const list = value[array.name];
    if (array.depth === 0 || name !== m.name || !isList(list)) continue;
    return (list instanceof DataView ? list.byteLength : list.length) * Number(divisor ?? 1);
  }
  return undefined;
}

function short(value: unknown): string {
  const text = JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' ? `0x${inner.toString(16)}` : isVulkanObject(inner) ? String(inner) : inner,
  );
  if (text === undefined) return String(value);
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}

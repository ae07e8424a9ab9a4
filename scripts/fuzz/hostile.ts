// Functions that make hostile or careless values of valid ones; a failing call is printed as a script that uses them.
import { leaf, type Node, takers, transferable } from './tree.ts';

/** Thrown by hostile getters, to tell it from errors of the library. */
export class Boom extends Error {}

const boom = (): never => {
  throw new Boom('boom');
};

/** Takes the memory of every buffer of this call away. */
export function detach(): void {
  for (const take of takers.splice(0)) take();
}

type Bag = Record<string, unknown>;

const throwing = (o: Bag, key: string): Bag => Object.defineProperty(o, key, { get: boom, enumerable: true });

/** The getter's first answer is the right value, its later ones are wrong. */
function changing(o: Bag, key: string): Bag {
  const { [key]: good } = o;
  let asked = 0;
  return Object.defineProperty(o, key, {
    get: () => (asked++ === 0 ? good : 0xdead_beefn),
    enumerable: true,
  });
}

function detaching(o: Bag, key: string): Bag {
  const { [key]: good } = o;
  return Object.defineProperty(o, key, {
    get() {
      detach();
      return good;
    },
    enumerable: true,
  });
}

/** Its `destroy` destroys the objects that the call is made on; fixture.ts sets it. */
export const calledObjects = { destroy: (): void => undefined };

function destroying(o: Bag, key: string): Bag {
  const { [key]: good } = o;
  return Object.defineProperty(o, key, {
    get() {
      calledObjects.destroy();
      return good;
    },
    enumerable: true,
  });
}

const proxied = (o: object): object => new Proxy(o, {});
const revoked = (o: object): object => {
  const { proxy, revoke } = Proxy.revocable(o, {});
  revoke();
  return proxy;
};
const trapped = (o: object): object => new Proxy(o, { get: boom, ownKeys: boom, has: boom });
/** Always the same wrong answer: with one that changes, compiled and interpreted code could rightly differ. */
const lyingKeys = (o: object): object => new Proxy(o, { ownKeys: () => ['nothing'] });
const inherited = (o: object): object => Object.create(o) as object;
const frozen = (o: object): object => Object.freeze(o);
const withoutPrototype = (o: object): object => Object.assign(Object.create(null) as object, o);

/** A struct whose chain contains the struct itself. */
const cyclic = (o: Bag): Bag => Object.assign(o, { pNext: [o] });
const deep = (o: Bag): Bag => {
  let inner = o;
  for (let i = 0; i < 5000; i++) inner = { ...o, pNext: [inner] };
  return inner;
};
const chainedTwice = (o: Bag): Bag =>
  Array.isArray(o.pNext) ? { ...o, pNext: twice(o.pNext as unknown[]) } : o;

const withHoles = (a: unknown[]): unknown[] => Object.assign(new Array(a.length + 2), { 0: a[0] });
const huge = (a: unknown[]): unknown[] => Object.assign(new Array(4_000_000_000), { 0: a[0] });
const twice = (a: unknown[]): unknown[] => [...a.slice(0, 1000), ...a.slice(0, 1000)];
const growing = (a: unknown[]): unknown[] => lengthAtFirst(a, () => a.push(...a.slice(0, 1000)));
const shrinking = (a: unknown[]): unknown[] =>
  lengthAtFirst(a, () => {
    a.length = 0;
  });

/** Something happens to the array when its first element is read. */
function lengthAtFirst(a: unknown[], happens: () => void): unknown[] {
  const [first] = a;
  return Object.defineProperty(a, 0, {
    get() {
      happens();
      return first;
    },
    configurable: true,
    enumerable: true,
  });
}

const liar = (a: unknown[], lengths: readonly unknown[]): unknown[] => {
  let asked = 0;
  return new Proxy(a, {
    get: (target, key) =>
      key === 'length' ? lengths[Math.min(asked++, lengths.length - 1)] : Reflect.get(target, key),
  });
};
const lengthChanges = (a: unknown[]): unknown[] => liar(a, [a.length, a.length + 1000]);
const lengthNegative = (a: unknown[]): unknown[] => liar(a, [-8]);
const lengthNaN = (a: unknown[]): unknown[] => liar(a, [Number.NaN]);
const lengthHuge = (a: unknown[]): unknown[] => liar(a, [2 ** 31]);
const lengthSymbol = (a: unknown[]): unknown[] => liar(a, [Symbol('length')]);
const arrayInBytes = (a: unknown[]): unknown => new Uint32Array(Math.min(a.length, 1000)).fill(1);
const arrayInWideBytes = (a: unknown[]): unknown =>
  new BigUint64Array(Math.min(a.length, 1000)).fill(0xdeadn);

class LyingView extends Uint32Array {
  override get length(): number {
    return 1_000_000_000;
  }
  override get byteLength(): number {
    return 4_000_000_000;
  }
}

const handleLike = (type: string) => ({ type, handle: 0xdeadn, alive: true, argument: 0xdead, scope: {} });

const list: [string, () => unknown][] = [
  ['null', () => null],
  ['undefined', () => undefined],
  ["'5'", () => '5'],
  ["''", () => ''],
  ['true', () => true],
  ['{}', () => ({})],
  ['[]', () => []],
  ['[1]', () => [1]],
  ['[[]]', () => [[]]],
  ['NaN', () => Number.NaN],
  ['-0', () => -0],
  ['-1', () => -1],
  ['1.5', () => 1.5],
  ['2 ** 31', () => 2 ** 31],
  ['2 ** 32', () => 2 ** 32],
  ['2 ** 53', () => 2 ** 53],
  ['2 ** 64', () => 2 ** 64],
  ['Infinity', () => Number.POSITIVE_INFINITY],
  ['-1n', () => -1n],
  ['0xdeadn', () => 0xdeadn],
  ['2n ** 63n', () => 2n ** 63n],
  ['2n ** 64n', () => 2n ** 64n],
  ['-(2n ** 70n)', () => -(2n ** 70n)],
  ["Symbol('s')", () => Symbol('s')],
  ['() => 1', () => () => 1],
  ['new Date(0)', () => new Date(0)],
  ['new Map()', () => new Map()],
  ['Promise.resolve()', () => Promise.resolve()],
  ['new Uint8Array(0)', () => new Uint8Array(0)],
  ['new Uint8Array(3)', () => new Uint8Array(3)],
  ['new Float64Array(2)', () => new Float64Array(2)],
  ['new DataView(new ArrayBuffer(5))', () => new DataView(new ArrayBuffer(5))],
  ['new ArrayBuffer(5)', () => new ArrayBuffer(5)],
  ['new SharedArrayBuffer(8)', () => new SharedArrayBuffer(8)],
  ['new Uint8Array(new SharedArrayBuffer(8))', () => new Uint8Array(new SharedArrayBuffer(8))],
  ['detached', detachedBytes],
  ['resizable', () => resizable(16, 0)],
  ['new LyingView(2)', () => new LyingView(2)],
  ['Object.create(Uint32Array.prototype)', () => Object.create(Uint32Array.prototype) as object],
  ['Object.create(ArrayBuffer.prototype)', () => Object.create(ArrayBuffer.prototype) as object],
  ['new Proxy(new Uint8Array(4), {})', () => new Proxy(new Uint8Array(4), {})],
  ['new Array(2)', () => new Array(2)],
  ['{ sType: 99 }', () => ({ sType: 99 })],
  ['[{ sType: 99 }]', () => [{ sType: 99 }]],
  ['{ pNext: [1, 2, NaN] }', () => ({ pNext: [1, 2, Number.NaN] })],
  ["{ pNext: 'all' }", () => ({ pNext: 'all' })],
  ["'\\0'", () => 'a\0b'],
  ["'\\ud800'", () => '\ud800'],
  ["'x'.repeat(5000)", () => 'x'.repeat(5000)],
  ['0x7fffffff', () => 0x7fff_ffff],
  ["handleLike('VkQueue')", () => handleLike('VkQueue')],
  ["handleLike('VkCommandBuffer')", () => handleLike('VkCommandBuffer')],
];

function detachedBytes(): Uint8Array {
  const bytes = new Uint8Array(16);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

type Resizable = ArrayBuffer & { resize(size: number): void; transfer(): ArrayBuffer };

function resizable(length: number, rest: number): Uint8Array {
  const Maker = ArrayBuffer as unknown as new (size: number, o: { maxByteLength: number }) => Resizable;
  const buffer = new Maker(length, { maxByteLength: 4096 });
  takers.push(() => buffer.resize(rest));
  return new Uint8Array(buffer);
}

// TypeScript declares WebAssembly only for browsers.
const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: MemoryMaker } }).WebAssembly;
type MemoryMaker = new (pages: {
  initial: number;
  maximum: number;
}) => { readonly buffer: ArrayBuffer; grow(pages: number): void };

/** Functions that make bytes, by what happens to their memory when a getter calls `detach`. */
export const BYTES: Readonly<Record<string, (length: number) => Uint8Array>> = {
  transferable,
  transferring(length) {
    const bytes = new Uint8Array(length);
    // Not in Node 20.
    takers.push(() => (bytes.buffer as Resizable).transfer?.());
    return bytes;
  },
  posted(length) {
    const bytes = new Uint8Array(length);
    takers.push(() => {
      const { port1, port2 } = new MessageChannel();
      port1.postMessage(bytes, [bytes.buffer]);
      port1.close();
      port2.close();
    });
    return bytes;
  },
  shrinking: length => resizable(length, Math.max(0, length - 1)),
  emptied: length => resizable(length, 0),
  growing(length) {
    const memory = new Memory({ initial: 1, maximum: 3 });
    takers.push(() => memory.grow(1));
    return new Uint8Array(memory.buffer, 8, length);
  },
  shared: length => new Uint8Array(new SharedArrayBuffer(length)),
};

/** Wrong values that replace a right one. */
export const HOSTILES: readonly Node[] = list.map(([text, make]) => leaf(text, make));

type Bend = (value: never, extra: never) => unknown;

export const OBJECT_BENDS: Readonly<Record<string, Bend>> = {
  proxied,
  revoked,
  trapped,
  lyingKeys,
  inherited,
  frozen,
  withoutPrototype,
  cyclic,
  deep,
  chainedTwice,
};

/** Functions that change one member of an object; their second argument is its name. */
export const MEMBER_BENDS: Readonly<Record<string, Bend>> = { throwing, changing, detaching, destroying };

export const ARRAY_BENDS: Readonly<Record<string, Bend>> = {
  withHoles,
  huge,
  twice,
  growing,
  shrinking,
  lengthChanges,
  lengthNegative,
  lengthNaN,
  lengthHuge,
  lengthSymbol,
  arrayInBytes,
  arrayInWideBytes,
  proxied,
  revoked,
  trapped,
  frozen,
};

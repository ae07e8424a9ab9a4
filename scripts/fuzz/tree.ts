// Trees of JS values that can be bent, shrunk, made afresh for each call, and printed as TypeScript.

export interface Node {
  /** A new value each time, so that one call cannot spoil the next one's. */
  make(): unknown;
  /** As a script would write it. */
  text(): string;

  readonly children: Node[];
  /** The same with other children. */
  with(children: Node[]): Node;
}

/** Functions that each take away the memory of a buffer in this call's values; a hostile getter calls them. */
export const takers: (() => void)[] = [];

/** Bytes of which nothing is left when they are transferred. */
export function transferable(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  takers.push(() => structuredClone(bytes.buffer, { transfer: [bytes.buffer] }));
  return bytes;
}

export const leaf = (text: string, make: () => unknown): Node => {
  const node: Node = { make, text: () => text, children: [], with: () => node };
  return node;
};

export const arrayNode = (children: Node[]): Node => ({
  make: () => children.map(child => child.make()),
  text: () => `[${children.map(child => child.text()).join(', ')}]`,
  children,
  with: arrayNode,
});

/** Objects keep their keys; a child that is {@link GONE} is left out. */
export class ObjectNode implements Node {
  readonly keys: readonly string[];
  readonly children: Node[];

  constructor(keys: readonly string[], children: Node[]) {
    this.keys = keys;
    this.children = children;
  }

  make(): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    this.#present((key, child) => {
      value[key] = child.make();
    });
    return value;
  }

  text(): string {
    const members: string[] = [];
    this.#present((key, child) => members.push(`${key}: ${child.text()}`));
    return `{ ${members.join(', ')} }`;
  }

  with(children: Node[]): Node {
    return new ObjectNode(this.keys, children);
  }

  #present(each: (key: string, child: Node) => void): void {
    for (const [i, key] of this.keys.entries()) if (this.children[i] !== GONE) each(key, this.children[i]);
  }
}

export const GONE: Node = leaf('undefined', () => undefined);

/** The value that a function of hostile.ts makes of another node's. Its second argument is never simplified. */
export const wrapped = (
  name: string,
  bend: (value: never, extra: never) => unknown,
  inner: Node,
  extra?: Node,
): Node => ({
  make: () => bend(inner.make() as never, extra?.make() as never),
  text: () => `${name}(${inner.text()}${extra === undefined ? '' : `, ${extra.text()}`})`,
  children: [inner],
  with: ([other]) => wrapped(name, bend, other, extra),
});

export function toNode(value: unknown, name: (object: object) => string | undefined): Node {
  if (typeof value !== 'object' || value === null) {
    const text =
      typeof value === 'bigint'
        ? `${value}n`
        : typeof value === 'string'
          ? JSON.stringify(value)
          : String(value);
    return leaf(Object.is(value, -0) ? '-0' : text, () => value);
  }
  const known = name(value);
  if (known !== undefined) return leaf(known, () => value);
  if (value instanceof Uint8Array) {
    const { length } = value;
    return leaf(`new Uint8Array(${length})`, () => transferable(length));
  }
  if (Array.isArray(value)) return arrayNode(value.map(item => toNode(item, name)));
  return new ObjectNode(
    Object.keys(value),
    Object.values(value).map(item => toNode(item, name)),
  );
}

/** Every node below, with the tree that results when another stands in its place. */
export function* places(root: Node): Generator<{ node: Node; put: (other: Node) => Node }> {
  yield { node: root, put: other => other };
  for (const [i, child] of root.children.entries())
    for (const { node, put } of places(child))
      yield { node, put: other => root.with(root.children.toSpliced(i, 1, put(other))) };
}

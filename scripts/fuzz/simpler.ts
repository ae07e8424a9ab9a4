// Lists the simpler trees that are tried in place of a tree that fails.
import { arrayNode, GONE, leaf, type Node, ObjectNode, places } from './tree.ts';

const SIMPLER: readonly Node[] = [GONE, leaf('0', () => 0), leaf('{}', () => ({})), leaf('[]', () => [])];

/** Always in the same order, since a child process gets only the number of a tree. */
export function* simpler(root: Node): Generator<Node> {
  const size = root.text().length;
  for (const { node, put } of places(root)) {
    const isList = !(node instanceof ObjectNode) && node.text().startsWith('[');
    const fewer = isList ? node.children.map((_, i) => arrayNode(node.children.toSpliced(i, 1))) : [];
    for (const other of [...SIMPLER, ...node.children, ...fewer]) {
      const tree = put(other);
      if (tree.text().startsWith('[') && tree.text().length < size) yield tree;
    }
  }
}

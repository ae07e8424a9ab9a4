// The structs in a tree of arguments, each with its row.
import { registry } from '../../src/registry/registry.ts';
import type { CommandRow, StructRow } from '../../src/registry/rows.ts';
import { shapeOf } from '../../src/registry/shape.ts';
import { structOfType } from './null-driver.ts';
import { type Node, ObjectNode } from './tree.ts';

interface StructNode {
  readonly row: StructRow;
  readonly node: ObjectNode;
  /** The tree that results when another stands in its place. */
  readonly put: (other: Node) => Node;
}

/** The structs in the argument list of a command. */
export function structNodes(row: CommandRow, tree: Node): StructNode[] {
  const { roles } = shapeOf(row, registry);
  const params = row.params.filter((_, i) => roles[i] === 'in' || roles[i] === 'buffer');
  return tree.children.flatMap((child, i) => [
    ...inside(child, params[i].base, other => tree.with(tree.children.toSpliced(i, 1, other))),
  ]);
}

function* inside(node: Node, base: string, put: StructNode['put']): Generator<StructNode> {
  const fact = registry.fact(base);
  if (fact.kind !== 'struct') return;
  const putChild = (i: number) => (other: Node) => put(node.with(node.children.toSpliced(i, 1, other)));
  if (!(node instanceof ObjectNode)) {
    for (const [i, child] of node.children.entries()) yield* inside(child, base, putChild(i));
    return;
  }
  yield { row: fact.row, node, put };
  for (const [i, key] of node.keys.entries()) {
    const child = node.children[i];
    const member = fact.row.members.find(m => m.name === key);
    if (member === undefined) continue;
    if (key !== 'pNext') yield* inside(child, member.base, putChild(i));
    else
      for (const [k, link] of child.children.entries()) {
        if (!(link instanceof ObjectNode)) continue;
        const sType = link.children[link.keys.indexOf('sType')]?.text();
        const struct = structOfType(Number(sType));
        if (struct === undefined) continue;
        yield* inside(link, struct.name, other =>
          putChild(i)(child.with(child.children.toSpliced(k, 1, other))),
        );
      }
  }
}

// Puts something wrong at one place of a valid value's tree.

import { ARRAY_BENDS, HOSTILES, MEMBER_BENDS, OBJECT_BENDS } from './hostile.ts';
import { arrayNode, GONE, leaf, type Node, ObjectNode, places, toNode, wrapped } from './tree.ts';
import type { RandomValues } from './values.ts';

/** `foreign` are objects and handles that are not this device's. */
export function bend(root: Node, values: RandomValues, foreign: readonly Node[]): Node {
  // The root is the argument list itself.
  const all = [...places(root)].slice(1);
  if (all.length === 0) return arrayNode([values.pick(HOSTILES)]);
  const { node, put } = values.pick(all);
  if (node instanceof ObjectNode && values.chance(0.7)) return put(bendObject(node, values));
  if (node.text().startsWith('[') && values.chance(0.7)) return put(bendArray(node, values));
  return put(values.chance(0.2) ? values.pick(foreign) : values.pick(HOSTILES));
}

function bendObject(node: ObjectNode, values: RandomValues): Node {
  const { keys, children } = node;
  const key = values.pick(keys);
  const index = keys.indexOf(key);
  const named = (text: string): Node => toNode(text, () => undefined);
  switch (values.int(5)) {
    case 0: {
      const name = values.pick(Object.keys(OBJECT_BENDS));
      return wrapped(name, OBJECT_BENDS[name], node);
    }
    case 1: {
      if (key === undefined) return wrapped('trapped', OBJECT_BENDS.trapped, node);
      const name = values.pick(Object.keys(MEMBER_BENDS));
      return wrapped(name, MEMBER_BENDS[name], node, named(key));
    }
    case 2:
      return key === undefined ? node : node.with(children.toSpliced(index, 1, GONE));
    case 3: {
      // A count that was implied, a member that does not exist, another arm of a union.
      const extra = values.pick(['notAMember', 'sType', 'pNext', '__proto', `${key}Count`, 'toString']);
      return new ObjectNode([...keys, extra], [...children, values.pick([...HOSTILES, leaf('7', () => 7)])]);
    }
    default:
      return key === undefined ? node : node.with(children.toSpliced(index, 1, values.pick(HOSTILES)));
  }
}

function bendArray(node: Node, values: RandomValues): Node {
  const name = values.pick(Object.keys(ARRAY_BENDS));
  return wrapped(name, ARRAY_BENDS[name], node);
}

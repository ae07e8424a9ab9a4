// Finds the structs that can be compared: those that are the same in the registry and in the headers.
import { registry } from '../../src/registry/registry.ts';
import type { Types } from './c-types.ts';
import type { Model } from './model.ts';

/** Names in the headers. */
export function judgedStructs(model: Model, types: Types): Set<string> {
  const judged = new Set([...model.structs.keys()].filter(name => isSame(model, name)));
  const isJudged = (type: string) => !model.structs.has(types.named(type)) || judged.has(types.named(type));
  for (let before = 0; before !== judged.size; ) {
    before = judged.size;
    for (const name of judged)
      if (!model.structs.get(name)!.members.every(m => isJudged(m.type))) judged.delete(name);
  }
  return judged;
}

function isSame(model: Model, name: string): boolean {
  if (!registry.tables.structs.has(name)) return false;
  const members = registry.struct(name).members.map(m => m.name);
  return (
    members.join() ===
    model.structs
      .get(name)!
      .members.map(m => m.name)
      .join()
  );
}

/** Constants that choose the arm of a union. */
export const selectingConstants = (model: Model): Set<string> =>
  new Set([...model.structs.values()].flatMap(({ members }) => members.flatMap(m => m.selection)));

// Opens the native addon and binds its commands to the same procedures that the other contestants call.
import { createRequire } from 'node:module';
import type { Contestant, Run } from './contest.ts';
import type { Tool } from './tools.ts';

// biome-ignore lint/suspicious/noExplicitAny: written in C, called as its comments say.
export type Addon = Record<string, (...args: any[]) => any>;

function openAddon(path: string, names: readonly string[], address: (name: string) => bigint): Addon {
  const addon: Addon = createRequire(import.meta.url)(path);
  for (const name of names) addon.bind(name, address(name));
  return addon;
}

/** The addon's two contestants: one makes the names of members at each use, as most addons do, the other once. */
const addonForms = (tools: { addon: Tool; addonCached: Tool }): readonly { name: string; tool: Tool }[] => [
  { name: 'N-API addon', tool: tools.addon },
  { name: 'N-API addon, names made once', tool: tools.addonCached },
];

/** The addon's contestants, or the reason why there are none. */
export const addonContestants = (
  tools: { addon: Tool; addonCached: Tool },
  names: readonly string[],
  address: (name: string) => bigint,
  runOf: (addon: Addon) => Run,
): Contestant[] =>
  addonForms(tools).map(({ name, tool: { path, missing } }) =>
    path === undefined
      ? { name, group: 'addon', missing }
      : { name, group: 'addon', run: runOf(openAddon(path, names, address)) },
  );

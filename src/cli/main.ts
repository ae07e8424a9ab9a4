#!/usr/bin/env node
// In: the command line of `koffi-vulkan`.
// Out: what the command that it names gives.
import { needKoffi } from './koffi.ts';

const HELP = `Vulkan from the command line.

usage: koffi-vulkan <command> [options]     koffi-vulkan <command> --help

  query      as which memory types can a Windows handle made outside Vulkan be imported?
  info       what the Vulkan on this machine offers, every limit, feature and property
  repl       Vulkan at a prompt

  --version  print the versions of this package and of the Vulkan registry
  --help     print this

exit code: 0, 1 where Vulkan said no, 2 wrong usage

examples:
  npx koffi-vulkan query --driver embedded --all-types
  npx koffi-vulkan info --summary
  npx koffi-vulkan repl`;

/** Each is a program of its own, loaded when it is named. */
const COMMANDS: Record<string, () => Promise<unknown>> = {
  query: () => import('./query.ts'),
  info: () => import('./info.ts'),
  repl: () => import('./repl.ts'),
};

const [, , name] = process.argv;
if (Object.hasOwn(COMMANDS, name ?? '')) {
  process.argv.splice(2, 1);
  if (await needKoffi()) await COMMANDS[name]();
} else if (name === '--version') {
  if (await needKoffi()) console.log((await import('./info/version.ts')).versionText());
} else if (name === '--help' || name === '-h') console.log(HELP);
else {
  const problem = name === undefined ? 'no command given' : `no command "${name}"`;
  console.error(`koffi-vulkan: ${problem}; expected query, info or repl (--help tells more)`);
  process.exitCode = 2;
}

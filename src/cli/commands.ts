// The command `koffi-vulkan`: help, version, and the programs of its commands.

const help = (me: string) => `Vulkan from the command line.

usage: ${me} <command> [options]     ${me} <command> --help

  query      which memory types can a Windows handle made outside Vulkan be imported as?
  info       what Vulkan on this machine offers: every limit, feature and property
  repl       Vulkan at a prompt
  doctor     why a GPU is missing: drivers, layers and libraries, each with its fault
  help       print this, or the help of a command
  version    print the versions of this package and of the Vulkan registry

exit code: 0 success, 1 failure, 2 wrong usage

examples:
  ${me} info --summary
  ${me} doctor
  ${me} repl
  ${me} query --driver embedded --all-types`;

/** Each is a program of its own, loaded when it is used. */
const COMMANDS: Record<string, () => Promise<unknown>> = {
  query: () => import('./query.ts'),
  info: () => import('./info.ts'),
  repl: () => import('./repl.ts'),
  doctor: () => import('./doctor.ts'),
};

/** Runs a command. @returns its exit code */
export async function start([name, ...rest]: readonly string[]): Promise<number> {
  const { calledAs } = await import('./called-as.ts');
  const me = calledAs('');
  if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    console.log(help(me));
    return 0;
  }
  if (name === 'help') return await start([rest[0], '--help']);
  if (name === 'version' || name === '--version' || name === '-v') {
    const { needKoffi } = await import('./koffi.ts');
    if (!needKoffi()) return 1;
    console.log((await import('./version.ts')).versionText());
    return 0;
  }
  if (!Object.hasOwn(COMMANDS, name)) {
    const near = [...Object.keys(COMMANDS), 'help', 'version'].find(known => known[0] === name[0]);
    const guess = near === undefined ? '' : `; did you mean ${near}?`;
    console.error(`koffi-vulkan: no command "${name}"${guess} (see ${me} --help)`);
    return 2;
  }
  process.argv.splice(2, process.argv.length, ...rest);
  await COMMANDS[name]();
  return Number(process.exitCode ?? 0);
}

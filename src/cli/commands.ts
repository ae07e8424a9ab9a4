// What `koffi-vulkan` does by itself: help, version, and the program of the command that is named.

const help = (me: string) => `Vulkan from the command line.

usage: ${me} <command> [options]     ${me} <command> --help

  query      as which memory types can a Windows handle made outside Vulkan be imported?
  info       what the Vulkan on this machine offers, every limit, feature and property
  repl       Vulkan at a prompt
  doctor     why a GPU is not there: drivers, layers and libraries, each with its reason
  help       print this, or the help of the command behind it
  version    print the versions of this package and of the Vulkan registry

exit code: 0, 1 where Vulkan said no, 2 wrong usage

examples:
  ${me} info --summary
  ${me} doctor
  ${me} repl
  ${me} query --driver embedded --all-types`;

/** Each is a program of its own, loaded when it is named. */
const COMMANDS: Record<string, () => Promise<unknown>> = {
  query: () => import('./query.ts'),
  info: () => import('./info.ts'),
  repl: () => import('./repl.ts'),
  doctor: () => import('./doctor.ts'),
};

/** @returns the exit code, where the command has not its own way of saying it */
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
    if (!(await needKoffi())) return 1;
    console.log((await import('./version.ts')).versionText());
    return 0;
  }
  if (!Object.hasOwn(COMMANDS, name)) {
    const near = [...Object.keys(COMMANDS), 'help', 'version'].find(known => known[0] === name[0]);
    const guess = near === undefined ? '' : `; did you mean ${near}?`;
    console.error(`koffi-vulkan: no command "${name}"${guess} (${me} --help tells all)`);
    return 2;
  }
  process.argv.splice(2, process.argv.length, ...rest);
  await COMMANDS[name]();
  return Number(process.exitCode ?? 0);
}

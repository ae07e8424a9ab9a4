// How the user has called a command, so that help and advice can be typed as printed.

/** Scripts of this project's package.json. */
const SCRIPTS: Readonly<Record<string, string>> = {
  start: 'query',
  info: 'info',
  repl: 'repl',
  doctor: 'doctor',
};

/**
 * `npx koffi-vulkan info`, `koffi-vulkan info`, `npm start --`, `npx tsx src/cli/info.ts`.
 * @param command the command; `''` for `koffi-vulkan` itself
 */
export function calledAs(
  command: string,
  env: NodeJS.ProcessEnv = process.env,
  script = process.argv[1] ?? '',
): string {
  const name = env.npm_lifecycle_event ?? '';
  if (env.npm_package_name === 'koffi-vulkan' && SCRIPTS[name] === command && env.npm_command !== 'exec')
    return name === 'start' ? 'npm start --' : `npm run ${name} --`;
  const source = /[\\/](src[\\/]cli[\\/]\w+\.ts)$/.exec(script)?.[1].replaceAll('\\', '/');
  if (source !== undefined)
    return [`npx tsx ${source}`, source.endsWith('/main.ts') ? command : ''].filter(Boolean).join(' ');
  return [runner(env), 'koffi-vulkan', command].filter(Boolean).join(' ');
}

/** The package manager that runs the program: `npx`, `pnpm`, `yarn` or `bunx`; `''` if none does. */
function runner({ npm_command: command, npm_config_user_agent: agent = '' }: NodeJS.ProcessEnv): string {
  if (agent.startsWith('bun/')) return 'bunx';
  if (agent.startsWith('pnpm/')) return 'pnpm';
  if (agent.startsWith('yarn/')) return 'yarn';
  return command === 'exec' ? 'npx' : '';
}

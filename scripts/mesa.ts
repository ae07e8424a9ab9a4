// Fetches the lavapipe of Debian's bookworm-backports into .cache/mesa, once, and runs a command on it; installs nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, manifest, mesaHome } from './mesa/driver.ts';
import { runScript } from './packages/script.ts';

const HELP = `Fetches a newer lavapipe from Debian's bookworm-backports, and runs a command on it.

usage: npm run mesa [-- COMMAND ARGUMENT…]
       npm run test:mesa [-- MOCHA-ARGUMENT…]

npm run mesa                      fetches it into .cache/mesa, unless it is there
npm run mesa -- mocha test/live   runs the tests of that ring on it
npm run test:mesa                 runs the tests of test/live and test/linux on it

Nothing is installed. Needed: apt-get and dpkg-deb, and the libraries that the driver is linked with, which
\`apt-get install mesa-vulkan-drivers\` brings.`;

const SUITE = 'bookworm-backports';
const PACKAGE = 'mesa-vulkan-drivers';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The mirror that this system is installed from. */
function mirror(): string {
  const folder = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder).map(name => join(folder, name)) : []),
  ];
  for (const file of files.filter(existsSync)) {
    const found = /^(?:URIs:|deb ).*?(https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(readFileSync(file, 'utf8'));
    if (found !== null) return found[1];
  }
  throw new Error('no Debian mirror is named in /etc/apt: this is not Debian');
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.at(-1)} ended with exit code ${status}`);
}

/** apt-get works with sources and lists of its own here, so that the system's stay as they are. */
function fetchDriver(): void {
  const apt = join(mesaHome, 'apt');
  rmSync(mesaHome, { recursive: true, force: true });
  for (const folder of ['lists', 'archives']) mkdirSync(join(apt, folder, 'partial'), { recursive: true });
  const sources = join(apt, 'sources.list');
  writeFileSync(sources, `deb [signed-by=${KEYRING}] ${mirror()} ${SUITE} main\n`);
  const own = Object.entries({
    'APT::Sandbox::User': 'root',
    'Dir::Etc::SourceList': sources,
    'Dir::Etc::SourceParts': '-',
    'Dir::State::Lists': join(apt, 'lists'),
    'Dir::Cache': apt,
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  run('apt-get', ['-qq', ...own, 'update'], apt);
  run('apt-get', ['-qq', ...own, 'download', PACKAGE], apt);
  const file = readdirSync(apt).find(name => name.startsWith(`${PACKAGE}_`))!;
  run('dpkg-deb', ['--extract', file, mesaHome], apt);
  const libraries = join(mesaHome, 'usr', 'lib');
  const library = readdirSync(libraries, { recursive: true, encoding: 'utf8' }).find(name =>
    name.endsWith('/libvulkan_lvp.so'),
  )!;
  const icds = join(mesaHome, 'usr', 'share', 'vulkan', 'icd.d');
  const icd = readdirSync(icds).find(name => name.startsWith('lvp_icd'))!;
  const { ICD, ...rest } = JSON.parse(readFileSync(join(icds, icd), 'utf8'));
  const text = JSON.stringify({ ...rest, ICD: { ...ICD, library_path: join(libraries, library) } });
  rmSync(apt, { recursive: true });
  // Written last, since it stands for the rest.
  writeFileSync(manifest, text);
  console.log(`fetched ${file} into .cache/mesa`);
}

function main([command, ...args]: readonly string[]): number {
  if (environment() === undefined) fetchDriver();
  else if (command === undefined) console.log('.cache/mesa has it already');
  if (command === undefined) return 0;
  const env = { ...process.env, ...environment() };
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env });
  if (error !== undefined) throw error;
  return status ?? 1;
}

await runScript({ name: 'mesa', help: HELP, main });

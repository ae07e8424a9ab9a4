// The command `npm run layout`: compares every struct's layout with those of C compilers for seven ABIs; exit code 1 if one
// differs.
import { REGISTRY_VERSION } from '../ffi/rows/version.ts';
import { parseOptions } from '../src/cli/options.ts';
import { registryFolder } from './generate/folder.ts';
import { formatDifference } from './layout-oracle/compare.ts';
import { nativeProject } from './layout-oracle/native-project.ts';
import { judge, measureAll } from './layout-oracle/oracle.ts';
import { spoil } from './layout-oracle/project.ts';
import { runScript } from './packages/script.ts';

const HELP = `Compares the layout of every struct with those of C compilers for seven ABIs.

usage: npm run layout -- [FOLDER] [--spoil PLACE]

  FOLDER          with vk.xml and video.xml, of the version that ffi/ was generated from; without it, one is looked for
  --spoil PLACE   makes one number of ours wrong (VkExtent2D.height, VkExtent2D.size), to show that it is found out

exit code: 0 all agree, 1 one differs, or no compiler was found, 2 wrong usage`;

/** Some well-known sizes, printed so that a reader sees that real numbers are compared. */
const SHOWN = ['VkPhysicalDeviceProperties', 'VkClearValue', 'VkAccelerationStructureInstanceKHR'];

async function main(args: readonly string[], me: string): Promise<number> {
  const folder = args[0]?.startsWith('-') ? undefined : args[0];
  const options = folder === undefined ? args : args.slice(1);
  const { spoil: place } = parseOptions('layout', options, { spoil: { type: 'string' } }, me);
  const started = performance.now();
  const measured = await measureAll(registryFolder(folder));
  const { registry } = measured;
  if (registry.version !== REGISTRY_VERSION)
    throw new Error(
      `this registry is ${registry.version} and ffi/ was generated from ${REGISTRY_VERSION}: ` +
        'structs change between versions. Name a folder of that version: npm run layout -- <folder>',
    );
  const project = place === undefined ? nativeProject : spoil(nativeProject, place);

  const verdicts = judge(measured, project);
  const bits = registry.structs.flatMap(struct => struct.members).filter(member => member.bitField).length;
  console.log(
    `${registry.structs.length} structs and unions, ${registry.aliases.size} other names, ${bits} bit-fields`,
  );
  for (const { abi, skipped, agree, differ } of verdicts) {
    const compiler = [abi.compiler, ...abi.arguments].join(' ');
    const said = skipped ? `skipped: install ${abi.package}` : `${agree} agree, ${differ} differ`;
    console.log(`  ${abi.name.padEnd(22)} ${said} (${compiler})`);
  }
  for (const { abi, differences } of verdicts)
    for (const difference of differences) console.log(`${abi.name}: ${formatDifference(difference)}`);
  for (const name of SHOWN) {
    const sizes = verdicts
      .filter(verdict => !verdict.skipped)
      .map(({ abi }) => measured.abis.get(abi)?.get(name)?.size ?? 'absent');
    console.log(`${name}: ${[...new Set(sizes)].join(' or ')} bytes`);
  }
  console.log(`${Math.round(performance.now() - started)} ms`);

  const skips = verdicts.filter(verdict => verdict.skipped).length;
  const refused = skips === verdicts.length || (skips > 0 && process.env.REQUIRE_LIVE === '1');
  if (refused) console.log(`${skips} of ${verdicts.length} ABIs skipped: that is a failure here`);
  return refused || verdicts.some(verdict => verdict.differ > 0) ? 1 : 0;
}

await runScript({ name: 'layout', help: HELP, main });

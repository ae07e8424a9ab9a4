// Objects that a program does not destroy are reported, with the place where each was created, also when the process ends.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';

const at = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
const SCRIPT = `
const { leaksOf, loadVulkan, trackLeaks } = await import(${at('index.ts')});
const { createEmbeddedDriver } = await import(${at('embedded/index.ts')});
trackLeaks();
const [gpu] = loadVulkan(createEmbeddedDriver()).createInstance({}).enumeratePhysicalDevices();
const device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
const make = () => device.createFence({});
device.destroyFence(make());
if (process.argv[2] === 'leave') make();
console.log(JSON.stringify(leaksOf(device).map(({ type, place }) => ({ type, place }))));
if (process.argv[2] !== 'leave') {
  device.destroyDevice();
  gpu.instance.destroyInstance();
}
`;

function run(what: string): { out: unknown; err: string } {
  const folder = mkdtempSync(join(tmpdir(), 'koffi-vulkan-leaks-'));
  const script = join(folder, 'program.mjs');
  writeFileSync(script, SCRIPT);
  try {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', script, what], {
      cwd: join(import.meta.dirname, '../..'),
      encoding: 'utf8',
    });
    expect(status, stderr).to.equal(0);
    return { out: JSON.parse(stdout), err: stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('what was left', () => {
  it('is named with the place of creation when leaks are tracked, and reported at the end', () => {
    const { out, err } = run('leave');
    expect(out).to.have.length(1);
    const [leak] = out as [{ type: string; place: string }];
    expect(leak.type).to.equal('VkFence');
    expect(leak.place).to.match(/\bmake \(.*program\.mjs:\d+/);
    expect(err).to.match(
      /^koffi-vulkan: not destroyed:\n {2}VkInstance 0x\w+\n {2}VkDevice 0x\w+ \(created at /,
    );
    expect(err).to.match(/\n {2}VkFence 0x\w+ \(created at make /);
  });

  it('is not spoken of where nothing is left', () =>
    expect(run('nothing')).to.deep.equal({ out: [], err: '' }));
});

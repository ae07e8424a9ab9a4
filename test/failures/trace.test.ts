// NODE_DEBUG=koffi-vulkan writes a line for each call, and nothing is written without it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';

const at = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
const SCRIPT = `
const { loadVulkan } = await import(${at('index.ts')});
const { createEmbeddedDriver } = await import(${at('embedded/index.ts')});
const [gpu] = loadVulkan(createEmbeddedDriver()).createInstance({}).enumeratePhysicalDevices();
const device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
for (let i = 0; i < 20; i++) device.destroyFence(device.createFence({}));
try { device.createFence({ x: 1 }); } catch {}
await device.async.deviceWaitIdle();
`;

function lines(env: NodeJS.ProcessEnv): string[] {
  const args = ['--import', 'tsx', '--input-type=module', '-e', SCRIPT];
  const { stderr, status } = spawnSync(process.execPath, args, {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, NODE_DEBUG: '', ...env },
    encoding: 'utf8',
  });
  expect(status, stderr).to.equal(0);
  return stderr.split('\n').filter(Boolean);
}

describe('NODE_DEBUG=koffi-vulkan', () => {
  it('writes each call on a line: arguments, result or error, microseconds', () => {
    const written = lines({ NODE_DEBUG: 'koffi-vulkan' });
    const calls = (name: string) => written.filter(line => line.includes(` ${name}(`));
    expect(calls('vkCreateFence')).to.have.length(21);
    expect(calls('vkDestroyFence')).to.have.length(20);
    for (const line of written)
      expect(line).to.match(/^KOFFI-VULKAN \d+: (async )?vk\w+\(.*\) (gave|threw) .*, [\d.]+ µs$/);
    expect(calls('vkCreateDevice')[0]).to.include(
      '{ pQueueCreateInfos: [ { queueFamilyIndex: 0, pQueuePriorities: [ 1 ] } ] }',
    );
    expect(calls('vkCreateFence').at(-1)).to.include(
      'threw TypeError: vkCreateFence.pCreateInfo.x: unknown member',
    );
    expect(calls('vkDeviceWaitIdle')[0]).to.include('async vkDeviceWaitIdle(VkDevice(0x');
  });

  it('is silent otherwise', () => expect(lines({})).to.deep.equal([]));
});

// NODE_DEBUG=koffi-vulkan writes a line for each call, its first half before the call, and nothing is written without it.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';

const at = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
const OPEN = `
const vk = await import(${at('index.ts')});
const { createEmbeddedDriver } = await import(${at('embedded/index.ts')});
const instance = vk.loadVulkan(createEmbeddedDriver()).createInstance({
  pApplicationInfo: { apiVersion: vk.API_VERSION_1_1 },
  ppEnabledExtensionNames: ['VK_EXT_debug_utils'],
});
const [gpu] = instance.enumeratePhysicalDevices();
const device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
const [messageSeverity, messageType] = [vk.VkDebugUtilsMessageSeverityFlagBitsEXT.ERROR, vk.VkDebugUtilsMessageTypeFlagBitsEXT.GENERAL];
const listen = pfnUserCallback => instance.createDebugUtilsMessengerEXT({ messageSeverity, messageType, pfnUserCallback });
const say = () => instance.submitDebugUtilsMessageEXT(messageSeverity, messageType, { pMessage: 'hello' });
`;
const CALLS = `
for (let i = 0; i < 20; i++) device.destroyFence(device.createFence({}));
try { device.createFence({ x: 1 }); } catch {}
await device.async.deviceWaitIdle();
`;

function run(
  script: string,
  env: NodeJS.ProcessEnv = { NODE_DEBUG: 'koffi-vulkan' },
): SpawnSyncReturns<string> {
  const args = ['--import', 'tsx', '--input-type=module', '-e', OPEN + script];
  return spawnSync(process.execPath, args, {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, NODE_DEBUG: '', ...env },
    encoding: 'utf8',
  });
}

function lines(script: string, env?: NodeJS.ProcessEnv): string[] {
  const { stderr, status } = run(script, env);
  expect(status, stderr).to.equal(0);
  return stderr.split('\n').filter(Boolean);
}

describe('NODE_DEBUG=koffi-vulkan', () => {
  it('writes each call on a line: arguments, result or error, microseconds', () => {
    const written = lines(CALLS);
    const calls = (name: string) => written.filter(line => line.includes(` ${name}(`));
    expect(calls('vkCreateFence')).to.have.length(21);
    expect(calls('vkDestroyFence')).to.have.length(20);
    for (const line of written)
      expect(line).to.match(
        /^KOFFI-VULKAN \d+: (vk\w+\(.*\) (gave|threw) .*, [\d.]+ µs|async vk\w+\(.*\) (<unfinished \.\.\.>|gave .*, [\d.]+ µs))$/,
      );
    expect(calls('vkCreateDevice')[0]).to.include(
      '{ pQueueCreateInfos: [ { queueFamilyIndex: 0, pQueuePriorities: [ 1 ] } ] }',
    );
    expect(calls('vkCreateFence').at(-1)).to.include(
      'threw TypeError: vkCreateFence.pCreateInfo.x: unknown member',
    );
    expect(calls('vkDeviceWaitIdle')[0]).to.match(
      /: async vkDeviceWaitIdle\(VkDevice\(0x\w+\)\) <unfinished/,
    );
    expect(calls('vkDeviceWaitIdle')[1]).to.match(
      /: async vkDeviceWaitIdle\(VkDevice\(0x\w+\)\) gave undefined/,
    );
  });

  it('is silent otherwise', () => expect(lines(CALLS, {})).to.deep.equal([]));

  it('writes handles in hexadecimal: arguments, members, chains, arrays, results', () => {
    const written = lines(`
      const buffer = device.createBuffer({ size: 65536n, usage: 2 });
      const sType = vk.VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO;
      const memory = device.allocateMemory({ allocationSize: 65536n, memoryTypeIndex: 2, pNext: [{ sType, buffer }] });
      device.bindBufferMemory2([{ buffer, memory }]);
      device.getBufferMemoryRequirements(buffer);
    `).join('\n');
    const buffer = /vkCreateBuffer\(.*\) gave (0x[0-9a-f]+),/.exec(written)?.[1];
    const memory = /vkAllocateMemory\(.*\) gave (0x[0-9a-f]+),/.exec(written)?.[1];
    expect(written).to.include(`pNext: [ { sType: 1000127001, buffer: ${buffer} } ]`);
    expect(written).to.include(`[ { buffer: ${buffer}, memory: ${memory} } ]) gave undefined`);
    expect(written).to.match(
      new RegExp(`vkGetBufferMemoryRequirements\\(VkDevice\\(0x\\w+\\), ${buffer}\\) gave { size: 65536n`),
    );
  });

  it('changes nothing for what is passed: getters, proxies, and objects that contain themselves', () => {
    const written = lines(`
      let reads = 0;
      device.createFence({ get flags() { reads++; return 0; } });
      device.createFence(new Proxy({}, { getOwnPropertyDescriptor() { throw new Error('looked at'); } }));
      if (reads !== 1) throw new Error('read ' + reads + ' times');
      const info = { flags: 0 };
      info.pNext = [info];
      try { device.createFence(info); } catch {}
      try { device.createFence.call(null, 1n); } catch {}
      try { device.createFence({ get flags() { throw Symbol('nothing'); } }); } catch {}
    `);
    expect(written.filter(line => line.includes('vkCreateFence'))).to.have.length(5);
  });

  it('keeps what a callback writes and calls apart from the call that it runs in', () => {
    const written = lines(`
      listen(() => {
        console.error('in a callback');
        gpu.getPhysicalDeviceFeatures();
      });
      say();
    `);
    const from = written.findIndex(line => line.includes('vkSubmitDebugUtilsMessageEXT'));
    const said = written.slice(from).map(line => line.replace(/^KOFFI-VULKAN \d+: /, ''));
    expect(said[0]).to.match(/^vkSubmitDebugUtilsMessageEXT\(.*{ pMessage: 'hello' }\) <unfinished \.\.\.>$/);
    expect(said[1]).to.equal('in a callback');
    expect(said[2]).to.match(/^vkGetPhysicalDeviceFeatures\(.*\) gave {.*µs$/);
    expect(said[3]).to.match(
      /^vkSubmitDebugUtilsMessageEXT\(.*{ pMessage: 'hello' }\) gave undefined, [\d.]+ µs$/,
    );
    expect(said).to.have.length(4);
  });

  it('shows the call that ends the process', () => {
    // C calls an address where there is no function.
    const { stderr, status } = run('listen(0x1234567n); say(); console.error("still here");');
    expect(status).not.to.equal(0);
    expect(stderr).not.to.include('still here');
    expect(
      stderr
        .split('\n')
        .filter(line => line.includes('KOFFI-VULKAN'))
        .at(-1),
    ).to.match(
      /^KOFFI-VULKAN \d+: vkSubmitDebugUtilsMessageEXT\(VkInstance\(0x\w+\), 4096, 1, { pMessage: 'hello' }\)(?! gave)/,
    );
  });
});

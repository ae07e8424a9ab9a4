// The screen as a person sees it: query, error, help, the right query; completion; history; no mistake ends it.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { skipOrFail } from '../skip.ts';
import { programOf } from './run.ts';
import { hasTmux, Terminal } from './terminal.ts';

const PROMPT = /vulkan>$/;
const GONE = /^exit code 0$/m;

describe('repl in a terminal', () => {
  let state: string;
  let terminal: Terminal;

  const open = async (...args: string[]) => {
    const command = [process.execPath, programOf('src/cli/repl'), ...args];
    const env = { XDG_STATE_HOME: state, NO_COLOR: '1' };
    terminal = new Terminal(command, { columns: 110, rows: 50, env });
    await terminal.until(screen => PROMPT.test(screen));
  };
  /** What came on the screen for a line. */
  const answer = async (line: string): Promise<string> => {
    const before = terminal.screen();
    await terminal.line(line, PROMPT);
    const [, ...rest] = terminal.screen().slice(before.length).split('\n');
    return rest.slice(0, -1).join('\n');
  };
  /** What Tab makes of a line. */
  const completed = async (line: string, wanted: RegExp, tabs = ['Tab']): Promise<void> => {
    terminal.type(line);
    for (const tab of tabs) terminal.key(tab);
    await terminal.until(screen => wanted.test(screen));
    terminal.key('C-c');
    await terminal.until(screen => PROMPT.test(screen));
  };
  const leave = async (): Promise<string> => {
    terminal.type('.exit');
    terminal.key('Enter');
    return await terminal.until(screen => GONE.test(screen));
  };

  before(function () {
    if (!hasTmux()) skipOrFail(this, 'tmux is not installed');
    state = mkdtempSync(join(tmpdir(), 'koffi-vulkan-'));
  });
  afterEach(() => terminal?.end());
  after(() => {
    if (state !== undefined) rmSync(state, { recursive: true });
  });

  it('goes from a query over an error and help to the right query', async () => {
    await open('--driver', 'embedded');
    for (const line of [
      'var Type = VkExternalMemoryHandleTypeFlagBits',
      'var handle = embedded.createExternalHandle(Type.D3D11_TEXTURE, { size: 65536 })',
      'device.getMemoryWin32HandlePropertiesKHR(Type.OPAQUE_WIN32, handle)',
      'device.getMemoryWin32HandlePropertiesKHR(Type.D3D11_TEXTURE, 77n)',
      "help('getMemoryWin32HandlePropertiesKHR')",
      'device.getMemoryWin32HandlePropertiesKHR(Type.D3D11_TEXTURE, handle)',
      '.query handle D3D11_TEXTURE',
    ])
      await terminal.line(line, PROMPT);
    const shown = terminal.screen().replaceAll(/^koffi-vulkan .*: help/gm, 'koffi-vulkan VERSION: help');
    expect(shown).to.equal(readFileSync(new URL('./repl-session.txt', import.meta.url), 'utf8').trimEnd());
    await leave();
  });

  it('completes commands, members of the structs that they take, and enums', async () => {
    await open('--driver', 'embedded');
    await completed('device.getMemoryWin32HandleP', /> device\.getMemoryWin32HandlePropertiesKHR$/);
    await completed('device.createBuffer({ si', /> device\.createBuffer\(\{ size:$/);
    // Where there are several, the second Tab lists them.
    await completed('device.createBuffer({ size: 64, ', /usage: +sharingMode: *\n/, ['Tab', 'Tab']);
    await completed('device.createImage({ extent: { wi', /\{ extent: \{ width:$/);
    await completed('VkImageTiling.OPT', /> VkImageTiling\.OPTIMAL$/);
    await completed('device.createImage({ tiling: OPT', /\{ tiling: VkImageTiling\.OPTIMAL$/);
    await completed('device.createImage({ tiling: VkImageTiling.LIN', /\{ tiling: VkImageTiling\.LINEAR$/);
    await completed('device.createBuffer({ usage: ', /VkBufferUsageFlagBits\.TRANSFER_SRC/, ['Tab', 'Tab']);
    await completed(
      'device.createBuffer({ usage: VkBufferUsageFlagBits.TRANSFER_SRC | VkBufferUsageFlagBits.UNIFORM_B',
      /\| VkBufferUsageFlagBits\.UNIFORM_BUFFER$/,
    );
    await completed('help("vkGetMemoryWin32HandleP', /> help\("vkGetMemoryWin32HandlePropertiesKHR$/);
    await completed("help('VkMemoryWin32HandleP", /> help\('VkMemoryWin32HandlePropertiesKHR$/);
  });

  it('keeps the session where .clear forgets the variables', async () => {
    await open('--driver', 'embedded');
    const handle = await answer('device.handle');
    await answer('var mine = 5');
    await answer('.clear');
    expect(await answer('typeof mine')).to.equal("'undefined'");
    expect(await answer('device.handle')).to.equal(handle);
    expect(await answer('typeof help')).to.equal("'function'");
    expect(await answer('gpu.getPhysicalDeviceProperties().deviceType')).to.equal('CPU');
  });

  it('ends a long array where the screen ends', async () => {
    await open('--driver', 'embedded');
    for (const code of [
      'Array.from({ length: 500 }, (_, i) => ({ i, text: "x".repeat(80) }))',
      'new Array(5000).fill(1e9)',
    ]) {
      const lines = (await answer(code)).split('\n');
      expect(lines.length).to.be.within(10, 49);
      expect(lines.at(-2)).to.match(/^ +\.\.\. \d+ more items$/);
    }
  });

  it('goes on after every mistake, and awaits at the top level', async () => {
    await open('--driver', 'embedded');
    expect(await answer('nonsense.foo')).to.equal('ReferenceError: nonsense is not defined');
    expect(await answer('device.createBuffer({ siz: 1 })')).to.equal(
      'TypeError: vkCreateBuffer.pCreateInfo.siz: unknown member; did you mean size?',
    );
    expect(await answer('device.createBuffer(5, 6, 7)')).to.match(/^TypeError: vkCreateBuffer/);
    expect(await answer('device.createSwapchainKHR({})')).to.match(
      /^NotAvailableError: .*it needs\s+VK_KHR_swapchain,\s+which\s+this\s+physical\s+device\s+does\s+not\s+offer$/s,
    );
    expect(await answer('throw null')).to.equal('null');
    expect(await answer('function (')).to.match(/^SyntaxError: /);
    expect(await answer('.query')).to.match(/^\.query TYPE creates a handle, TYPE one of OPAQUE_WIN32, /);
    expect(await answer('.query 77 D3D11_TEXTURE')).to.match(
      /^VulkanError: vkGet.*_ERROR_INVALID_EXTERNAL_HANDLE/,
    );
    expect(await answer('await Promise.resolve(41) + 1')).to.equal('42');
    expect(await answer('await Promise.reject(new RangeError("later"))')).to.equal('RangeError: later');
    terminal.type('void setTimeout(() => { throw new Error("even later") }, 20)');
    terminal.key('Enter');
    await terminal.until(screen => /^(vulkan> )?Error: even later$/m.test(screen) && PROMPT.test(screen));
    terminal.type('console.log("begun"); while (true);');
    terminal.key('Enter');
    await terminal.until(screen => /^begun$/m.test(screen));
    terminal.key('C-c');
    await terminal.until(screen => /interrupted/.test(screen) && PROMPT.test(screen));
    expect(await answer('1 + 1')).to.equal('2');
    expect(await answer('device')).to.match(/^VkDevice\(0x[0-9a-f]+\)$/);
  });

  it('keeps what was typed in the state directory of its user', async () => {
    await open('--driver', 'embedded');
    await terminal.line('6 * 7', PROMPT);
    await leave();
    terminal.end();
    const file = join(state, 'koffi-vulkan', 'repl_history');
    expect(readFileSync(file, 'utf8').split('\n')).to.include('6 * 7');
    expect(statSync(file).mode & 0o077).to.equal(0);
    await open('--driver', 'embedded');
    // The last line that did something: `.exit` is not kept.
    terminal.key('Up');
    await terminal.until(screen => /^vulkan> 6 \* 7$/m.test(screen));
  });

  it('destroys on .exit what was made, in an order that the validation layer accepts', async function () {
    try {
      await open('--driver', 'system');
    } catch (error) {
      return skipOrFail(this, (error as Error).message);
    }
    if (!/validation layer on/.test(terminal.screen())) return skipOrFail(this, 'no validation layer');
    expect(await answer('device.createBuffer({ size: 64, usage: 3 })')).to.match(/^VkBuffer\(0x[0-9a-f]+\)$/);
    await answer(
      'device.bindBufferMemory(_, device.allocateMemory({ allocationSize: 64, memoryTypeIndex: 0 }), 0)',
    );
    await answer(
      'device.allocateCommandBuffers({ commandPool: device.createCommandPool({}), level: 0, commandBufferCount: 1 })',
    );
    await answer(
      'gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] }).createFence({})',
    );
    expect(await answer('device.createBuffer({ size: 64, usage: 3, flags: 2 })')).to.match(
      /validation: vkCreateBuffer: .*VUID-VkBufferCreateInfo-flags-009\d\d\)\nVulkanError: vkCreateBuffer: VK_ERROR_VALIDATION_FAILED$/s,
    );
    const before = terminal.screen();
    const after = (await leave()).slice(before.length);
    expect(after).not.to.match(/validation|Error/);
  });
});

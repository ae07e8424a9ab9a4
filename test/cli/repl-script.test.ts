// Code given to the prompt with -e and through a pipe: values on standard output, errors on standard error, the
// exit code.
import { readdirSync, readFileSync } from 'node:fs';
import * as module from 'node:module';
import path from 'node:path';
import { expect } from 'chai';
import { EXPORTS } from '../../src/cli/repl/exports.ts';
import * as api from '../../src/index.ts';
import { skipHere } from '../skip.ts';
import { runScript } from './run.ts';

const EMBEDDED = ['--driver', 'embedded'];
const evaluate = (code: string) => runScript('src/cli/repl', [...EMBEDDED, '-e', code]);

describe('repl -e and piped', () => {
  it('prints handles by type, flags by name, structs without counts', () => {
    const { out, err, code } = evaluate(
      'device\nqueue\ngpu.getPhysicalDeviceMemoryProperties().memoryTypes[4]\ngpu.getPhysicalDeviceMemoryProperties().memoryHeaps',
    );
    expect(err).to.equal('');
    expect(code).to.equal(0);
    expect(out).to.match(
      /^VkDevice\(0x[0-9a-f]+\)\nVkQueue\(0x[0-9a-f]+\)\nVkMemoryType \{ propertyFlags: DEVICE_LOCAL \| HOST_VISIBLE \| HOST_COHERENT, heapIndex: 0 \}\n\[/,
    );
    expect(out).to.include('{ size: 1073741824 (1 GiB), flags: DEVICE_LOCAL }');
  });

  it('names the structs of a chain, and identifiers as they are written', () => {
    const { out } = evaluate(
      'gpu.getPhysicalDeviceProperties2({ pNext: [VkStructureType.PHYSICAL_DEVICE_ID_PROPERTIES] })',
    );
    expect(out).to.match(/pNext: \[\n? *VkPhysicalDeviceIDProperties \{\n/);
    expect(out).to.match(/deviceUUID: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12},\n/);
    expect(out).not.to.include('sType');
  });

  it('runs piped lines one after the other, promises and multi-line code included', () => {
    const input =
      'await new Promise(done => setTimeout(() => done(7), 50))\nfunction f() {\n  return 9;\n}\nf()\n';
    const { out, code } = runScript('src/cli/repl', EMBEDDED, { input });
    expect(out).to.equal('7\n9\n');
    expect(code).to.equal(0);
  });

  for (const [mistake, text] of [
    [
      'device.createBuffer({ siz: 1 })',
      /^TypeError: vkCreateBuffer\.pCreateInfo\.siz: unknown member; did you mean size\?/,
    ],
    ['await Promise.reject(new Error("no"))', /^Error: no$/m],
    ['function f() {', /^SyntaxError: /],
    ['.query 77 D3D11_TEXTURE', /^VulkanError: vkGetMemoryWin32HandlePropertiesKHR: /],
  ] as const)
    it(`ends with 1 and one line on standard error after ${mistake}`, () => {
      const { out, err, code } = evaluate(`${mistake}\n"never reached"`);
      expect(err).to.match(text);
      expect(err.trim().split('\n')).to.have.length(1);
      expect(out).to.equal('');
      expect(code).to.equal(1);
    });

  it('helps with commands, structs, enums, handles and extensions', () => {
    const { out } = evaluate(
      "help(device.allocateMemory)\nhelp('VkImportMemoryWin32HandleInfoKHR')\nhelp(VkResult)\nhelp('VkBuffer')\nhelp('VK_KHR_external_memory_win32')\nhelp('createBufer')\nhelp()",
    );
    expect(out).to.include('    const VkMemoryAllocateInfo*   pAllocateInfo,\n');
    expect(out).to.include('called      device.allocateMemory(pAllocateInfo) → VkDeviceMemory\n');
    expect(out).to.include('} VkImportMemoryWin32HandleInfoKHR;\n');
    expect(out).to.include('in pNext of VkMemoryAllocateInfo\n');
    expect(out).to.include('VUID-VkImportMemoryWin32HandleInfoKHR-handleType-00660');
    expect(out).to.match(/^ {4}ERROR_DEVICE_LOST +-4$/m);
    expect(out).to.include('VkBuffer: a handle of a VkDevice\n');
    expect(out).to.match(/^commands +vkGetMemoryWin32HandleKHR, vkGetMemoryWin32HandlePropertiesKHR$/m);
    expect(out).to.include('no createBufer in the registry; perhaps vkCreateBuffer');
    expect(out).to.include('.exit                    destroys all that was created');
  });

  it('prints enums and flags by name where they stand alone: a member, a result, in an array, in a variable', () => {
    const lines: [code: string, printed: string][] = [
      ['gpu.getPhysicalDeviceProperties().deviceType', 'CPU'],
      ['gpu.getPhysicalDeviceQueueFamilyProperties()[0].queueFlags', 'GRAPHICS | COMPUTE | TRANSFER'],
      [
        'gpu.getPhysicalDeviceQueueFamilyProperties().map(f => f.queueFlags)',
        '[ GRAPHICS | COMPUTE | TRANSFER, TRANSFER ]',
      ],
      ['device.getFenceStatus(device.createFence({}))', 'NOT_READY'],
      ['device.waitForFences([device.createFence({})], true, 0)', 'TIMEOUT'],
      ['gpu.getPhysicalDeviceMemoryProperties().memoryHeaps[0].flags', 'DEVICE_LOCAL'],
      ['var heap = gpu.getPhysicalDeviceMemoryProperties().memoryHeaps[0]; heap.flags', 'DEVICE_LOCAL'],
      ['heap.flags', 'DEVICE_LOCAL'],
      ['1 + 1', '2'],
      ['[1, 2].length', '2'],
      ['VkFormat.R8_UNORM', '9'],
    ];
    expect(evaluate(lines.map(([code]) => code).join('\n')).out).to.equal(
      `${lines.map(([, printed]) => printed).join('\n')}\n`,
    );
  });

  it('guesses what was meant where a method or enumerator is not there', () => {
    expect(evaluate('device.createBufer\nVkFormat.R8_UNROM\nVkFormat.nothingLikeIt').out).to.equal(
      'undefined; did you mean createBuffer?\nundefined; did you mean R8_UNORM?\n',
    );
    for (const [code, said] of [
      [
        'device.createBufer({})',
        'TypeError: device.createBufer is not a function; did you mean createBuffer?\n',
      ],
      [
        'device.getDeviceQueue(0, 0).queueWaitIdel()',
        'TypeError: device.getDeviceQueue(...).queueWaitIdel is not a function; did you mean queueWaitIdle?\n',
      ],
      ['gpu.zzz()', 'TypeError: gpu.zzz is not a function\n'],
    ])
      expect(evaluate(code).err).to.equal(said);
  });

  it('runs what stands in documents: imports, `using`, top-level await, twice', () => {
    const block = `import {
  loadVulkan,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  type VkBuffer,
} from 'koffi-vulkan';
import { createEmbeddedDriver } from 'koffi-vulkan/embedded';
import path, * as everything from 'node:path';

using driver = createEmbeddedDriver();
const { getInstanceProcAddr } = driver;
using instance = loadVulkan({ getInstanceProcAddr }).createInstance({});
const [gpu] = instance.enumeratePhysicalDevices();
export const device = gpu.createDevice({
  pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
});
const five = await Promise.resolve(5);
[HandleType.D3D11_TEXTURE, path.sep, typeof everything.join, five, device.alive, driver.counts().VkDevice].join()
`;
    const { out, err, code } = runScript('src/cli/repl', EMBEDDED, { input: block + block });
    expect(err).to.equal('');
    expect(out).to.equal(`'8,${path.sep},function,5,true,1'\n`.repeat(2));
    expect(code).to.equal(0);
    expect(evaluate("import { nothingSo } from 'koffi-vulkan'").err).to.match(
      /^SyntaxError: nothing named nothingSo is exported there/,
    );
    expect(evaluate("import { x } from 'no-such-package'").err).to.match(
      /Cannot find module 'no-such-package'/,
    );
  });

  it('takes types away where Node can', function () {
    if (!('stripTypeScriptTypes' in module))
      return skipHere(this, 'this Node has no stripTypeScriptTypes (22.13 or later)');
    const input =
      'interface A {\n  b: string;\n}\nconst f = (a: A): string => {\n  return a.b as string;\n};\nf({ b: "x" })\n';
    const { out, err } = runScript('src/cli/repl', EMBEDDED, { input });
    expect({ out, err }).to.deep.equal({ out: "'x'\n", err: '' });
  });

  it('tells every rule that is checked: numbers, arrays, counts of chains, sizes', () => {
    const names = {
      VkMicromapBuildInfoEXT: 'pUsageCounts-07516',
      VkFramebufferCreateInfo: 'flags-02778',
      VkSubmitInfo: 'pWaitDstStageMask-parameter',
      VkTensorDescriptionARM: 'pDimensions-09734',
      vkWriteResourceDescriptorsEXT: 'size-11207',
      vkGetRayTracingShaderGroupHandlesKHR: 'dataSize-02420',
    };
    const { out } = evaluate(
      Object.keys(names)
        .map(name => `help('${name}')`)
        .join('\n'),
    );
    const lines = out.replaceAll(/,\s+/g, ', ');
    for (const [name, rule] of Object.entries(names))
      expect(lines).to.match(new RegExp(`^checked +.*VUID-${name}-${rule}`, 'm'));
  });

  it('helps with values, enumerators, constants and functions', () => {
    const { out } = evaluate(
      [
        "help('VK_FORMAT_R8_UNORM')",
        "help('VkFormat.R8_UNORM')",
        "help('VK_WHOLE_SIZE')",
        'help(mapMemory)',
        'help(gpu.getPhysicalDeviceMemoryProperties().memoryHeaps[0])',
        'help(device.createFence({}))',
        'help(device)',
        'help(5)',
        "help('VkMemoryHeap')",
      ].join('\n'),
    );
    expect(out.match(/^VkFormat\.R8_UNORM = 9$/gm)).to.have.length(2);
    expect(out).to.include('in C        VK_FORMAT_R8_UNORM\n');
    expect(out).to.match(/^WHOLE_SIZE = 18446744073709551615$/m);
    expect(out).to.match(/^mapMemory\(device, memory, size\?\)\nMaps host-visible memory/m);
    expect(out.match(/^typedef struct VkMemoryHeap \{$/gm)).to.have.length(2);
    expect(out).to.match(/^part of +VkPhysicalDeviceMemoryProperties$/m);
    expect(out).to.match(/^VkFence: a handle of a VkDevice$/m);
    expect(out).to.match(/^VkDevice: a dispatchable handle/m);
    expect(out).to.include('help: expected a C name, or a value whose type is known');
  });

  it('knows every function and class that the package exports', () => {
    const functions = Object.entries(api).filter(([, value]) => typeof value === 'function');
    expect(Object.keys(EXPORTS).sort()).to.deep.equal(functions.map(([name]) => name).sort());
  });

  it('says of each what the first sentence of its doc comment says', () => {
    const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .map(file => readFileSync(path.join('src', file), 'utf8'))
      .join('');
    const documented = source.matchAll(
      /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport (?:const|function|class) (\w+)/g,
    );
    const firstSentence = (comment: string) =>
      /^.*?[.](?= |$)/.exec(
        comment
          .replaceAll(/\{@link (\w+)\}/g, '$1')
          .replaceAll(/[\s*]*\s/g, ' ')
          .trim(),
      )?.[0];
    const said = new Map([...documented].map(([, comment, name]) => [name, firstSentence(comment)]));
    for (const [name, [, sentence]] of Object.entries(EXPORTS))
      expect(sentence, name).to.equal(said.get(name));
  });

  it('asks the query with a handle that it makes itself', () => {
    const { out, err } = evaluate(
      '.query D3D11_TEXTURE\n.query VK_EXTERNAL_MEMORY_HANDLE_TYPE_D3D12_HEAP_BIT',
    );
    expect(err).to.equal('');
    expect(out.match(/: memoryTypeBits 0b\d+ /g)).to.have.length(2);
    expect(evaluate('.query OPAQUE_FD').err).to.match(
      /^\.query OPAQUE_FD: no handle of this type can be created here; type yours before it: \.query HANDLE OPAQUE_FD/m,
    );
  });

  it('draws memory and tells what gpu is', () => {
    const { out } = evaluate('.memory\n.info\n.info all');
    expect(out).to.match(/^heap 1 +█+ 1 GiB not DEVICE_LOCAL$/m);
    expect(out).to.match(/^ +2 +· +● +● +·$/m);
    expect(out).to.match(/^ +driverID +/m);
    expect(out).to.match(/^VkPhysicalDeviceLimits$/m);
  });

  it('refuses wrong usage with 2', () => {
    expect(runScript('src/cli/repl', ['--bogus']).code).to.equal(2);
    expect(
      runScript('src/cli/repl', ['--driver', 'embedded', '--device', 'nobody', '-e', 'gpu']).code,
    ).to.equal(1);
    expect(runScript('src/cli/repl', ['--help']).out).to.include('koffi-vulkan repl [options]');
  });
});

// In: code given to the REPL with -e, and through a pipe.
// Out: its values as a person reads them on standard output, errors on standard error, the exit code.
import { expect } from 'chai';
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
    expect(out).to.include('.exit                    destroys all that was made');
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
    expect(runScript('src/cli/repl', ['--help']).out).to.include('usage: npx tsx src/cli/repl.ts [options]');
  });
});

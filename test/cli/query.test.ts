// What `npm start` prints, and its exit code: 0 answered, 1 Vulkan said no, 2 wrong usage; never a stack trace.
import { expect } from 'chai';
import { runScript } from './run.ts';

function query(args: readonly string[], env: Record<string, string> = {}) {
  const ran = runScript('src/cli/query', args, { env });
  expect(ran.err).not.to.match(/^\s+at /m);
  return { status: ran.code, stdout: ran.out, stderr: ran.err };
}

describe('npm start', () => {
  it('answers, naming device, handle type, handle, result, bits and memory types', () => {
    const { status, stdout } = query(['--driver', 'embedded']);
    expect(status).to.equal(0);
    expect(stdout).to.match(/^driver +embedded driver \(simulated\)$/m);
    expect(stdout).to.match(/^handle type +VK_EXTERNAL_MEMORY_HANDLE_TYPE_D3D11_TEXTURE_BIT$/m);
    expect(stdout).to.match(/^handle +0x[0-9a-f]+$/m);
    expect(stdout).to.match(/^result +VK_SUCCESS$/m);
    expect(stdout).to.match(/^memoryTypeBits +0b[01]+ \(types? [0-9, ]+\)$/m);
    expect(stdout).to.match(/^ {2}type \d {2}.*heap \d \(\d+ GiB\)$/m);
  });

  it('says which driver it took, and why the embedded one', () => {
    const { status, stdout } = query([], { KOFFI_VULKAN_LIBRARY: 'no-such-library.so' });
    expect(status).to.equal(0);
    expect(stdout).to.match(
      /^driver +embedded driver \(simulated\), since no Vulkan library could be opened$/m,
    );
  });

  it('asks for every handle type as JSON', () => {
    const { status, stdout } = query(['--driver', 'embedded', '--all-types', '--json']);
    expect(status).to.equal(0);
    const answers = JSON.parse(stdout) as {
      handleType: string;
      result: string;
      memoryTypeBits?: number;
      reason?: string;
    }[];
    const of = (name: string) =>
      answers.find(a => a.handleType === `VK_EXTERNAL_MEMORY_HANDLE_TYPE_${name}_BIT`);
    expect(answers).to.have.length(6);
    expect(of('D3D11_TEXTURE')?.memoryTypeBits).to.be.greaterThan(0);
    expect(of('D3D12_HEAP')?.memoryTypeBits).to.be.greaterThan(0);
    expect(of('D3D12_HEAP')?.memoryTypeBits).not.to.equal(of('D3D11_TEXTURE')?.memoryTypeBits);
    expect(of('OPAQUE_WIN32')?.result).to.equal('VUID-vkGetMemoryWin32HandlePropertiesKHR-handleType-00666');
  });

  it('exits with 1 and the named reason where Vulkan says no', () => {
    const { status, stdout } = query(['--driver', 'embedded', '--handle', '0x99999']);
    expect(status).to.equal(1);
    expect(stdout).to.include('VK_ERROR_INVALID_EXTERNAL_HANDLE; likely');
    const missing = query(['--driver', 'no-such-library.so', '--handle', '4']);
    expect(missing.status).to.equal(1);
    expect(missing.stderr).to.include('no-such-library.so');
  });

  for (const [args, words] of [
    [['--nonsense'], 'no option "--nonsense"'],
    [['--handle-type', 'FOO'], 'expected one of OPAQUE_WIN32'],
    [['--handle-type', 'DMA_BUF_EXT'], 'not a type of Windows handles'],
    [['--handle', 'zero'], '--handle: expected a HANDLE'],
    [['--handle', '0x10000000000000000'], '--handle: expected a HANDLE'],
    [['--driver', 'embedded', '--device', 'nobody'], '--device: expected a number or a part of a name'],
    [['--all-types', '--handle-type', 'D3D12_HEAP'], 'exclude each other'],
  ] as const) {
    it(`exits with 2 for ${args.join(' ')}`, () => {
      const { status, stdout, stderr } = query(args);
      expect(stderr).to.include(words);
      expect(stdout).to.equal('');
      expect(status).to.equal(2);
    });
  }

  it('prints its options', () => {
    const { status, stdout } = query(['--help']);
    expect(status).to.equal(0);
    for (const option of ['--driver', '--device', '--handle', '--handle-type', '--all-types', '--json'])
      expect(stdout).to.include(option);
  });
});

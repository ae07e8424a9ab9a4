// The safe query recognizes handles and answers of drivers that cannot be right.
import { expect } from 'chai';
import {
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  NotAvailableError,
  ValidUsageError,
  VkResult,
  VulkanError,
} from '../../src/index.ts';
import { InvalidHandleError, queryMemoryTypes, wineVersion } from '../../src/win32/index.ts';
import { skipHere } from '../skip.ts';
import { d3d11, type Embedded, openEmbedded, SIZE } from './embedded.ts';
import { withoutWarnings } from './kernel.ts';

const COMMAND = 'vkGetMemoryWin32HandlePropertiesKHR';

describe('win32: the safe query', () => {
  let embedded: Embedded;
  let handle: bigint;
  before(() => {
    embedded = openEmbedded();
    handle = embedded.driver.createExternalHandle(d3d11, { size: SIZE });
  });
  afterEach(() => embedded.driver.reset());
  after(() => {
    embedded.driver.closeExternalHandle(handle);
    embedded.end();
  });
  const query = (source = handle) => withoutWarnings(() => queryMemoryTypes(embedded.device, d3d11, source));
  const answer = (memoryTypeBits: number | undefined) =>
    embedded.driver.override(COMMAND, () => (memoryTypeBits === undefined ? undefined : { memoryTypeBits }));

  it('gives the memory types of a handle', () => {
    expect(query()).to.deep.equal({
      status: 'answered',
      memoryTypeBits: 0b11,
      excessBits: 0,
      rawBits: 0b11,
      memoryTypeCount: 5,
      warnings: [],
    });
  });

  it('tells an answer that was not written (AMD, the CTS null driver) from zero (NVIDIA)', () => {
    answer(undefined);
    const unwritten = query();
    expect(unwritten).to.include({ status: 'unwritten', memoryTypeBits: undefined, rawBits: undefined });
    expect(unwritten.warnings.join()).to.include('VK_SUCCESS but wrote no memoryTypeBits');
    answer(0);
    expect(query()).to.include({ status: 'answered', memoryTypeBits: 0, rawBits: 0 });
    answer(0xcdcd_cdcd);
    expect(query(), 'the sentinel itself, written').to.include({
      status: 'answered',
      memoryTypeBits: 0b01101,
    });
  });

  it('reports bits beyond the memory types (mock driver) and leaves them out', () => {
    answer(0xffff);
    const result = query();
    expect(result).to.include({ memoryTypeBits: 0x1f, excessBits: 0xffe0, rawBits: 0xffff });
    expect(result.warnings).to.deep.equal([
      'the driver set memoryTypeBits 0xffe0 beyond the 5 memory types that it has; they are ignored',
    ]);
  });

  it("takes Wine's handle-type bits for none, under Wine alone", () => {
    for (const bits of [0x6a, 0x14]) {
      answer(bits);
      expect(query().status).to.equal(wineVersion() === undefined ? 'answered' : 'wine');
    }
  });

  it('passes a refusal on', () => {
    embedded.driver.fail(COMMAND, VkResult.ERROR_INVALID_EXTERNAL_HANDLE);
    expect(() => query())
      .to.throw(VulkanError)
      .with.property('code', 'VK_ERROR_INVALID_EXTERNAL_HANDLE');
  });

  it('refuses opaque types, types of other systems and several at once, before the driver is asked', () => {
    answer(0xff);
    for (const [type, vuid] of [
      [HandleType.OPAQUE_WIN32, 'handleType-00666'],
      [HandleType.OPAQUE_WIN32_KMT, 'handleType-00666'],
      [HandleType.OPAQUE_FD, 'handleType-00660'],
      [HandleType.D3D11_TEXTURE | HandleType.D3D12_HEAP, 'handleType-00660'],
      [0, 'handleType-00660'],
    ] as const)
      expect(() => queryMemoryTypes(embedded.device, type as HandleType, handle))
        .to.throw(ValidUsageError)
        .with.property('vuid')
        .that.includes(vuid);
    for (const none of [0n, -1n]) expect(() => query(none)).to.throw(InvalidHandleError);
  });

  it('warns of a KMT-looking handle of an NT type, and the other way round', () => {
    answer(1);
    const { D3D11_TEXTURE_KMT } = HandleType;
    const kmt = withoutWarnings(() => queryMemoryTypes(embedded.device, D3D11_TEXTURE_KMT, 0x1a4n));
    expect(kmt.warnings.join()).to.include('0x1a4 looks like an NT handle');
    if (process.platform !== 'win32')
      expect(query(0x4000_0042n).warnings.join()).to.include('0x40000042 looks like a KMT handle');
  });

  it('refuses what the kernel does not know, before the driver is asked (Windows)', function () {
    if (process.platform !== 'win32') skipHere(this, 'there is no such kernel here');
    embedded.driver.override(COMMAND, () => expect.fail('the driver was asked'));
    for (const unknown of [0x7ffcn, 0x4000_0042n])
      expect(() => query(unknown))
        .to.throw(InvalidHandleError, 'the kernel does not know it')
        .with.property('causes')
        .that.has.lengthOf(2);
  });

  it('says which extension to enable, and that a driver gives no address', () => {
    const without = openEmbedded([]);
    expect(() => queryMemoryTypes(without.device, d3d11, handle)).to.throw(
      NotAvailableError,
      `${COMMAND} is not available: enable VK_KHR_external_memory_win32`,
    );
    without.end();
    const hidden = openEmbedded();
    hidden.driver.hide(COMMAND);
    expect(() => queryMemoryTypes(hidden.device, d3d11, handle)).to.throw(
      NotAvailableError,
      'the driver gives no address for it',
    );
    hidden.end();
  });

  it('refuses a device that was destroyed, and what is no device', () => {
    for (const none of [null, undefined, {}, embedded.gpus[0]])
      expect(() => queryMemoryTypes(none as never, d3d11, handle)).to.throw(TypeError, 'expected a Device');
    const gone = openEmbedded();
    queryMemoryTypes(gone.device, d3d11, gone.driver.createExternalHandle(d3d11, { size: SIZE }));
    gone.end();
    expect(() => queryMemoryTypes(gone.device, d3d11, handle)).to.throw(RangeError, 'was destroyed');
  });
});

// The command line tells all that the library finds out about a handle, also of odd answers and impossible handles.
import { expect } from 'chai';
import { answerQuery } from '../../src/cli/query/ask.ts';
import type { Opened } from '../../src/cli/query/driver.ts';
import { answersText } from '../../src/cli/query/print.ts';
import { listAdapters } from '../../src/d3d/dxgi.ts';
import type { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../src/index.ts';
import { win32HandleTypes } from '../../src/registry/win32-handle-types.ts';
import { wineVersion } from '../../src/win32/index.ts';
import { skipHere } from '../skip.ts';
import { d3d11, type Embedded, MEMORY, openEmbedded } from './embedded.ts';
import { windowsOnly, withoutWarnings } from './kernel.ts';

const COMMAND = 'vkGetMemoryWin32HandlePropertiesKHR';

describe('win32: the command line', () => {
  let embedded: Embedded;
  let opened: Opened;
  before(() => {
    embedded = openEmbedded();
    const { device, driver } = embedded;
    opened = { device, deviceName: 'a device', driver: 'a driver', embedded: driver, end() {} };
  });
  afterEach(() => embedded.driver.reset());
  after(() => embedded.end());

  const askAbout = (handle?: bigint, from = opened, type: HandleType = d3d11) =>
    withoutWarnings(() =>
      answerQuery(
        from,
        { driver: 'auto', device: undefined, handle, types: [type], allTypes: false, json: false },
        type,
      ),
    );

  it('tells the types of an answer', () => {
    const answer = askAbout();
    expect(answer).to.include({ result: 'VK_SUCCESS', memoryTypeBits: 0b11 });
    expect(answer).not.to.have.property('warnings');
    expect(answer.memoryTypes?.map(type => type.index)).to.deep.equal([0, 1]);
  });

  it('tells no types where none were written, and says so', () => {
    embedded.driver.override(COMMAND, () => undefined);
    const answer = askAbout();
    expect(answer)
      .to.include({ result: 'VK_SUCCESS' })
      .and.not.have.any.keys('memoryTypeBits', 'memoryTypes');
    expect(answer.warnings?.join()).to.include('wrote no memoryTypeBits');
    expect(answersText([answer])).to.match(/^memoryTypeBits +unknown\nwarning +the driver answered/m);
  });

  it('leaves out bits without a memory type, and says so', () => {
    embedded.driver.override(COMMAND, () => ({ memoryTypeBits: 0xffff }));
    expect(askAbout()).to.deep.include({
      memoryTypeBits: 0x1f,
      warnings: [
        'the driver set memoryTypeBits 0xffe0 beyond the 5 memory types that it has; they are ignored',
      ],
    });
  });

  it("takes Wine's handle-type bits for no types (under Wine)", function () {
    const wine = wineVersion();
    if (wine === undefined) skipHere(this, 'this is not Wine');
    embedded.driver.override(COMMAND, () => ({ memoryTypeBits: 0x6a }));
    const answer = askAbout();
    expect(answer).not.to.have.any.keys('memoryTypeBits', 'memoryTypes');
    expect(answer.warnings?.join()).to.include(`Wine ${wine} answers`);
  });

  it('refuses a handle that the kernel does not know, without asking the driver (Windows)', function () {
    windowsOnly(this);
    embedded.driver.override(COMMAND, () => expect.fail('the driver was asked'));
    expect(askAbout(0x7ffcn)).to.include({ handle: '0x7ffc', result: 'invalid handle' });
    expect(askAbout(0x4000_0042n).reason).to.include('it looks like a KMT handle');
  });

  it('tells of each type why no handle of it can be made, and goes on with the next', () => {
    const system = { ...opened, embedded: undefined };
    for (const [type, { opaque }] of win32HandleTypes) {
      const { result, reason } = askAbout(undefined, system, type as HandleType);
      if (opaque) expect(result).to.include('handleType-00666');
      else expect([result, reason]).to.satisfy(([r, why]: string[]) => r !== 'no handle' || why.length > 20);
      if (process.platform !== 'win32' && !opaque) expect(result).to.equal('no handle');
    }
  });

  it('says which --device Direct3D knows where it does not know this one (Windows)', function () {
    windowsOnly(this);
    const two = openEmbedded([MEMORY], 2);
    const system = {
      device: two.device,
      deviceName: 'a device',
      driver: 'a driver',
      embedded: undefined,
      end() {},
    };
    expect(askAbout(undefined, system).reason).to.match(
      /^Direct3D does not have embedded driver \(simulated\), LUID 00000000000001e2, nor any other device here, or pass a handle with --handle/,
    );
    const [adapter] = listAdapters();
    two.driver.override('vkGetPhysicalDeviceProperties2', (real, ...args) => {
      const answer = real(...args) as { pNext: { deviceLUID?: Uint8Array }[] };
      const isSecond = BigInt(args[0] as bigint) === two.gpus[1].handle;
      for (const link of answer.pNext) if (isSecond && 'deviceLUID' in link) link.deviceLUID = adapter.luid;
      return answer;
    });
    expect(askAbout(undefined, system).reason).to.include(
      'ask about another device with --device 1 (embedded driver (simulated))',
    );
    two.end();
  });
});

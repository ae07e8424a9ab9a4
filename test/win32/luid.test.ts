// Handles of two adapters are told apart by LUIDs, if the driver gives them.
import { expect } from 'chai';
import {
  findPhysicalDeviceByLuid,
  formatLuid,
  InvalidHandleError,
  importTextureWin32,
  luidOf,
  WrongAdapterError,
} from '../../src/win32/index.ts';
import { d3d11, type Embedded, MEMORY, openEmbedded, SIZE, texture } from './embedded.ts';

const isWindows = process.platform === 'win32';

describe('win32: two physical devices', () => {
  let embedded: Embedded;
  before(() => {
    embedded = openEmbedded([MEMORY], 2);
  });
  after(() => embedded.end());

  it('finds the one that has a LUID, and names all where none has it', () => {
    for (const gpu of embedded.gpus)
      expect(findPhysicalDeviceByLuid(embedded.instance, luidOf(gpu)!)).to.equal(gpu);
    const list = embedded.gpus.map(gpu => formatLuid(luidOf(gpu))).join('.*');
    expect(() => findPhysicalDeviceByLuid(embedded.instance, new Uint8Array(8)))
      .to.throw(RangeError, 'no physical device has LUID 0000000000000000')
      .with.property('message')
      .that.matches(new RegExp(list));
    expect(() => findPhysicalDeviceByLuid(embedded.instance, new Uint8Array(4))).to.throw(
      TypeError,
      '8 bytes',
    );
  });

  it('refuses a handle of the other adapter by both LUIDs, or by the driver where nobody said it', () => {
    const handle = embedded.driver.createExternalHandle(d3d11, { size: SIZE, physicalDevice: 1 });
    const [deviceLuid, adapterLuid] = embedded.gpus.map(gpu => luidOf(gpu)!);
    const options = { ...texture, handleType: d3d11, handle };
    expect(() => importTextureWin32(embedded.device, { ...options, adapterLuid }))
      .to.throw(WrongAdapterError, `${formatLuid(adapterLuid)}, but embedded driver (simulated) has LUID`)
      .that.deep.includes({ deviceLuid, adapterLuid });
    expect(() => importTextureWin32(embedded.device, options))
      .to.throw(InvalidHandleError)
      .with.property('causes')
      // Not the first of them: nothing here speaks for it but that nobody has said which adapter it is.
      .that.satisfies(
        (causes: string[]) => isWindows || causes.at(-1)!.startsWith('it was made on another adapter'),
      );
    embedded.driver.closeExternalHandle(handle);
    expect(embedded.leftovers()).to.deep.equal({});
  });

  it('says so where a driver gives no LUID (older Wine)', () => {
    embedded.driver.override('vkGetPhysicalDeviceProperties2', (real, ...args) => {
      const answer = real(...args) as { pNext: { deviceLUIDValid?: boolean }[] };
      for (const link of answer.pNext) if ('deviceLUIDValid' in link) link.deviceLUIDValid = false;
      return answer;
    });
    expect(luidOf(embedded.gpus[0])).to.equal(undefined);
    expect(() => findPhysicalDeviceByLuid(embedded.instance, new Uint8Array(8).fill(1))).to.throw(
      'gives no LUID (deviceLUIDValid is false)',
    );
    embedded.driver.reset();
  });
});

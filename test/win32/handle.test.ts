// HANDLEs are accepted in every form that programs have, with their value and kind; anything else is refused.
import { expect } from 'chai';
import { type HandleSource, handleOf, InvalidHandleError } from '../../src/win32/index.ts';
import { open } from '../embedded/driver-open.ts';

const bytes = (value: bigint) => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(value);
  return buffer;
};

describe('win32: handleOf', () => {
  it('reads a bigint, a number, and the bytes of a Buffer or a Uint8Array inside a larger one', () => {
    const within = new Uint8Array([9, ...bytes(0x1a4n), 9]).subarray(1, 9);
    for (const source of [0x1a4n, 0x1a4, bytes(0x1a4n), within])
      expect(handleOf(source)).to.deep.equal({ value: 0x1a4n, kind: 'NT' });
  });

  it("reads Electron's textureInfo, the older one too: an NT handle whatever it looks like", () => {
    for (const source of [
      { handle: { ntHandle: bytes(0x1a4n) } },
      { sharedTextureHandle: bytes(0x1a4n) },
      { handle: { ntHandle: bytes(0x4000_0042n) } },
    ])
      expect(handleOf(source).kind).to.equal('NT');
  });

  it('tells KMT handles by their high bits, and says where it cannot tell', () => {
    expect(handleOf(0x4000_0042).kind).to.equal('KMT');
    expect(handleOf(0xc000_1542n).kind).to.equal('KMT');
    expect(handleOf(0x1a5n).kind).to.equal('unknown');
    expect(handleOf(0x7fff_1234_5678n).kind).to.equal('unknown');
  });

  it('refuses NULL and INVALID_HANDLE_VALUE in every form', () => {
    for (const source of [0n, 0, bytes(0n), { handle: { ntHandle: bytes(0n) } }])
      expect(() => handleOf(source)).to.throw(InvalidHandleError, 'handle 0x0: it is NULL');
    for (const source of [-1n, -1, 2n ** 64n - 1n, bytes(2n ** 64n - 1n)])
      expect(() => handleOf(source)).to.throw(InvalidHandleError, 'it is INVALID_HANDLE_VALUE');
  });

  it('says what was given where it is no handle', () => {
    const cases: [unknown, string][] = [
      [
        '0x1a4',
        'handleOf.source: expected a HANDLE (bigint, safe integer, its 8 bytes, Electron\'s textureInfo), got "0x1a4"',
      ],
      [1.5, 'got 1.5'],
      [-2, 'got -2'],
      [2 ** 53, 'got 9007199254740992'],
      [2n ** 64n, 'got 0x10000000000000000n'],
      [null, 'got null'],
      [undefined, 'got undefined'],
      [{}, 'got an object with no members'],
      [{ textureInfo: {} }, 'got an object with textureInfo'],
      [Buffer.alloc(4), 'got a Uint8Array of 4 bytes'],
      [new ArrayBuffer(8), 'got an ArrayBuffer'],
      [{ handle: 5n, type: 'VkDevice' }, 'expected a HANDLE (bigint, safe integer, its 8 bytes'],
      [
        { handle: { nativePixmap: {} } },
        'handleOf.source: expected handle.ntHandle of 8 bytes, as Electron gives on Windows, got an object with nativePixmap',
      ],
    ];
    for (const [source, message] of cases)
      expect(() => handleOf(source as HandleSource), String(source)).to.throw(TypeError, message);
  });

  it('takes no object of this library for a textureInfo, though it has a handle', () => {
    const { device, instance, close } = open();
    for (const [object, name] of [
      [device, 'a Device'],
      [instance, 'an Instance'],
    ] as const)
      expect(() => handleOf(object as never)).to.throw(
        TypeError,
        `handleOf.source: expected a HANDLE (bigint, safe integer, its 8 bytes, Electron's textureInfo), got ${name}`,
      );
    close();
  });
});

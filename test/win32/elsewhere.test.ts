// On a system that is not Windows, each function that needs Windows says so in a sentence, and importing it loads nothing.
import { expect } from 'chai';
import { createD3D11Device, createD3D12Device } from '../../src/d3d/index.ts';
import {
  closeHandle,
  duplicateHandle,
  getHandleInformation,
  WindowsOnlyError,
  wineVersion,
} from '../../src/win32/index.ts';
import { skipHere } from '../skip.ts';

describe('win32: elsewhere', () => {
  before(function () {
    if (process.platform === 'win32') skipHere(this, 'this is Windows');
  });

  it('says that a function is of Windows', () => {
    const cases: [() => unknown, string][] = [
      [() => closeHandle(0x1a4), 'kernel32.dll'],
      [() => duplicateHandle(0x1a4), 'kernel32.dll'],
      [() => getHandleInformation(0x1a4), 'kernel32.dll'],
      [() => createD3D11Device(), 'D3D11CreateDevice of d3d11.dll'],
      [() => createD3D12Device(), 'D3D12CreateDevice of d3d12.dll'],
      [() => createD3D11Device({ adapterLuid: new Uint8Array(8) }), 'CreateDXGIFactory1 of dxgi.dll'],
    ];
    for (const [call, what] of cases)
      expect(call)
        .to.throw(WindowsOnlyError, what)
        .with.property('message')
        .that.includes(`exists on Windows only, and this process runs on ${process.platform}`);
  });

  it('is not Wine', () => {
    expect(wineVersion()).to.equal(undefined);
  });
});

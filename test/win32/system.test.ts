// Real NT handles are inspected, duplicated (from another process too) and closed; each error has the GetLastError.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import {
  closeHandle,
  duplicateHandle,
  getHandleInformation,
  InvalidHandleError,
  WindowsError,
  wineVersion,
} from '../../src/win32/index.ts';
import { createSection, openHandles, windowsOnly } from './kernel.ts';

describe('win32: kernel handles', () => {
  before(function () {
    windowsOnly(this);
  });

  it('inspects a handle, and names the error of one that is not open', () => {
    const handle = createSection();
    expect(getHandleInformation(handle)).to.deep.equal({ inherit: false, protectFromClose: false });
    closeHandle(handle);
    expect(() => getHandleInformation(handle))
      .to.throw(WindowsError, `GetHandleInformation(0x${handle.toString(16)}): ERROR_INVALID_HANDLE`)
      .that.includes({ function: 'GetHandleInformation', code: 6, codeName: 'ERROR_INVALID_HANDLE' });
    expect(() => closeHandle(handle)).to.throw(WindowsError, 'CloseHandle(');
    expect(() => duplicateHandle(handle)).to.throw(WindowsError, 'ERROR_INVALID_HANDLE');
  });

  it('duplicates a handle: another value, open after the first is closed', () => {
    const before = openHandles();
    const handle = createSection();
    const duplicate = duplicateHandle(handle);
    expect(openHandles(), 'the count sees what is open').to.equal(before + 2);
    expect(duplicate).to.not.equal(handle);
    closeHandle(handle);
    expect(getHandleInformation(duplicate).inherit).to.equal(false);
    closeHandle(duplicate);
    expect(openHandles()).to.equal(before);
  });

  it('refuses to close, duplicate or inspect a KMT handle', () => {
    for (const call of [closeHandle, duplicateHandle, getHandleInformation])
      expect(() => call(0x4000_0042)).to.throw(InvalidHandleError, 'it is a KMT handle, which cannot be');
  });

  it('names the error of a process that is not there', () => {
    const handle = createSection();
    expect(() => duplicateHandle(handle, { fromProcess: 0x7fff_fff0 })).to.throw(
      WindowsError,
      'OpenProcess(2147483632): ERROR_INVALID_PARAMETER',
    );
    closeHandle(handle);
  });

  it('duplicates a handle out of another process', async () => {
    const before = openHandles();
    const kernel = new URL('./kernel.ts', import.meta.url).href;
    const program = `import { createSection } from ${JSON.stringify(kernel)};
      process.send(String(createSection()));
      process.on('message', () => process.exit());`;
    const args = ['--input-type=module-typescript', '--eval', program];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const ended = once(child, 'exit');
    const first = await Promise.race([once(child, 'message'), ended]);
    expect(child.exitCode, 'the other process').to.equal(null);
    const theirs = String(first[0]);
    const mine = duplicateHandle(BigInt(theirs), { fromProcess: child.pid });
    expect(getHandleInformation(mine).protectFromClose).to.equal(false);
    child.send('end');
    await ended;
    // The section lives on: this process holds it.
    expect(getHandleInformation(mine).inherit).to.equal(false);
    closeHandle(mine);
    expect(openHandles()).to.be.at.most(before + 8); // what Node keeps of a child process
  });

  it('knows Wine', () => {
    const version = wineVersion();
    if (version !== undefined) expect(version).to.match(/^\d+\.\d+/);
  });
});

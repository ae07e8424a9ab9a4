// The kernel's numbers are those of its headers; sync files of dma-bufs work on a kernel that sync-file.c pretends to be.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { childProgram } from '../../scripts/build/child.ts';
import { EXPORT_SYNC_FILE, SYNC_FLAGS } from '../../src/linux/implicit-sync.ts';
import { F_DUPFD_CLOEXEC } from '../../src/native/libc.ts';
import { skipHere, skipOrFail } from '../skip.ts';

const SOURCE = `#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <stddef.h>
#include <stdio.h>
int main(void) {
  printf("%u %d %d %d %zu %zu", (unsigned)DMA_BUF_IOCTL_EXPORT_SYNC_FILE, DMA_BUF_SYNC_READ, DMA_BUF_SYNC_WRITE,
    F_DUPFD_CLOEXEC, sizeof(struct dma_buf_export_sync_file), offsetof(struct dma_buf_export_sync_file, fd));
}
`;

describe('linux: the kernel', () => {
  let folder: string;
  before(function () {
    if (process.platform !== 'linux') skipHere(this, `${process.platform} has no dma-bufs`);
    const how = 'apt-get install gcc libc6-dev';
    if (!existsSync('/usr/include/linux/dma-buf.h')) skipOrFail(this, `no headers: ${how}`);
    if (spawnSync('cc', ['--version']).error !== undefined) skipOrFail(this, `no C compiler: ${how}`);
    folder = mkdtempSync(join(tmpdir(), 'koffi-vulkan-kernel-'));
  });
  after(() => folder && rmSync(folder, { recursive: true }));

  function compile(...args: string[]): void {
    const { status, stderr } = spawnSync('cc', args, { encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
  }

  it('has the numbers of its headers', () => {
    const [source, program] = [join(folder, 'numbers.c'), join(folder, 'numbers')];
    writeFileSync(source, SOURCE);
    compile('-o', program, source);
    const { stdout } = spawnSync(program, [], { encoding: 'utf8' });
    const { read, write } = SYNC_FLAGS;
    expect(stdout).to.equal([EXPORT_SYNC_FILE, read, write, F_DUPFD_CLOEXEC, 8, 4].join(' '));
  });

  it('gives the sync file of a dma-buf, which the semaphore takes; it is closed where that fails', async () => {
    const library = join(folder, 'sync-file.so');
    compile('-shared', '-fPIC', '-o', library, join(import.meta.dirname, 'sync-file.c'), '-ldl');
    const program = await childProgram(join(import.meta.dirname, 'sync-child.ts'));
    const { stdout, stderr } = spawnSync(process.execPath, [program], {
      encoding: 'utf8',
      env: { ...process.env, LD_PRELOAD: library },
    });
    const given = { isTemporary: true, isSyncFile: true };
    expect(JSON.parse(stdout), stderr).to.deep.equal({
      given: [
        { asked: SYNC_FLAGS.read, ...given },
        { asked: SYNC_FLAGS.write, ...given },
      ],
      errors: [
        'VulkanError: vkImportSemaphoreFdKHR: VK_ERROR_OUT_OF_HOST_MEMORY',
        'NotImportableError: importImplicitSync: embedded driver (simulated) cannot import a sync file as a semaphore',
      ],
      afterSuccess: 0,
      afterFailure: 0,
      left: {},
    });
  });
});

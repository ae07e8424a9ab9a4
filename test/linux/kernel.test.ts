// The numbers that the kernel's headers have, compared with a C compiler.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
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

describe('linux: numbers of the kernel', () => {
  it('are those of its headers', function () {
    if (process.platform !== 'linux') skipHere(this, `${process.platform} has no dma-bufs`);
    if (!existsSync('/usr/include/linux/dma-buf.h'))
      skipOrFail(this, 'no headers: apt-get install gcc libc6-dev');
    const folder = mkdtempSync(join(tmpdir(), 'koffi-vulkan-kernel-'));
    try {
      const [source, program] = [join(folder, 'numbers.c'), join(folder, 'numbers')];
      writeFileSync(source, SOURCE);
      const { error, stderr } = spawnSync('cc', ['-o', program, source], { encoding: 'utf8' });
      if (error !== undefined) skipOrFail(this, 'no C compiler: apt-get install gcc libc6-dev');
      const { stdout } = spawnSync(program, [], { encoding: 'utf8' });
      const { read, write } = SYNC_FLAGS;
      expect(stdout, stderr).to.equal([EXPORT_SYNC_FILE, read, write, F_DUPFD_CLOEXEC, 8, 4].join(' '));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

// A kernel whose every descriptor has a sync file: an event, so that the test sees who closes it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/dma-buf.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/eventfd.h>

int ioctl(int fd, unsigned long request, ...) {
  va_list list;
  va_start(list, request);
  void *argument = va_arg(list, void *);
  va_end(list);
  if (request == DMA_BUF_IOCTL_EXPORT_SYNC_FILE) {
    struct dma_buf_export_sync_file *export = argument;
    // What was asked for comes back by the event's value.
    export->fd = eventfd(export->flags, EFD_CLOEXEC);
    return 0;
  }
  int (*real)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
  return real(fd, request, argument);
}

// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "cdirectio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

static int result(int value) { return value < 0 ? -errno : value; }

int cdio_open(const char *path, int flags) {
  int mode = O_CLOEXEC | (flags & CDIO_WRITE ? O_RDWR : O_RDONLY) | (flags & CDIO_CREATE ? O_CREAT | O_EXCL : 0);
#if defined(O_DIRECT)
  if (flags & CDIO_DIRECT) mode |= O_DIRECT;
#endif
  int file;
  do {
    file = open(path, mode, 0640);
  } while (file < 0 && errno == EINTR);
#if !defined(O_DIRECT) && defined(F_NOCACHE)
  if (file >= 0 && (flags & CDIO_DIRECT)) fcntl(file, F_NOCACHE, 1);
#endif
  return result(file);
}

int cdio_close(int file) { return result(close(file)); }

int cdio_write(int file, const void *bytes, size_t count, int64_t offset) {
  const char *next = bytes;
  while (count > 0) {
    ssize_t done = pwrite(file, next, count, offset);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return -errno;
    if (done == 0) return -EIO;
    next += done;
    count -= (size_t)done;
    offset += done;
  }
  return 0;
}

int64_t cdio_read(int file, void *bytes, size_t count, int64_t offset) {
  char *next = bytes;
  size_t total = 0;
  while (total < count) {
    ssize_t done = pread(file, next + total, count - total, offset + (int64_t)total);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return -errno;
    if (done == 0) break;
    total += (size_t)done;
    // A short read past the page cache is the end of the file; another one would not be aligned.
    if (done % 512 != 0) break;
  }
  return (int64_t)total;
}

int64_t cdio_read_parts(int file, const CDIOPart *parts, size_t number, int64_t offset) {
  struct iovec vector[CDIO_MAXIMUM_PARTS];
  if (number > CDIO_MAXIMUM_PARTS) return -EINVAL;
  for (size_t part = 0; part < number; part++)
    vector[part] = (struct iovec){.iov_base = parts[part].bytes, .iov_len = parts[part].count};
  ssize_t done;
  do {
    done = preadv(file, vector, (int)number, offset);
  } while (done < 0 && errno == EINTR);
  if (done < 0) return -errno;
  // A short read is the end of the file, but for a signal or a bound of the system: the rest is asked for once more.
  int64_t total = done;
  if (done == 0 || done % 512 != 0) return total;
  for (size_t part = 0, before = 0; part < number; before += parts[part++].count) {
    if (before + parts[part].count <= (size_t)total) continue;
    size_t from = (size_t)total - before;
    int64_t more = cdio_read(file, (char *)parts[part].bytes + from, parts[part].count - from, offset + total);
    if (more < 0) return more;
    total += more;
    if (more < (int64_t)(parts[part].count - from)) break;
  }
  return total;
}

int cdio_sync(int file) {
#if defined(F_FULLFSYNC)
  if (fcntl(file, F_FULLFSYNC) == 0) return 0;
  return result(fsync(file));
#else
  return result(fdatasync(file));
#endif
}

int cdio_sync_folder(const char *path) {
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -errno;
  int outcome = result(fsync(folder));
  close(folder);
  return outcome;
}

int cdio_preallocate(int file, int64_t offset, int64_t length) {
#if defined(__linux__)
  if (fallocate(file, 0, offset, length) == 0) return 0;
  if (errno != EOPNOTSUPP) return -errno;
#elif defined(F_PREALLOCATE)
  fstore_t wanted = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, length, 0};
  if (fcntl(file, F_PREALLOCATE, &wanted) < 0 && errno == ENOSPC) return -ENOSPC;
#endif
  return result(ftruncate(file, offset + length));
}

// Never written: zeros that cost no room in the program.
static char zeros[CDIO_CLEARED] __attribute__((aligned(4096)));

int cdio_clear(int file, int64_t offset) { return cdio_write(file, zeros, sizeof zeros, offset); }

int cdio_punch_hole(int file, int64_t offset, int64_t length) {
#if defined(__linux__)
  return result(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length));
#elif defined(F_PUNCHHOLE)
  fpunchhole_t hole = {0, 0, offset, length};
  return result(fcntl(file, F_PUNCHHOLE, &hole));
#else
  return -EOPNOTSUPP;
#endif
}

int cdio_truncate(int file, int64_t length) { return result(ftruncate(file, length)); }

int64_t cdio_length(int file) {
  struct stat status;
  return fstat(file, &status) < 0 ? -errno : status.st_size;
}

void *cdio_allocate(size_t count, size_t alignment) {
  void *memory = NULL;
  return posix_memalign(&memory, alignment, count) == 0 ? memory : NULL;
}

void cdio_free(void *memory) { free(memory); }

void cdio_set_heap(int growth, int kept, int mapped) {
#if defined(__GLIBC__)
  mallopt(M_TOP_PAD, growth);
  mallopt(M_TRIM_THRESHOLD, kept);
  mallopt(M_MMAP_THRESHOLD, mapped);
#else
  (void)growth, (void)kept, (void)mapped;
#endif
}

uint64_t cdio_physical_memory(void) {
  long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
}

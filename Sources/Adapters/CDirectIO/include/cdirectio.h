// SPDX-License-Identifier: Apache-2.0
// Files past the page cache, aligned memory and CRC-32C behind plain functions: nothing of the C library's headers
// shows here, because they clash with what Swift imports itself. Functions that can fail return a negated errno.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum {
  CDIO_WRITE = 1,   // else for reading only
  CDIO_CREATE = 2,  // fails where the file exists
  CDIO_DIRECT = 4,  // past the page cache; EINVAL where the file system refuses
};

/// A file descriptor. On systems without O_DIRECT, the cache is turned off for it instead, without demands on
/// alignment.
int cdio_open(const char *path, int flags);
int cdio_close(int file);

/// Writes all bytes. Returns 0.
int cdio_write(int file, const void *bytes, size_t count, int64_t offset);
/// Reads until `count` bytes or the end of the file. Returns the number of bytes.
int64_t cdio_read(int file, void *bytes, size_t count, int64_t offset);

/// A piece of memory that a part of a range is read to.
typedef struct {
  void *bytes;
  size_t count;
} CDIOPart;

enum { CDIO_MAXIMUM_PARTS = 64 };

/// The same into several pieces one after the other, at most CDIO_MAXIMUM_PARTS, in one call where that can be.
int64_t cdio_read_parts(int file, const CDIOPart *parts, size_t number, int64_t offset);

/// Data, and what is needed to find it again, outlast a loss of power. Returns 0.
int cdio_sync(int file);
/// The same for the entries of a folder.
int cdio_sync_folder(const char *path);

/// Bytes that `cdio_clear` writes.
#define CDIO_CLEARED (1 << 18)

/// Writes zeros over a range, so that its blocks count as written: flushing what is written there later changes no
/// extent of the file. Gives zero or a negated errno.
int cdio_clear(int file, int64_t offset);

/// Reserves blocks that read as zeros and extends the file over them. Returns 0.
int cdio_preallocate(int file, int64_t offset, int64_t length);
/// Gives blocks back; they read as zeros. Returns 0.
int cdio_punch_hole(int file, int64_t offset, int64_t length);
int cdio_truncate(int file, int64_t length);
/// Length of a file in bytes.
int64_t cdio_length(int file);

/// NULL where there is no memory.
void *cdio_allocate(size_t count, size_t alignment);
void cdio_free(void *memory);
/// Has the heap grow by `growth` bytes more than is asked for and shrink only where `kept` bytes are free, where the C
/// library can be told; allocations of `mapped` bytes and more stay outside of it.
void cdio_set_heap(int growth, int kept, int mapped);
/// Bytes of memory that the machine has; 0 where unknown.
uint64_t cdio_physical_memory(void);

/// CRC-32C (Castagnoli) of `count` bytes that follow those whose checksum is `crc`, 0 at the start.
uint32_t cdio_crc32c(uint32_t crc, const void *bytes, size_t count);
/// The same without help of the processor.
uint32_t cdio_crc32c_portable(uint32_t crc, const void *bytes, size_t count);
/// The checksum of two byte strings one after the other, out of the checksums of both and the length of the second.
uint32_t cdio_crc32c_concatenate(uint32_t first, uint32_t second, uint64_t second_length);

// SPDX-License-Identifier: Apache-2.0
// powerfs: a folder passed through FUSE that forgets, at a power loss, what was not flushed.
//
//   powerfs BACKING MOUNTPOINT -f
//
// What is written goes to BACKING at once, and what stood there before is remembered until fsync() of the file (its
// bytes and length) or of the folder (names made, removed and changed in it). Making the folder `.power-loss-SEED` in
// the mounted folder is the loss: a part of what was not flushed, chosen by the seed, is undone (the call fails with
// ECANCELED): none, all or some blocks of 4096 or 512 bytes of each file in any order, and the names from a moment on.
#define _GNU_SOURCE
#define FUSE_USE_VERSION 31
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <fuse.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { BLOCK = 4096, SECTOR = 512, BUCKETS = 1024 };

static const char *backing, *trash_folder;
static unsigned long next_trash;

static void full(char *out, const char *path) { snprintf(out, PATH_MAX, "%s%s", backing, path); }
static int result(int value) { return value < 0 ? -errno : 0; }

// What a file was when it was flushed last

struct block {
  struct block *next;
  int64_t index;
  int count;  // of bytes that the file had there
  unsigned char bytes[];
};

struct file {
  struct file *next;
  ino_t inode;
  int descriptor;
  int64_t size;
  struct block *blocks[BUCKETS];
};

static struct file *files[BUCKETS];

static struct file *file_of(int descriptor, int makes) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return NULL;
  struct file **bucket = &files[status.st_ino % BUCKETS];
  for (struct file *file = *bucket; file; file = file->next)
    if (file->inode == status.st_ino) return file;
  if (!makes) return NULL;
  char name[64];
  snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
  int own = open(name, O_RDWR | O_CLOEXEC);
  if (own < 0) return NULL;
  struct file *file = calloc(1, sizeof *file);
  file->inode = status.st_ino;
  file->descriptor = own;
  file->size = status.st_size;
  file->next = *bucket;
  return *bucket = file;
}

static void forget_blocks(struct file *file) {
  for (int bucket = 0; bucket < BUCKETS; bucket++)
    for (struct block *block = file->blocks[bucket], *next; block; block = next) {
      next = block->next;
      free(block);
    }
}

static void flushed(ino_t inode) {
  for (struct file **at = &files[inode % BUCKETS]; *at; at = &(*at)->next)
    if ((*at)->inode == inode) {
      struct file *file = *at;
      *at = file->next;
      forget_blocks(file);
      close(file->descriptor);
      free(file);
      return;
    }
}

static void remember_block(struct file *file, int64_t index) {
  struct block **bucket = &file->blocks[index % BUCKETS];
  for (struct block *block = *bucket; block; block = block->next)
    if (block->index == index) return;
  struct block *block = malloc(sizeof *block + BLOCK);
  ssize_t count = pread(file->descriptor, block->bytes, BLOCK, index * BLOCK);
  // Behind the end that was flushed there was nothing, whatever is there now.
  int64_t had = file->size - index * BLOCK;
  if (count < 0) count = 0;
  if (count > had) count = had > 0 ? had : 0;
  block->count = (int)count;
  block->index = index;
  block->next = *bucket;
  *bucket = block;
}

static void remember(int descriptor, int64_t from, int64_t count) {
  struct file *file = file_of(descriptor, 1);
  if (!file || count <= 0) return;
  for (int64_t index = from / BLOCK; index <= (from + count - 1) / BLOCK; index++) remember_block(file, index);
}

/// As `remember`, of a range that may be large and mostly a hole.
static void remember_data(int descriptor, int64_t from, int64_t end) {
  if (!file_of(descriptor, 1)) return;
  while (from < end) {
    int64_t data = lseek(descriptor, from, SEEK_DATA);
    if (data < 0 || data >= end) return;
    int64_t hole = lseek(descriptor, data, SEEK_HOLE);
    if (hole < 0 || hole > end) hole = end;
    remember(descriptor, data, hole - data);
    from = hole;
  }
}

// What names there were when their folder was flushed last

enum kind { CREATED, UNLINKED, MADE, REMOVED, RENAMED };

struct change {
  struct change *earlier, *later;
  enum kind kind;
  ino_t folder, other;
  mode_t mode;
  char *path, *to, *trash;
};

static struct change *first_change, *last_change;

static ino_t folder_of(const char *path) {
  char name[PATH_MAX];
  full(name, path);
  char *slash = strrchr(name, '/');
  if (slash) *slash = 0;
  struct stat status;
  return stat(name, &status) == 0 ? status.st_ino : 0;
}

static struct change *note(enum kind kind, const char *path, const char *to, char *trash) {
  struct change *change = calloc(1, sizeof *change);
  change->kind = kind;
  change->path = strdup(path);
  change->to = to ? strdup(to) : NULL;
  change->trash = trash;
  change->folder = folder_of(path);
  change->other = to ? folder_of(to) : 0;
  change->earlier = last_change;
  if (last_change) last_change->later = change; else first_change = change;
  return last_change = change;
}

static void drop(struct change *change) {
  if (change->earlier) change->earlier->later = change->later; else first_change = change->later;
  if (change->later) change->later->earlier = change->earlier; else last_change = change->earlier;
  free(change->path);
  free(change->to);
  free(change->trash);
  free(change);
}

static char *to_trash(const char *name) {
  char *trash;
  if (asprintf(&trash, "%s/%lu", trash_folder, next_trash++) < 0) return NULL;
  if (rename(name, trash) == 0) return trash;
  free(trash);
  return NULL;
}

static void empty_trash(const char *trash) {
  struct stat status;
  if (!trash || lstat(trash, &status) != 0) return;
  flushed(status.st_ino);
  unlink(trash);
}

static void folder_flushed(ino_t inode) {
  for (struct change *change = first_change, *later; change; change = later) {
    later = change->later;
    if (change->folder != inode && change->other != inode) continue;
    empty_trash(change->trash);
    drop(change);
  }
}

// The loss

static uint64_t seed;

static uint64_t chance(uint64_t below) {
  seed += 0x9E3779B97F4A7C15u;
  uint64_t value = seed;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
  value = (value ^ value >> 27) * 0x94D049BB133111EBu;
  return (value ^ value >> 31) % below;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk) {
  (void)walk;
  if (type == FTW_F) flushed(status->st_ino);
  return remove(path);
}

static void undo(struct change *change) {
  char name[PATH_MAX], other[PATH_MAX];
  full(name, change->path);
  switch (change->kind) {
    case CREATED: empty_trash(name); break;
    case UNLINKED: if (change->trash) rename(change->trash, name); break;
    case MADE: nftw(name, remove_entry, 32, FTW_DEPTH | FTW_PHYS); break;
    case REMOVED: mkdir(name, change->mode); break;
    case RENAMED:
      full(other, change->to);
      rename(other, name);
      if (change->trash) rename(change->trash, other);
  }
}

static void undo_block(struct file *file, struct block *block) {
  unsigned char bytes[BLOCK] = {0};
  memcpy(bytes, block->bytes, block->count);
  int step = chance(4) == 0 ? SECTOR : BLOCK;
  for (int at = 0; at < BLOCK; at += step)
    if (step == BLOCK || chance(2)) {
      ssize_t written = pwrite(file->descriptor, bytes + at, step, block->index * BLOCK + at);
      (void)written;
    }
}

static void lose_power(void) {
  uint64_t kept = chance(3);  // of blocks: none, all, half
  for (int bucket = 0; bucket < BUCKETS; bucket++)
    while (files[bucket]) {
      struct file *file = files[bucket];
      struct stat status;
      int64_t size = fstat(file->descriptor, &status) == 0 && chance(2) ? status.st_size : file->size;
      for (int list = 0; list < BUCKETS; list++)
        for (struct block *block = file->blocks[list]; block; block = block->next)
          if (kept == 0 || (kept == 2 && chance(2))) undo_block(file, block);
      if (ftruncate(file->descriptor, size) != 0) perror("powerfs");
      flushed(file->inode);
    }
  int changes = 0;
  for (struct change *change = first_change; change; change = change->later) changes++;
  int stay = chance(2) ? 0 : (int)chance((uint64_t)changes + 1);
  for (; changes > stay; changes--) {
    undo(last_change);
    drop(last_change);
  }
  while (first_change) {
    empty_trash(first_change->trash);
    drop(first_change);
  }
}

// File system calls

static int fs_getattr(const char *path, struct stat *status, struct fuse_file_info *info) {
  char name[PATH_MAX];
  full(name, path);
  return result(info ? fstat((int)info->fh, status) : lstat(name, status));
}

static int fs_readdir(
    const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *info,
    enum fuse_readdir_flags flags) {
  (void)offset, (void)info, (void)flags;
  char name[PATH_MAX];
  full(name, path);
  DIR *folder = opendir(name);
  if (!folder) return -errno;
  for (struct dirent *entry; (entry = readdir(folder));) fill(buffer, entry->d_name, NULL, 0, 0);
  closedir(folder);
  return 0;
}

static int fs_mkdir(const char *path, mode_t mode) {
  static const char command[] = "/.power-loss-";
  if (strncmp(path, command, sizeof command - 1) == 0) {
    seed = strtoull(path + sizeof command - 1, NULL, 10);
    lose_power();
    return -ECANCELED;
  }
  char name[PATH_MAX];
  full(name, path);
  if (mkdir(name, mode) != 0) return -errno;
  note(MADE, path, NULL, NULL);
  return 0;
}

static int fs_unlink(const char *path) {
  char name[PATH_MAX];
  full(name, path);
  char *trash = to_trash(name);
  if (!trash) return -errno;
  note(UNLINKED, path, NULL, trash);
  return 0;
}

static int fs_rmdir(const char *path) {
  char name[PATH_MAX];
  full(name, path);
  struct stat status;
  if (lstat(name, &status) != 0 || rmdir(name) != 0) return -errno;
  note(REMOVED, path, NULL, NULL)->mode = status.st_mode & 07777;
  return 0;
}

static int fs_rename(const char *path, const char *to, unsigned flags) {
  char name[PATH_MAX], other[PATH_MAX];
  if (flags) return -EINVAL;
  full(name, path);
  full(other, to);
  struct stat status;
  char *trash = lstat(other, &status) == 0 && !S_ISDIR(status.st_mode) ? to_trash(other) : NULL;
  if (rename(name, other) != 0) return -errno;
  note(RENAMED, path, to, trash);
  return 0;
}

static int fs_chmod(const char *path, mode_t mode, struct fuse_file_info *info) {
  (void)info;
  char name[PATH_MAX];
  full(name, path);
  return result(chmod(name, mode));
}

static int fs_utimens(const char *path, const struct timespec times[2], struct fuse_file_info *info) {
  (void)info;
  char name[PATH_MAX];
  full(name, path);
  return result(utimensat(AT_FDCWD, name, times, AT_SYMLINK_NOFOLLOW));
}

static int open_file(const char *path, struct fuse_file_info *info, int flags, mode_t mode) {
  char name[PATH_MAX];
  full(name, path);
  // Read before writing, whatever was asked; O_APPEND is the kernel's part, O_DIRECT stops here.
  flags = (flags & ~(O_ACCMODE | O_APPEND | O_DIRECT | O_TRUNC | O_NOFOLLOW)) | O_CLOEXEC;
  int file = open(name, flags | O_RDWR, mode);
  if (file < 0 && (errno == EACCES || errno == EROFS)) file = open(name, flags | O_RDONLY, mode);
  if (file < 0) return -errno;
  info->fh = (uint64_t)file;
  return 0;
}

static int cut(int file, int64_t length) {
  struct stat status;
  if (fstat(file, &status) != 0) return -errno;
  if (length < status.st_size) remember_data(file, length, status.st_size);
  file_of(file, 1);
  return result(ftruncate(file, length));
}

static int fs_open(const char *path, struct fuse_file_info *info) {
  int error = open_file(path, info, info->flags & ~O_CREAT, 0);
  return error == 0 && info->flags & O_TRUNC ? cut((int)info->fh, 0) : error;
}

static int fs_create(const char *path, mode_t mode, struct fuse_file_info *info) {
  char name[PATH_MAX];
  full(name, path);
  int is_new = access(name, F_OK) != 0;
  int error = open_file(path, info, info->flags | O_CREAT, mode);
  if (error == 0 && is_new) note(CREATED, path, NULL, NULL);
  return error == 0 && !is_new && info->flags & O_TRUNC ? cut((int)info->fh, 0) : error;
}

static int fs_truncate(const char *path, off_t length, struct fuse_file_info *info) {
  if (info) return cut((int)info->fh, length);
  char name[PATH_MAX];
  full(name, path);
  int file = open(name, O_RDWR | O_CLOEXEC);
  if (file < 0) return -errno;
  int error = cut(file, length);
  close(file);
  return error;
}

static int fs_read(const char *path, char *buffer, size_t count, off_t offset, struct fuse_file_info *info) {
  (void)path;
  ssize_t done = pread((int)info->fh, buffer, count, offset);
  return done < 0 ? -errno : (int)done;
}

static int fs_write(const char *path, const char *bytes, size_t count, off_t offset, struct fuse_file_info *info) {
  (void)path;
  remember((int)info->fh, offset, (int64_t)count);
  ssize_t done = pwrite((int)info->fh, bytes, count, offset);
  return done < 0 ? -errno : (int)done;
}

static int fs_fallocate(const char *path, int mode, off_t offset, off_t count, struct fuse_file_info *info) {
  (void)path;
  if (mode & FALLOC_FL_PUNCH_HOLE) remember_data((int)info->fh, offset, offset + count);
  file_of((int)info->fh, 1);
  return result(fallocate((int)info->fh, mode, offset, count));
}

static int fs_fsync(const char *path, int data_only, struct fuse_file_info *info) {
  (void)path, (void)data_only;
  struct stat status;
  if (fstat((int)info->fh, &status) != 0) return -errno;
  flushed(status.st_ino);
  return 0;
}

static int fs_fsyncdir(const char *path, int data_only, struct fuse_file_info *info) {
  (void)data_only, (void)info;
  char name[PATH_MAX];
  full(name, path);
  struct stat status;
  if (stat(name, &status) != 0) return -errno;
  folder_flushed(status.st_ino);
  return 0;
}

static int fs_release(const char *path, struct fuse_file_info *info) {
  (void)path;
  close((int)info->fh);
  return 0;
}

static int fs_statfs(const char *path, struct statvfs *status) {
  char name[PATH_MAX];
  full(name, path);
  return result(statvfs(name, status));
}

static void *fs_init(struct fuse_conn_info *connection, struct fuse_config *config) {
  (void)connection;
  config->hard_remove = 1;
  config->use_ino = 1;
  config->nullpath_ok = 0;
  config->kernel_cache = 1;
  return NULL;
}

static const struct fuse_operations operations = {
    .getattr = fs_getattr, .readdir = fs_readdir, .mkdir = fs_mkdir, .unlink = fs_unlink, .rmdir = fs_rmdir,
    .rename = fs_rename, .chmod = fs_chmod, .utimens = fs_utimens, .open = fs_open, .create = fs_create,
    .truncate = fs_truncate, .read = fs_read, .write = fs_write, .fallocate = fs_fallocate, .fsync = fs_fsync,
    .fsyncdir = fs_fsyncdir, .release = fs_release, .statfs = fs_statfs, .init = fs_init};

int main(int count, char **arguments) {
  if (count < 3) {
    fprintf(stderr, "usage: powerfs BACKING MOUNTPOINT [FUSE OPTIONS]\n");
    return 64;
  }
  backing = realpath(arguments[1], NULL);
  char *folder;
  if (!backing || asprintf(&folder, "%s.trash", backing) < 0) return 1;
  mkdir(folder, 0700);
  trash_folder = folder;
  arguments[1] = arguments[0];
  // One thread: the order of what happens is the order of what is remembered.
  char **all = calloc((size_t)count + 1, sizeof *all);
  memcpy(all, arguments + 1, (size_t)(count - 1) * sizeof *all);
  all[count - 1] = "-s";
  return fuse_main(count, all, &operations, NULL);
}

// SPDX-License-Identifier: Apache-2.0
//
// Writes sealed segments of small objects into a storage folder, as an archive leaves them that took these objects in:
//   fill FOLDER OBJECTS PER_STUDY PREFIX TEMPLATE
// FOLDER is made; TEMPLATE is a Part 10 file. In it these are replaced for each object: 2.25.1, twelve zeros, the kind
// (01 study, 02 series, 03 instance) and twenty zeros; and P, N or A before nine zeros (patient, name, accession).

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { RECORD = 512, BLOCK = 4096, UID_LENGTH = 40, PLACES = 32 };
static const uint64_t SEGMENT = 1ull << 30;

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static uint32_t table[256];

// CRC-32C (Castagnoli), as in the names of groups.
static uint32_t crc32c(const uint8_t *bytes, size_t count) {
  uint32_t crc = ~0u;
  for (size_t i = 0; i < count; i++) crc = table[(crc ^ bytes[i]) & 255] ^ crc >> 8;
  return ~crc;
}

static void make_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0x82F63B78u : crc >> 1;
    table[i] = crc;
  }
}

// A header of POSIX ustar.
static void header(uint8_t *at, const char *prefix, const char *name, char kind, uint64_t size, time_t modified,
                   const char *group) {
  memset(at, 0, RECORD);
  memcpy(at, name, strlen(name));
  memcpy(at + 100, kind == '5' ? "0000755" : "0000644", 7);
  memcpy(at + 108, "0000000", 7), memcpy(at + 116, "0000000", 7);
  char text[24];
  snprintf(text, sizeof text, "%011llo", (unsigned long long)size), memcpy(at + 124, text, 11);
  snprintf(text, sizeof text, "%011llo", (unsigned long long)modified), memcpy(at + 136, text, 11);
  at[156] = kind;
  memcpy(at + 257, "ustar\0" "00", 8);
  memcpy(at + 265, "martlet", 7);
  memcpy(at + 297, group, strlen(group));
  memcpy(at + 329, "0000000", 7), memcpy(at + 337, "0000000", 7);
  memcpy(at + 345, prefix, strlen(prefix));
  memset(at + 148, ' ', 8);
  unsigned sum = 0;
  for (int i = 0; i < RECORD; i++) sum += at[i];
  snprintf(text, sizeof text, "%06o", sum), memcpy(at + 148, text, 7), at[155] = ' ';
}

// What stands between a member and the next 4096-byte bound.
static void filler(uint8_t *at, size_t count) {
  if (count < RECORD) return;
  size_t length = count - RECORD;
  header(at, "", "filler", 'x', length, 0, "");
  if (!length) return;
  memset(at + RECORD, ' ', length);
  char text[32];
  memcpy(at + RECORD, text, (size_t)snprintf(text, sizeof text, "%zu comment=", length));
  at[count - 1] = '\n';
}

static void number(uint8_t *at, int digits, uint64_t value) {
  for (int i = digits - 1; i >= 0; i--, value /= 10) at[i] = '0' + value % 10;
}

typedef struct { size_t at[PLACES]; int count; } Places;

static Places places(const uint8_t *bytes, size_t count, const char *text) {
  Places found = {{0}, 0};
  const uint8_t *from = bytes, *end = bytes + count, *hit;
  while (found.count < PLACES && (hit = memmem(from, end - from, text, strlen(text)))) {
    found.at[found.count++] = hit - bytes;
    from = hit + strlen(text);
  }
  if (!found.count) fprintf(stderr, "%s does not stand in the template\n", text), exit(1);
  return found;
}

static void put_uid(uint8_t *at, uint64_t prefix, int kind, uint64_t value) {
  memcpy(at, "2.25.1", 6);
  number(at + 6, 12, prefix), number(at + 18, 2, kind), number(at + 20, 20, value);
}

typedef struct { int file; uint64_t length, end; char path[4096]; uint8_t *buffer; size_t used; } Segment;
enum { BUFFER = 16 << 20 };

static void flush_segment(Segment *s) {
  for (size_t done = 0; done < s->used;) {
    ssize_t count = write(s->file, s->buffer + done, s->used - done);
    if (count < 0 && errno != EINTR) fail(s->path);
    if (count > 0) done += count;
  }
  s->used = 0;
}

static uint8_t *take(Segment *s, size_t count) {
  if (s->used + count > BUFFER) flush_segment(s);
  uint8_t *at = s->buffer + s->used;
  s->used += count, s->end += count;
  return at;
}

// The end block: a folder that is there anyway, then zeros.
static void seal(Segment *s, const char *study, time_t now) {
  if (s->file < 0) return;
  char folder[UID_LENGTH + 2];
  snprintf(folder, sizeof folder, "%s/", study);
  uint8_t *block = take(s, BLOCK);
  memset(block, 0, BLOCK);
  header(block, "", folder, '5', 0, now, "");
  flush_segment(s);
  if (fdatasync(s->file) || close(s->file)) fail(s->path);
  s->file = -1;
}

int main(int argc, char **argv) {
  if (argc != 6) return fprintf(stderr, "usage: fill FOLDER OBJECTS PER_STUDY PREFIX TEMPLATE\n"), 64;
  uint64_t objects = strtoull(argv[2], 0, 10), per_study = strtoull(argv[3], 0, 10), prefix = strtoull(argv[4], 0, 10);
  static uint8_t template[1 << 16];
  FILE *file = fopen(argv[5], "rb");
  if (!file) fail(argv[5]);
  size_t length = fread(template, 1, sizeof template, file);
  fclose(file);
  make_table();
  Places uids[4], values[3];
  for (int kind = 1; kind <= 3; kind++) {
    uint8_t blank[UID_LENGTH + 1] = {0};
    put_uid(blank, 0, kind, 0);
    uids[kind] = places(template, length, (char *)blank);
  }
  const char *blanks[] = {"P000000000", "N000000000", "A000000000"};
  for (int i = 0; i < 3; i++) values[i] = places(template, length, blanks[i]);

  size_t padded = (length + RECORD - 1) / RECORD * RECORD, member = (RECORD + length + BLOCK - 1) / BLOCK * BLOCK;
  time_t now = time(0);
  if (mkdir(argv[1], 0777) && errno != EEXIST) fail(argv[1]);
  Segment segment = {.file = -1, .buffer = malloc(BUFFER)};
  char study[UID_LENGTH + 1] = {0}, series[UID_LENGTH + 1] = {0}, name[UID_LENGTH + 8] = {0};
  int made = 0;
  for (uint64_t index = 0; index < objects; index++) {
    if (segment.file < 0 || segment.end + member > SEGMENT) {
      seal(&segment, study, now);
      snprintf(segment.path, sizeof segment.path, "%s/9-%012d.tar", argv[1], ++made);
      segment.file = open(segment.path, O_WRONLY | O_CREAT | O_EXCL, 0666);
      if (segment.file < 0) fail(segment.path);
      segment.end = 0;
    }
    uint64_t number_of_study = index / per_study;
    for (int kind = 1; kind <= 3; kind++)
      for (int i = 0; i < uids[kind].count; i++)
        put_uid(template + uids[kind].at[i], prefix, kind, kind == 3 ? index : number_of_study);
    for (int value = 0; value < 3; value++)
      for (int i = 0; i < values[value].count; i++) number(template + values[value].at[i] + 1, 9, number_of_study);
    put_uid((uint8_t *)study, prefix, 1, number_of_study), put_uid((uint8_t *)series, prefix, 2, number_of_study);
    put_uid((uint8_t *)name, prefix, 3, index), memcpy(name + UID_LENGTH, ".dcm", 5);
    char path[2 * UID_LENGTH + 2], group[16];
    snprintf(path, sizeof path, "%s/%s", study, series);
    snprintf(group, sizeof group, "crc32c=%08x", crc32c(template, length));
    uint8_t *at = take(&segment, member);
    header(at, path, name, '0', length, now, group);
    memcpy(at + RECORD, template, length);
    memset(at + RECORD + length, 0, padded - length);
    filler(at + RECORD + padded, member - RECORD - padded);
  }
  seal(&segment, study, now);
  return 0;
}

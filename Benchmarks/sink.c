// SPDX-License-Identifier: Apache-2.0
//
// What bounds a store on this machine: the least that a program can do with the same bytes.
//
//   sink limit   PORT FILE BYTES   takes C-STORE; appends with O_DIRECT from one reused buffer for each association to
//                                  a file whose blocks are written before, one flush for each object
//   sink files   PORT FOLDER       takes C-STORE; writes, flushes and closes a file for each object
//   sink discard PORT              takes C-STORE and keeps nothing: a destination for C-MOVE
//   sink memory  PORT BYTES        sends so many bytes out of memory to whoever connects
//   sink copy    PORT FILE         sends the bytes of a file, read piece by piece past the page cache
//
// Prints "ready" when it listens on 127.0.0.1.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 4096
#define PIECE (1 << 20)
#define MAX_PDU 131072
#define MAX_OBJECT (64 << 20)

static const char *mode, *place;
static int file;
static uint64_t room;
static _Atomic uint64_t end, names;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int receive(int fd, void *into, size_t count) {
  for (uint8_t *at = into; count;) {
    ssize_t got = recv(fd, at, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    at += got, count -= got;
  }
  return 1;
}

static int send_all(int fd, const void *from, size_t count) {
  for (const uint8_t *at = from; count;) {
    ssize_t sent = send(fd, at, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return 0;
    at += sent, count -= sent;
  }
  return 1;
}

static void be16(uint8_t *p, uint16_t v) { p[0] = v >> 8, p[1] = v; }
static void be32(uint8_t *p, uint32_t v) { be16(p, v >> 16), be16(p + 2, v); }
static uint32_t get32(const uint8_t *p) { return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]; }

// Accepts every context with its first transfer syntax (PS3.8 §9.3.3).
static int accept_association(int fd, const uint8_t *request, uint32_t length) {
  uint8_t answer[65536] = {2};
  size_t count = 74;
  memcpy(answer + 6, request, 68);
  for (uint32_t at = 68; at + 4 <= length; at += 4 + (request[at + 2] << 8 | request[at + 3])) {
    uint16_t size = request[at + 2] << 8 | request[at + 3];
    if (request[at] == 0x10) memcpy(answer + count, request + at, 4 + size), count += 4 + size;
    if (request[at] != 0x20) continue;
    uint32_t syntax = at + 8;
    while (syntax < at + 4 + size && request[syntax] != 0x40)
      syntax += 4 + (request[syntax + 2] << 8 | request[syntax + 3]);
    uint16_t syntax_size = 4 + (request[syntax + 2] << 8 | request[syntax + 3]);
    answer[count] = 0x21, be16(answer + count + 2, 4 + syntax_size), answer[count + 4] = request[at + 4];
    memcpy(answer + count + 8, request + syntax, syntax_size);
    count += 8 + syntax_size;
  }
  uint8_t user[] = {0x50, 0, 0, 17, 0x51, 0, 0, 4, 0, 2, 0, 0, 0x52, 0, 0, 5, '2', '.', '2', '5', '1'};
  memcpy(answer + count, user, sizeof user), count += sizeof user;
  be32(answer + 2, count - 6);
  return send_all(fd, answer, count);
}

// The value of a command element; its length by `count`.
static const uint8_t *field(const uint8_t *bytes, size_t size, uint16_t wanted, uint32_t *count) {
  for (size_t at = 0; at + 8 <= size; at += 8 + *count) {
    *count = bytes[at + 4] | bytes[at + 5] << 8 | bytes[at + 6] << 16 | (uint32_t)bytes[at + 7] << 24;
    if ((bytes[at + 2] | bytes[at + 3] << 8) == wanted) return bytes + at + 8;
  }
  *count = 0;
  return bytes;
}

static size_t put(uint8_t *at, uint16_t number, const void *value, uint32_t count) {
  uint8_t head[8] = {0, 0, number, number >> 8, count, count >> 8, 0, 0};
  memcpy(at, head, 8), memcpy(at + 8, value, count);
  return 8 + count;
}

// The response to C-STORE or C-ECHO, success (PS3.7 §9.3.1.2).
static int respond(int fd, uint8_t context, const uint8_t *command, size_t size) {
  uint8_t pdu[512] = {4}, *set = pdu + 12;
  uint32_t count;
  uint16_t kind = 0x8000 | *(const uint16_t *)field(command, size, 0x100, &count), none = 0x101, ok = 0;
  size_t at = 12;
  const uint8_t *value = field(command, size, 0x02, &count);
  at += put(set + at, 0x02, value, count < 66 ? count : 0);
  at += put(set + at, 0x100, &kind, 2);
  at += put(set + at, 0x120, field(command, size, 0x110, &count), 2);
  at += put(set + at, 0x800, &none, 2);
  at += put(set + at, 0x900, &ok, 2);
  value = field(command, size, 0x1000, &count);
  if (count && count < 66) at += put(set + at, 0x1000, value, count);
  uint32_t length = at - 12;
  put(set, 0, &length, 4);
  be32(pdu + 2, at + 6), be32(pdu + 6, at + 2);
  pdu[10] = context, pdu[11] = 3;
  return send_all(fd, pdu, at + 12);
}

static void keep(uint8_t *buffer, size_t count) {
  if (!strcmp(mode, "limit")) {
    size_t blocks = (count + BLOCK - 1) / BLOCK * BLOCK;
    uint64_t at = atomic_fetch_add(&end, blocks) % (room - MAX_OBJECT) / BLOCK * BLOCK;
    if (pwrite(file, buffer, blocks, at) != (ssize_t)blocks || fdatasync(file)) die("append");
  } else if (!strcmp(mode, "files")) {
    char name[4096];
    snprintf(name, sizeof name, "%s/%llu", place, (unsigned long long)atomic_fetch_add(&names, 1));
    int one = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    if (one < 0 || write(one, buffer, count) != (ssize_t)count || fsync(one) || close(one)) die(name);
  }
}

static void *association(void *argument) {
  int fd = (int)(intptr_t)argument, one = 1;
  uint8_t *object, head[6], command[8192], scratch[65536];
  size_t count = 0, size = 0;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (posix_memalign((void **)&object, BLOCK, MAX_OBJECT)) die("memory");
  while (receive(fd, head, 6)) {
    uint32_t length = get32(head + 2);
    if (head[0] == 1) {
      if (length > sizeof scratch || !receive(fd, scratch, length) || !accept_association(fd, scratch, length)) break;
    } else if (head[0] == 4) {
      while (length) {
        uint8_t item[6];
        if (!receive(fd, item, 6)) goto done;
        uint32_t bytes = get32(item) - 2;
        length -= 6 + bytes;
        int is_command = item[5] & 1, is_last = item[5] & 2;
        if ((is_command ? size + bytes > sizeof command : count + bytes > MAX_OBJECT)) goto done;
        if (!receive(fd, is_command ? command + size : object + count, bytes)) goto done;
        *(is_command ? &size : &count) += bytes;
        uint32_t at;
        if (!is_last || (is_command && *(const uint16_t *)field(command, size, 0x800, &at) != 0x101)) continue;
        keep(object, count);
        if (!respond(fd, item[4], command, size)) goto done;
        count = size = 0;
      }
    } else if (head[0] == 5) {
      uint8_t released[10] = {6, 0, 0, 0, 0, 4};
      send_all(fd, released, 10);
      break;
    } else break;
  }
done:
  close(fd), free(object);
  return NULL;
}

static void *sender(void *argument) {
  int fd = (int)(intptr_t)argument;
  uint8_t *piece;
  if (posix_memalign((void **)&piece, BLOCK, PIECE)) die("memory");
  memset(piece, 7, PIECE);
  int from = !strcmp(mode, "copy") ? open(place, O_RDONLY | O_DIRECT) : -1;
  for (uint64_t left = room; left;) {
    ssize_t count = left < PIECE ? left : PIECE;
    if (from >= 0 && read(from, piece, PIECE) < count) die("read");
    if (!send_all(fd, piece, count)) break;
    left -= count;
  }
  if (from >= 0) close(from);
  close(fd), free(piece);
  return NULL;
}

static void prepare(int count, char **arguments) {
  if (!strcmp(mode, "limit") && count == 5) {
    place = arguments[3], room = strtoull(arguments[4], NULL, 10) / BLOCK * BLOCK;
    file = open(place, O_CREAT | O_RDWR | O_DIRECT, 0600);
    uint8_t *zeros;
    if (file < 0 || room <= MAX_OBJECT || posix_memalign((void **)&zeros, BLOCK, PIECE)) die("prepare");
    memset(zeros, 0, PIECE);
    for (uint64_t at = 0; at < room; at += PIECE)
      if (pwrite(file, zeros, PIECE, at) != PIECE) die("zeros");
    if (fsync(file)) die("flush");
    free(zeros);
  } else if (!strcmp(mode, "memory") && count == 4) {
    room = strtoull(arguments[3], NULL, 10);
  } else if (!strcmp(mode, "copy") && count == 4) {
    struct stat status;
    place = arguments[3];
    if (stat(place, &status)) die(place);
    room = status.st_size;
  } else if (!strcmp(mode, "files") && count == 4) {
    place = arguments[3];
  } else if (strcmp(mode, "discard") || count != 3) {
    fprintf(stderr, "usage: sink limit|files|discard|memory|copy PORT …\n");
    exit(64);
  }
}

int main(int count, char **arguments) {
  mode = count > 2 ? arguments[1] : "";
  prepare(count, arguments);
  int is_sender = !strcmp(mode, "memory") || !strcmp(mode, "copy"), one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[2]))};
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128)) die("listen");
  puts("ready");
  fflush(stdout);
  for (;;) {
    pthread_t thread;
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) continue;
    pthread_create(&thread, NULL, is_sender ? sender : association, (void *)(intptr_t)fd);
    pthread_detach(thread);
  }
}

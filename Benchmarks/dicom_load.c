// SPDX-License-Identifier: Apache-2.0
//
// Load for the benchmark: a DICOM requestor that costs nearly nothing, so that the server is what is measured.
//
//   dicom_load store HOST PORT AET ASSOCIATIONS OBJECTS PIXEL_BYTES PREFIX OBJECTS_PER_STUDY
//   dicom_load echo  HOST PORT AET THREADS ASSOCIATIONS
//   dicom_load get   HOST PORT AET STUDY_UID
//   dicom_load move  HOST PORT AET STUDY_UID DESTINATION
//
// Objects are encoded once; UIDs of fixed length and a counter in the pixels are patched in for every object. PDUs are
// as long as the server allows, at most 128 KiB, each sent by one call with TCP_NODELAY. Prints one JSON object.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define CT "1.2.840.10008.5.1.4.1.1.2"
#define VERIFICATION "1.2.840.10008.1.1"
#define STUDY_ROOT_GET "1.2.840.10008.5.1.4.1.2.2.3"
#define STUDY_ROOT_MOVE "1.2.840.10008.5.1.4.1.2.2.2"
#define EXPLICIT_LE "1.2.840.10008.1.2.1"
#define UID_LENGTH 40
#define MAX_PDU 131072

typedef struct { uint8_t *bytes; size_t count, room; } Buffer;

static const char *host, *aet;
static int port;

static void die(const char *what) {
  fprintf(stderr, "dicom_load: %s: %s\n", what, errno ? strerror(errno) : "protocol");
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static void put(Buffer *b, const void *bytes, size_t count) {
  if (b->count + count > b->room) {
    b->room = (b->count + count) * 2;
    b->bytes = realloc(b->bytes, b->room);
    if (!b->bytes) die("memory");
  }
  memcpy(b->bytes + b->count, bytes, count);
  b->count += count;
}

static void be16(uint8_t *p, uint16_t v) { p[0] = v >> 8, p[1] = v; }
static void be32(uint8_t *p, uint32_t v) { be16(p, v >> 16), be16(p + 2, v); }
static uint32_t get32(const uint8_t *p) { return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]; }
static void le16(uint8_t *p, uint16_t v) { p[0] = v, p[1] = v >> 8; }
static void le32(uint8_t *p, uint32_t v) { le16(p, v), le16(p + 2, v >> 16); }

// Elements, explicit VR little endian (PS3.5 §7.1.2). Returns the offset of the value.
static size_t element(Buffer *b, uint16_t group, uint16_t number, const char *vr, const void *value, size_t count) {
  uint8_t head[12] = {0};
  int is_long = !strcmp(vr, "OW");
  size_t padded = count + (count & 1);
  le16(head, group), le16(head + 2, number), memcpy(head + 4, vr, 2);
  if (is_long) le32(head + 8, padded); else le16(head + 6, padded);
  put(b, head, is_long ? 12 : 8);
  size_t at = b->count;
  put(b, value, count);
  if (count & 1) put(b, strcmp(vr, "UI") ? " " : "", 1);
  return at;
}

static size_t text(Buffer *b, uint16_t group, uint16_t number, const char *vr, const char *value) {
  return element(b, group, number, vr, value, strlen(value));
}

static void us(Buffer *b, uint16_t number, uint16_t value) {
  uint8_t bytes[2];
  le16(bytes, value);
  element(b, 0x28, number, "US", bytes, 2);
}

// A CT image whose UIDs, patient and date are patched for every object.
typedef struct { Buffer b; size_t instance, study, series, date, name, patient, accession, pixels; } Object;

static Object make_object(size_t pixel_bytes) {
  Object o = {0};
  char blank[UID_LENGTH + 1];
  memset(blank, '0', UID_LENGTH), blank[UID_LENGTH] = 0;
  text(&o.b, 0x08, 0x08, "CS", "ORIGINAL\\PRIMARY\\AXIAL");
  text(&o.b, 0x08, 0x16, "UI", CT);
  o.instance = text(&o.b, 0x08, 0x18, "UI", blank);
  o.date = text(&o.b, 0x08, 0x20, "DA", "20200101");
  text(&o.b, 0x08, 0x30, "TM", "120000");
  o.accession = text(&o.b, 0x08, 0x50, "SH", "A000000000");
  text(&o.b, 0x08, 0x60, "CS", "CT");
  text(&o.b, 0x08, 0x70, "LO", "Benchmark");
  text(&o.b, 0x08, 0x90, "PN", "Referrer^Some");
  text(&o.b, 0x08, 0x1030, "LO", "CT of the benchmark");
  text(&o.b, 0x08, 0x103E, "LO", "axial 1.0");
  o.name = text(&o.b, 0x10, 0x10, "PN", "N000000000^Bench");
  o.patient = text(&o.b, 0x10, 0x20, "LO", "P000000000");
  text(&o.b, 0x10, 0x30, "DA", "19600101");
  text(&o.b, 0x10, 0x40, "CS", "O");
  text(&o.b, 0x18, 0x50, "DS", "1.0");
  o.study = text(&o.b, 0x20, 0x0D, "UI", blank);
  o.series = text(&o.b, 0x20, 0x0E, "UI", blank);
  text(&o.b, 0x20, 0x10, "SH", "1");
  text(&o.b, 0x20, 0x11, "IS", "1");
  text(&o.b, 0x20, 0x13, "IS", "1");
  text(&o.b, 0x20, 0x32, "DS", "-250\\-250\\0");
  text(&o.b, 0x20, 0x37, "DS", "1\\0\\0\\0\\1\\0");
  us(&o.b, 0x02, 1);
  text(&o.b, 0x28, 0x04, "CS", "MONOCHROME2");
  us(&o.b, 0x10, 512), us(&o.b, 0x11, pixel_bytes / 1024);
  text(&o.b, 0x28, 0x30, "DS", "0.9765625\\0.9765625");
  us(&o.b, 0x100, 16), us(&o.b, 0x101, 12), us(&o.b, 0x102, 11), us(&o.b, 0x103, 0);
  text(&o.b, 0x28, 0x1052, "DS", "-1024");
  text(&o.b, 0x28, 0x1053, "DS", "1");
  uint16_t *pixels = malloc(pixel_bytes);
  uint32_t noise = 12345;
  for (size_t i = 0; i < pixel_bytes / 2; i++) noise = noise * 1664525 + 1013904223, pixels[i] = 1000 + (noise >> 26);
  o.pixels = element(&o.b, 0x7FE0, 0x10, "OW", pixels, pixel_bytes);
  free(pixels);
  return o;
}

static void number(uint8_t *at, int digits, uint64_t value) {
  for (int i = digits - 1; i >= 0; i--, value /= 10) at[i] = '0' + value % 10;
}

// A UID of 40 characters: 2.25.1<prefix><kind><number>.
static void make_uid(uint8_t *at, uint64_t prefix, int kind, uint64_t value) {
  memcpy(at, "2.25.1", 6);
  number(at + 6, 12, prefix), number(at + 18, 2, kind), number(at + 20, 20, value);
}

static void patch(Object *o, uint64_t prefix, uint64_t index, uint64_t study) {
  make_uid(o->b.bytes + o->instance, prefix, 3, index);
  make_uid(o->b.bytes + o->study, prefix, 1, study);
  make_uid(o->b.bytes + o->series, prefix, 2, study);
  number(o->b.bytes + o->accession + 1, 9, study);
  number(o->b.bytes + o->name + 1, 9, study);
  number(o->b.bytes + o->patient + 1, 9, study);
  number(o->b.bytes + o->date, 4, 2000 + study % 25);
  number(o->b.bytes + o->date + 4, 2, 1 + study % 12);
  number(o->b.bytes + o->date + 6, 2, 1 + study % 28);
  memcpy(o->b.bytes + o->pixels, &index, 2);
}

// The upper layer (PS3.8 §9.3).

typedef struct { int fd; uint32_t max_pdu; uint8_t *body; size_t room; uint8_t type; uint32_t length; } Peer;

static void send_all(int fd, struct iovec *v, int n) {
  while (n) {
    ssize_t sent = writev(fd, v, n);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) die("send");
    while (n && (size_t)sent >= v->iov_len) sent -= v->iov_len, v++, n--;
    if (n) v->iov_base = (uint8_t *)v->iov_base + sent, v->iov_len -= sent;
  }
}

static void send_bytes(int fd, void *bytes, size_t count) {
  struct iovec v = {bytes, count};
  send_all(fd, &v, 1);
}

static void receive(int fd, uint8_t *bytes, size_t count) {
  while (count) {
    ssize_t got = recv(fd, bytes, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) die("receive");
    bytes += got, count -= got;
  }
}

static void receive_pdu(Peer *p) {
  uint8_t head[6];
  receive(p->fd, head, 6);
  p->type = head[0], p->length = get32(head + 2);
  if (p->length > p->room) p->body = realloc(p->body, p->room = p->length);
  receive(p->fd, p->body, p->length);
}

static void item(Buffer *b, uint8_t type, const void *value, uint16_t count) {
  uint8_t head[4] = {type};
  be16(head + 2, count);
  put(b, head, 4), put(b, value, count);
}

static void context(Buffer *b, uint8_t id, const char *abstract) {
  Buffer inner = {0};
  uint8_t head[4] = {id};
  put(&inner, head, 4);
  item(&inner, 0x30, abstract, strlen(abstract)), item(&inner, 0x40, EXPLICIT_LE, strlen(EXPLICIT_LE));
  item(b, 0x20, inner.bytes, inner.count);
  free(inner.bytes);
}

static int connected(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, host, &address.sin_addr);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) die("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

// Associates with one context (id 1), and for C-GET the storage context (id 3) in the role of SCP.
static Peer associate(const char *abstract, int with_get) {
  Peer p = {.fd = connected(), .max_pdu = 16384};
  Buffer b = {0}, user = {0};
  uint8_t head[74] = {1};
  head[7] = 1;
  memset(head + 10, ' ', 32), memcpy(head + 10, aet, strlen(aet)), memcpy(head + 26, "LOADER", 6);
  put(&b, head, 74);
  item(&b, 0x10, "1.2.840.10008.3.1.1.1", 21);
  context(&b, 1, abstract);
  if (with_get) context(&b, 3, CT);
  uint8_t maximum[4], role[2 + sizeof CT + 1];
  be32(maximum, MAX_PDU);
  item(&user, 0x51, maximum, 4), item(&user, 0x52, "2.25.4711", 9);
  if (with_get) {
    be16(role, strlen(CT)), memcpy(role + 2, CT, strlen(CT)), role[2 + strlen(CT)] = 0, role[3 + strlen(CT)] = 1;
    item(&user, 0x54, role, 4 + strlen(CT));
  }
  item(&b, 0x50, user.bytes, user.count);
  be32(b.bytes + 2, b.count - 6);
  send_bytes(p.fd, b.bytes, b.count);
  free(b.bytes), free(user.bytes);
  receive_pdu(&p);
  errno = 0;
  if (p.type != 2) die("association refused");
  for (size_t at = 68; at + 4 <= p.length; at += 4 + (p.body[at + 2] << 8 | p.body[at + 3])) {
    if (p.body[at] == 0x21 && p.body[at + 6] != 0) die("context refused");
    if (p.body[at] != 0x50) continue;
    for (size_t s = at + 4; s + 8 <= p.length; s += 4 + (p.body[s + 2] << 8 | p.body[s + 3]))
      if (p.body[s] == 0x51) p.max_pdu = get32(p.body + s + 4);
  }
  if (p.max_pdu == 0 || p.max_pdu > MAX_PDU) p.max_pdu = MAX_PDU;
  return p;
}

static void release(Peer *p) {
  uint8_t pdu[10] = {5, 0, 0, 0, 0, 4};
  send_bytes(p->fd, pdu, 10);
  receive_pdu(p);
  close(p->fd), free(p->body);
}

static void send_data(Peer *p, uint8_t id, int is_command, uint8_t *bytes, size_t count) {
  size_t limit = p->max_pdu - 6;
  for (size_t at = 0; at < count; at += limit) {
    size_t piece = count - at < limit ? count - at : limit;
    uint8_t head[12] = {4};
    be32(head + 2, piece + 6), be32(head + 6, piece + 2);
    head[10] = id, head[11] = is_command | (at + piece == count ? 2 : 0);
    struct iovec v[2] = {{head, 12}, {bytes + at, piece}};
    send_all(p->fd, v, 2);
  }
}

// Command sets: implicit VR little endian (PS3.7 §6.3).

static void field(Buffer *b, uint16_t number, const void *value, uint32_t count) {
  uint8_t head[8] = {0};
  le16(head + 2, number), le32(head + 4, count + (count & 1));
  put(b, head, 8), put(b, value, count);
  if (count & 1) put(b, "", 1);
}

static void field16(Buffer *b, uint16_t number, uint16_t value) {
  uint8_t bytes[2];
  le16(bytes, value);
  field(b, number, bytes, 2);
}

static uint16_t find16(const uint8_t *bytes, size_t count, uint16_t wanted) {
  for (size_t at = 0; at + 8 <= count;) {
    uint32_t length = bytes[at + 4] | bytes[at + 5] << 8 | bytes[at + 6] << 16 | (uint32_t)bytes[at + 7] << 24;
    if ((bytes[at + 2] | bytes[at + 3] << 8) == wanted) return bytes[at + 8] | bytes[at + 9] << 8;
    at += 8 + length;
  }
  return 0xFFFF;
}

static void finish(Buffer *b) {
  uint8_t length[4];
  le32(length, b->count - 12), memcpy(b->bytes + 8, length, 4);
}

static Buffer command(uint16_t kind, uint16_t message, const char *sop_class) {
  Buffer b = {0};
  uint8_t zero[4] = {0};
  field(&b, 0, zero, 4);
  field(&b, 0x02, sop_class, strlen(sop_class));
  field16(&b, 0x100, kind);
  field16(&b, kind & 0x8000 ? 0x120 : 0x110, message);
  return b;
}

static uint16_t response_status(Peer *p) {
  receive_pdu(p);
  errno = 0;
  if (p->type != 4 || p->length < 6) die("no response");
  return find16(p->body + 6, get32(p->body) - 2, 0x900);
}

// store

typedef struct { uint64_t first, count, prefix, per_study; size_t pixel_bytes; pthread_barrier_t *ready; } StoreJob;

static void *store_thread(void *argument) {
  StoreJob *job = argument;
  Object object = make_object(job->pixel_bytes);
  Peer peer = associate(CT, 0);
  pthread_barrier_wait(job->ready);
  for (uint64_t i = job->first; i < job->first + job->count; i++) {
    patch(&object, job->prefix, i, i / job->per_study);
    Buffer c = command(1, 1 + i % 60000, CT);
    field16(&c, 0x700, 0), field16(&c, 0x800, 0);
    field(&c, 0x1000, object.b.bytes + object.instance, UID_LENGTH);
    finish(&c);
    send_data(&peer, 1, 1, c.bytes, c.count);
    send_data(&peer, 1, 0, object.b.bytes, object.b.count);
    free(c.bytes);
    if (response_status(&peer) != 0) die("C-STORE refused");
  }
  release(&peer);
  free(object.b.bytes);
  return NULL;
}

static void store(char **a) {
  int threads = atoi(a[0]);
  uint64_t objects = strtoull(a[1], NULL, 10), per_study = strtoull(a[4], NULL, 10);
  size_t pixel_bytes = strtoull(a[2], NULL, 10);
  pthread_t ids[threads];
  StoreJob jobs[threads];
  pthread_barrier_t ready;
  pthread_barrier_init(&ready, NULL, threads + 1);
  uint64_t share = objects / threads;
  for (int i = 0; i < threads; i++) {
    jobs[i] = (StoreJob){i * share, i == threads - 1 ? objects - i * share : share, strtoull(a[3], NULL, 10),
                         per_study, pixel_bytes, &ready};
    pthread_create(&ids[i], NULL, store_thread, &jobs[i]);
  }
  pthread_barrier_wait(&ready);
  double start = now();
  for (int i = 0; i < threads; i++) pthread_join(ids[i], NULL);
  double seconds = now() - start;
  Object sample = make_object(pixel_bytes);
  printf("{\"seconds\": %.6f, \"objects\": %llu, \"bytes\": %llu}\n", seconds, (unsigned long long)objects,
         (unsigned long long)(objects * sample.b.count));
}

// echo

static void *echo_thread(void *argument) {
  for (uint64_t i = 0, n = *(uint64_t *)argument; i < n; i++) {
    Peer peer = associate(VERIFICATION, 0);
    Buffer c = command(0x30, 1, VERIFICATION);
    field16(&c, 0x800, 0x101);
    finish(&c);
    send_data(&peer, 1, 1, c.bytes, c.count);
    free(c.bytes);
    if (response_status(&peer) != 0) die("C-ECHO refused");
    release(&peer);
  }
  return NULL;
}

static void echo(char **a) {
  int threads = atoi(a[0]);
  uint64_t each = strtoull(a[1], NULL, 10) / threads;
  pthread_t ids[threads];
  double start = now();
  for (int i = 0; i < threads; i++) pthread_create(&ids[i], NULL, echo_thread, &each);
  for (int i = 0; i < threads; i++) pthread_join(ids[i], NULL);
  printf("{\"seconds\": %.6f, \"associations\": %llu}\n", now() - start, (unsigned long long)(each * threads));
}

// get

static void respond_stored(Peer *p, uint16_t message) {
  Buffer c = command(0x8001, message, CT);
  field16(&c, 0x800, 0x101), field16(&c, 0x900, 0);
  finish(&c);
  send_data(p, 3, 1, c.bytes, c.count);
  free(c.bytes);
}

static void get(char **a) {
  Peer peer = associate(STUDY_ROOT_GET, 1);
  Buffer c = command(0x10, 1, STUDY_ROOT_GET), identifier = {0};
  field16(&c, 0x700, 0), field16(&c, 0x800, 0);
  finish(&c);
  text(&identifier, 0x08, 0x52, "CS", "STUDY");
  text(&identifier, 0x20, 0x0D, "UI", a[0]);
  double start = now();
  send_data(&peer, 1, 1, c.bytes, c.count), send_data(&peer, 1, 0, identifier.bytes, identifier.count);
  uint64_t bytes = 0, objects = 0;
  uint16_t message = 0, status = 0xFF00;
  while (status == 0xFF00) {
    receive_pdu(&peer);
    errno = 0;
    if (peer.type != 4) die("C-GET ended early");
    for (size_t at = 0; at + 6 <= peer.length; at += 4 + get32(peer.body + at)) {
      uint32_t count = get32(peer.body + at) - 2;
      uint8_t id = peer.body[at + 4], control = peer.body[at + 5];
      if (control & 1 && id == 1) status = find16(peer.body + at + 6, count, 0x900);
      if (control & 1 && id == 3) message = find16(peer.body + at + 6, count, 0x110);
      if (!(control & 1)) bytes += count;
      if (control == 2 && id == 3) objects++, respond_stored(&peer, message);
    }
  }
  double seconds = now() - start;
  errno = 0;
  if (status != 0) die("C-GET failed");
  release(&peer);
  printf("{\"seconds\": %.6f, \"objects\": %llu, \"bytes\": %llu}\n", seconds, (unsigned long long)objects,
         (unsigned long long)bytes);
}

// move

static void move(char **a) {
  Peer peer = associate(STUDY_ROOT_MOVE, 0);
  Buffer c = command(0x21, 1, STUDY_ROOT_MOVE), identifier = {0};
  char destination[17];
  int length = snprintf(destination, sizeof destination, "%-*s", (int)(strlen(a[1]) + 1) & ~1, a[1]);
  field(&c, 0x600, destination, length);
  field16(&c, 0x700, 0), field16(&c, 0x800, 0);
  finish(&c);
  text(&identifier, 0x08, 0x52, "CS", "STUDY");
  text(&identifier, 0x20, 0x0D, "UI", a[0]);
  double start = now();
  send_data(&peer, 1, 1, c.bytes, c.count), send_data(&peer, 1, 0, identifier.bytes, identifier.count);
  uint16_t status = 0xFF00;
  while (status == 0xFF00) status = response_status(&peer);
  double seconds = now() - start;
  errno = 0;
  if (status != 0) die("C-MOVE failed");
  release(&peer);
  printf("{\"seconds\": %.6f}\n", seconds);
}

int main(int argc, char **argv) {
  if (argc < 6) {
    fprintf(stderr, "usage: dicom_load store|echo|get|move HOST PORT AET …\n");
    return 64;
  }
  host = argv[2], port = atoi(argv[3]), aet = argv[4];
  if (!strcmp(argv[1], "store") && argc == 10) store(argv + 5);
  else if (!strcmp(argv[1], "echo") && argc == 7) echo(argv + 5);
  else if (!strcmp(argv[1], "get") && argc == 6) get(argv + 5);
  else if (!strcmp(argv[1], "move") && argc == 7) move(argv + 5);
  else {
    fprintf(stderr, "dicom_load: wrong arguments\n");
    return 64;
  }
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Asks a web server for the same thing again and again, over one connection while the server keeps it:
// web_load PORT COUNT PATH [HEADER…]. Prints seconds of a request's median and of all, and bytes of bodies, as JSON.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { bufferSize = 1 << 20 };

static int server = -1;
static char *buffer;
static size_t start, end;

static void fail(const char *what) {
  fprintf(stderr, "web_load: %s\n", what);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void fill(void) {
  if (start == end) start = end = 0;
  if (end == bufferSize) fail("a line longer than the buffer");
  ssize_t got = read(server, buffer + end, bufferSize - end);
  if (got <= 0) fail("the connection ended within an answer");
  end += got;
}

/// The next line without its end, good until the next read.
static char *line(void) {
  for (;;) {
    char *found = memchr(buffer + start, '\n', end - start);
    if (found != NULL) {
      char *first = buffer + start;
      start = found + 1 - buffer;
      *found = 0;
      if (found > first && found[-1] == '\r') found[-1] = 0;
      return first;
    }
    if (start > 0) {
      memmove(buffer, buffer + start, end - start);
      end -= start;
      start = 0;
    }
    fill();
  }
}

static void skip(uint64_t count) {
  while (count > 0) {
    if (start == end) fill();
    uint64_t part = end - start < count ? end - start : count;
    start += part;
    count -= part;
  }
}

static void dial(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  server = socket(AF_INET, SOCK_STREAM, 0);
  if (server < 0 || connect(server, (struct sockaddr *)&address, sizeof address) != 0) fail("no connection");
  int on = 1;
  setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  start = end = 0;
}

/// The body of an answer without a length, which ends with its connection.
static uint64_t readAll(void) {
  uint64_t count = end - start;
  ssize_t got;
  while ((got = read(server, buffer, bufferSize)) > 0) count += got;
  if (got < 0) fail("the connection broke within an answer");
  close(server);
  server = -1;
  return count;
}

/// One request and its whole answer; bytes of the body.
static uint64_t ask(int port, const char *request, size_t size) {
  if (server < 0) dial(port);
  for (size_t sent = 0; sent < size;) {
    ssize_t part = write(server, request + sent, size - sent);
    if (part <= 0) fail("the connection ended within a request");
    sent += part;
  }
  char *status = line();
  if (strncmp(status, "HTTP/1.1 200", 12) != 0) fail(status);
  uint64_t length = 0, count = 0;
  int isChunked = 0, hasLength = 0;
  for (char *field = line(); *field != 0; field = line()) {
    if (strncasecmp(field, "content-length:", 15) == 0) {
      hasLength = 1;
      length = strtoull(field + 15, NULL, 10);
    }
    if (strncasecmp(field, "transfer-encoding:", 18) == 0) isChunked = 1;
  }
  if (!isChunked && !hasLength) return readAll();
  if (!isChunked) {
    skip(length);
    return length;
  }
  while ((length = strtoull(line(), NULL, 16)) > 0) {
    skip(length);
    line();
    count += length;
  }
  line();
  return count;
}

static int ascending(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return difference < 0 ? -1 : difference > 0;
}

int main(int count, char **arguments) {
  if (count < 4) fail("usage: web_load PORT COUNT PATH [HEADER…]");
  int requests = atoi(arguments[2]);
  if (requests < 1) fail("COUNT is at least 1");
  static char request[16384];
  size_t size = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n", arguments[3]);
  for (int each = 4; each < count && size < sizeof request; each++)
    size += snprintf(request + size, sizeof request - size, "%s\r\n", arguments[each]);
  if (size + 3 > sizeof request) fail("a request too long");
  memcpy(request + size, "\r\n", 3);
  size += 2;

  buffer = malloc(bufferSize);
  double *times = calloc(requests, sizeof *times);
  if (buffer == NULL || times == NULL) fail("no memory");
  int port = atoi(arguments[1]);
  dial(port);
  uint64_t bytes = 0;
  double started = now();
  for (int each = 0; each < requests; each++) {
    double before = now();
    bytes += ask(port, request, size);
    times[each] = now() - before;
  }
  double seconds = now() - started;
  qsort(times, requests, sizeof *times, ascending);
  printf("{\"requests\": %d, \"seconds\": %.6f, \"median\": %.6f, \"bytes\": %llu}\n", requests, seconds,
         times[requests / 2], (unsigned long long)bytes);
  return 0;
}

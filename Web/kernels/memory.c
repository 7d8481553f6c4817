// SPDX-License-Identifier: Apache-2.0
// What the compiler calls to copy and fill memory, where no C library is. Built with -fno-builtin, so that the loops do
// not become calls of themselves; with bulk memory each is one instruction.

typedef __SIZE_TYPE__ size;

void *memmove(void *to, const void *from, size count) {
  unsigned char *target = to;
  const unsigned char *source = from;
  if (target < source) {
    for (size at = 0; at < count; at++) target[at] = source[at];
  } else {
    while (count-- > 0) target[count] = source[count];
  }
  return to;
}

void *memcpy(void *to, const void *from, size count) {
  unsigned char *target = to;
  const unsigned char *source = from;
  for (size at = 0; at < count; at++) target[at] = source[at];
  return to;
}

void *memset(void *to, int value, size count) {
  unsigned char *target = to;
  for (size at = 0; at < count; at++) target[at] = (unsigned char)value;
  return to;
}

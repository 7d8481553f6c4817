// SPDX-License-Identifier: Apache-2.0
#include "ciconv.h"

#include <errno.h>
#include <iconv.h>

void *martlet_iconv_open(const char *to, const char *from) {
  iconv_t handle = iconv_open(to, from);
  return handle == (iconv_t)-1 ? NULL : (void *)handle;
}

long martlet_iconv(
    void *handle, const char **input, size_t *input_left, char **output, size_t *output_left, int *error) {
  size_t result = iconv((iconv_t)handle, (char **)input, input_left, output, output_left);
  *error = result == (size_t)-1 ? errno : 0;
  return (long)result;
}

void martlet_iconv_close(void *handle) { iconv_close((iconv_t)handle); }

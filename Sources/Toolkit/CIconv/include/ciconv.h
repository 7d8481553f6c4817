// SPDX-License-Identifier: Apache-2.0
// iconv of the C library behind plain functions: Swift's own platform modules do not export it.
#pragma once
#include <stddef.h>

/// Opens a conversion; NULL where the C library does not know one of the two names.
void *martlet_iconv_open(const char *to, const char *from);
/// As iconv(3): returns 0 or more on success, -1 with `*error` set to errno.
long martlet_iconv(
    void *handle, const char **input, size_t *input_left, char **output, size_t *output_left, int *error);
void martlet_iconv_close(void *handle);
